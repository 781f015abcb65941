"""`--log-json`: what a run says is an object a line, also where it fails."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchsvc.publish.generations import IndexFolder
from searchsvc.settings import Settings
from tests.conftest import ROOT

Write = Callable[..., Path]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, list[dict[str, Any]], str]]:
    """The exit code, what was said on stderr, and stdout."""

    def run_command(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        done = subprocess.run(
            [sys.executable, "-m", "searchsvc", "reindex", "--log-json", *arguments],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, [json.loads(line) for line in done.stderr.splitlines()], done.stdout

    return run_command


def test_a_run_says_each_thing_on_a_line_of_its_own(write: Write, run: Callable[..., Any]) -> None:
    for number in range(20):
        write(f"a{number}", title="A chip")
    write("two\nlines.md", title="")
    code, said, out = run()
    assert (code, out) == (0, "")
    assert all({"time", "level", "event", "message"} <= line.keys() for line in said)
    (rejected,) = (line for line in said if line["event"] == "rejected")
    assert rejected["level"] == "warning"
    assert rejected["path"] == "two\nlines.md" and rejected["reason"]
    (counted,) = (line for line in said if line["event"] == "counted")
    assert counted["articles"] == 20 and counted["rejected"] == 1
    assert said[-1]["event"] == "published" and said[-1]["level"] == "info"
    assert said[-1]["generation"] and said[-1]["seconds"] > 0


def test_with_json_the_report_is_alone_on_stdout(write: Write, run: Callable[..., Any]) -> None:
    write("a", title="A chip")
    code, said, out = run("--json")
    assert code == 0 and json.loads(out)["status"] == said[-1]["event"] == "published"


def test_a_refusal_is_an_error_with_its_reason(write: Write, run: Callable[..., Any]) -> None:
    path = write("a", title="A chip")
    run()
    path.unlink()
    code, said, _ = run()
    assert code == 1
    assert (said[-1]["event"], said[-1]["level"]) == ("refused", "error") and said[-1]["reason"]


def test_so_is_a_lock_that_another_holds(settings: Settings, run: Callable[..., Any]) -> None:
    folder = IndexFolder(settings.index)
    folder.make()
    with folder.locked():
        code, said, _ = run()
    assert code == 3 and "lock" in said[-1]["reason"]


def test_wrong_settings_and_warnings_of_them_are_said_so_too(
    tmp_path: Path, write: Write, run: Callable[..., Any]
) -> None:
    code, said, _ = run("--max-rejects", "x")
    assert code == 2
    assert [(line["level"], line["event"]) for line in said] == [("error", "failed")]
    write("a", title="A chip")
    (tmp_path / "searchsvc.yaml").write_text("cache_dir: old\n")
    code, said, _ = run()
    assert code == 0
    assert said[0]["level"] == "warning" and "cache_dir" in said[0]["message"]
