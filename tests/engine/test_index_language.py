"""An index answers in the language that it was built with, whatever the settings say."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchsvc.cli import main
from searchsvc.engine import Engine, open_engine
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings

Write = Callable[..., Path]
Indexed = Callable[..., Engine]


@pytest.fixture
def german(write: Write, indexed: Indexed, settings: Settings) -> Settings:
    """Settings that say English, of an index that is German."""
    write("a", title="Die Häuser der Universitäten")
    assert indexed(language="de").warning() is None
    return replace(settings, language="en")


def test_queries_are_read_in_the_language_of_the_index(german: Settings) -> None:
    assert open_engine(german).search(SearchRequest("haus universität")).total == 1


def test_it_is_logged_once_and_kept_for_whoever_asks(
    german: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    engine = open_engine(german)
    with caplog.at_level(logging.WARNING, "searchsvc"):
        for _ in range(3):
            engine.search(SearchRequest("haus"))
    warning = engine.warning()
    assert warning and "language de" in warning and "settings say en" in warning
    assert [record.getMessage() for record in caplog.records] == [warning]


@pytest.mark.embedded_only("the command is told of the index folder alone")
@pytest.mark.parametrize("command", ["search", "suggest"])
def test_commands_say_so_on_stderr(
    german: Settings, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SEARCHSVC_LANGUAGE", "en")
    result = CliRunner().invoke(main, [command, "haus", "--index", str(german.index), "--json"])
    assert result.exit_code == 0
    assert "built with language de" in result.stderr and "language" not in result.stdout
    monkeypatch.setenv("SEARCHSVC_LANGUAGE", "de")
    result = CliRunner().invoke(main, [command, "haus", "--index", str(german.index)])
    assert (result.exit_code, result.stderr) == (0, "")
