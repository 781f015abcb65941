"""Every command that a file in deploy/ runs is one that this version has."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from searchsvc.cli import main
from searchsvc.settings import load
from tests.conftest import ROOT
from tests.deploy.tools import DEPLOY


def _lines() -> Iterator[tuple[str, list[str]]]:
    """Where a command stands, and what follows the program's name."""
    for unit in sorted((DEPLOY / "systemd").glob("*.service")):
        for line in re.findall(r"^Exec\w+=(.*)$", unit.read_text(), re.MULTILINE):
            program, *arguments = shlex.split(line)
            if program != "/bin/kill":
                yield unit.name, _of(program, arguments)
    for line in (DEPLOY / "cron" / "searchsvc").read_text().splitlines():
        if line[:1].isdigit():
            *_, program, rest = line.split(None, 7)[5:]
            yield "cron", _of(program, shlex.split(rest.replace(">/dev/null", "")))
    compose = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text())
    for name, service in compose["services"].items():
        if "command" in service:
            yield f"compose {name}", service["command"]
    for path in ("deployment", "reindex"):
        text = (DEPLOY / "kubernetes" / f"{path}.yaml").read_text()
        for arguments in re.findall(r"args: (\[.*\])", text):
            yield f"{path}.yaml", yaml.safe_load(arguments)
    image = (DEPLOY / "docker" / "Dockerfile").read_text()
    (arguments,) = re.findall(r"^CMD (\[.*\])", image, re.MULTILINE)
    yield "Dockerfile", yaml.safe_load(arguments)


def _of(program: str, arguments: list[str]) -> list[str]:
    assert Path(program) == Path("/opt/searchsvc/current/bin/searchsvc")
    return arguments


LINES = list(_lines())


def test_there_are_such_lines_in_all_kinds_of_files() -> None:
    assert len(LINES) == 10


@pytest.mark.parametrize(("place", "arguments"), LINES, ids=[place for place, _ in LINES])
def test_it_parses(place: str, arguments: list[str]) -> None:
    told = CliRunner().invoke(main, [*arguments, "--help"])
    assert told.exit_code == 0 and "Usage: " in told.output, told.output


def test_one_that_does_not_parse_would_be_told() -> None:
    assert CliRunner().invoke(main, ["serve", "--worker=2", "--help"]).exit_code == 2


def test_the_settings_files_hold_settings_that_there_are(tmp_path: Path) -> None:
    packed = yaml.safe_load((DEPLOY / "kubernetes" / "settings.yaml").read_text())
    inside = tmp_path / "searchsvc.yaml"
    inside.write_text(packed["data"]["searchsvc.yaml"])
    for file in (DEPLOY / "searchsvc.yaml", inside):
        settings = load(file, environ={}).settings
        assert settings.public_url == "https://news.example.com/find"
        assert settings.cache_seconds == 2
        assert settings.index.is_absolute()


def test_the_environment_of_containers_holds_settings_that_there_are() -> None:
    compose = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text())
    image = (DEPLOY / "docker" / "Dockerfile").read_text()
    environment = dict(re.findall(r"(SEARCHSVC_\w+)=(\S+)", image))
    environment |= compose["services"]["search"]["environment"]
    environment["SEARCHSVC_PUBLIC_URL"] = "http://127.0.0.1:8000"
    settings = load(None, environ=environment).settings
    assert (settings.corpus, settings.index) == (Path("/articles"), Path("/index"))


def test_the_document_names_commands_and_files_that_there_are() -> None:
    document = (ROOT / "docs" / "operations.md").read_text("utf-8")
    commands = re.findall(r"searchsvc --config /etc/searchsvc/searchsvc.yaml ([a-z]+)", document)
    commands += re.findall(r"`searchsvc ([a-z]+)", document)
    assert commands and set(commands) <= set(main.commands)
    files = re.findall(r"`(deploy/[\w./-]+)", document)
    assert files and all((ROOT / file).exists() for file in files), files


def test_every_file_stands_in_the_document() -> None:
    document = (ROOT / "docs" / "operations.md").read_text("utf-8")
    alerts = (ROOT / "docs" / "alerts.md").read_text("utf-8")
    for path in DEPLOY.rglob("*"):
        if path.is_file():
            named = path.relative_to(ROOT)
            names = (str(named), f"{named.parent}/", f"{named.parent}` ", f"{named.parent}\n")
            assert any(name in document + alerts for name in names), named
