"""The units: systemd's own word on them, and what they promise of security."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deploy.tools import DEPLOY, said, tool

UNITS = DEPLOY / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
EXPOSURE = "20"
"""Of 100, by `systemd-analyze security`: a service without any care has 96."""


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units, with a program in the place of the one that is not installed."""
    program = tmp_path / "searchsvc"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS.iterdir():
        text = unit.read_text().replace("/opt/searchsvc/current/bin/searchsvc", str(program))
        (tmp_path / unit.name).write_text(text)
    return sorted(path for path in tmp_path.iterdir() if path.suffix in (".service", ".timer"))


def test_systemd_finds_no_fault(units: list[Path]) -> None:
    told = said(tool("systemd-analyze", "apt: systemd"), "verify", "--man=no", *units)
    assert [line for line in told.splitlines() if "searchsvc" in line] == []


def test_systemd_finds_a_fault_where_there_is_one(units: list[Path]) -> None:
    broken = units[0]
    broken.write_text(broken.read_text() + "\n[Service]\nProtectSystm=yes\n")
    analyze = tool("systemd-analyze", "apt: systemd")
    assert "ProtectSystm" in said(analyze, "verify", "--man=no", *units)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_little_is_exposed(unit: Path) -> None:
    analyze = tool("systemd-analyze", "apt: systemd")
    said(analyze, "security", "--offline=true", f"--threshold={EXPOSURE}", unit)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_each_has_a_user_of_its_own_and_writes_nowhere_but_in_the_index(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    for line in ("User=searchsvc", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes"):
        assert line in lines
    written = [line for line in lines if line.startswith("ReadWritePaths=")]
    expected = [] if unit.name == "searchsvc.service" else ["ReadWritePaths=/var/lib/searchsvc"]
    assert written == expected
    assert "index: /var/lib/searchsvc/index" in (DEPLOY / "searchsvc.yaml").read_text()


def test_the_timer_runs_every_night_what_there_is() -> None:
    timer = configparser.ConfigParser()
    timer.read(UNITS / "searchsvc-reindex.timer")
    assert (UNITS / "searchsvc-reindex.service").exists()
    told = said(tool("systemd-analyze", "apt: systemd"), "calendar", timer["Timer"]["OnCalendar"])
    assert re.search(r"Normalized form: \*-\*-\* 03:15:00", told)


def test_cron_and_timer_run_at_the_same_hour() -> None:
    text = (DEPLOY / "cron" / "searchsvc").read_text()
    assert re.search(r"^15 3 \* \* \*  searchsvc  /opt/", text, re.MULTILINE)
    assert "--config /etc/searchsvc/searchsvc.yaml" in text


def test_the_service_runs_where_no_memory_may_become_code(tmp_path: Path) -> None:
    """`MemoryDenyWriteExecute=yes`, by the call of the kernel that does the same."""
    script = (
        "import ctypes, os, sys\n"
        "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'searchsvc', *sys.argv[1:]])\n"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, *arguments],
            env={"PYTHONPATH": str(ROOT), "SEARCHSVC_INDEX": str(tmp_path / "index")},
            capture_output=True,
            text=True,
            timeout=60,
        )

    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus" / "2020", corpus)
    done = run("reindex", str(corpus))
    if done.returncode == 77:
        pytest.skip("needs Linux 6.3 or newer")
    assert done.returncode == 0, done.stderr
    assert run("search", "supercomputer").stdout
