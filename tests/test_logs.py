"""One thing that is said is one line, whatever it is about."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc import logs
from searchsvc.logs import JsonFormatter, LineFormatter, StderrHandler, json_line, log_as, one_line

LOG = logging.getLogger("searchsvc.somewhere")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    kept = logging.getLogger().handlers[:]
    yield
    logging.getLogger().handlers[:] = kept


@given(st.text(st.characters()), st.text(st.characters()))
def test_json_is_one_line_whatever_a_text_holds(message: str, more: str) -> None:
    line = json_line("warning", message, path=more)
    assert line.isprintable()
    body = json.loads(line)
    assert body["level"] == "warning"
    if not any("\ud800" <= char <= "\udfff" for char in message + more):
        assert (body["message"], body["path"]) == (message, more)


@given(st.text(st.characters()))
def test_a_line_is_printable_and_tells_what_it_left_out(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert text.isprintable() <= (line == text)


def test_a_name_with_a_newline_is_told_as_such() -> None:
    assert one_line("a\nb\x1b[0m") == r"a\nb\x1b[0m"


def test_a_warning_with_newlines_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    log_as(JsonFormatter())
    LOG.warning("the file %s is odd", "a\nb")
    (line,) = capsys.readouterr().err.splitlines()
    body = json.loads(line)
    assert body.keys() == {"time", "level", "message", "logger"}
    assert body["message"] == "the file a\nb is odd" and body["logger"] == "searchsvc.somewhere"


def test_a_failure_is_one_line_with_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    log_as(JsonFormatter())
    try:
        raise RuntimeError("two\nlines")
    except RuntimeError:
        LOG.exception("it failed")
    (line,) = capsys.readouterr().err.splitlines()
    body = json.loads(line)
    assert body["level"] == "error" and "Traceback" in body["traceback"]


def test_a_command_says_a_warning_as_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    log_as(LineFormatter())
    LOG.warning("two\nlines")
    try:
        raise RuntimeError("two\nlines")
    except RuntimeError:
        LOG.exception("it failed")
    assert capsys.readouterr().err.splitlines() == [
        r"searchsvc: two\nlines",
        r"searchsvc: it failed: RuntimeError('two\nlines')",
    ]


def test_only_the_last_form_holds_and_what_is_no_warning_is_not_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for formatter in (LineFormatter(), JsonFormatter(), LineFormatter()):
        log_as(formatter)
    LOG.info("nothing of note")
    LOG.warning("once")
    assert capsys.readouterr().err == "searchsvc: once\n"
    assert sum(isinstance(one, StderrHandler) for one in logging.getLogger().handlers) == 1


def test_a_service_says_json_but_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", type("Terminal", (), {"isatty": lambda self: True})())
    assert isinstance(logs.of_a_service(), LineFormatter)
    monkeypatch.setattr(sys, "stderr", type("File", (), {"isatty": lambda self: False})())
    assert isinstance(logs.of_a_service(), JsonFormatter)
