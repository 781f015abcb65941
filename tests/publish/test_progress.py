"""What a run says while it is at work."""

from __future__ import annotations

import pytest

from searchsvc.publish.progress import ChangingLine, Lines, Silent


@pytest.mark.parametrize("progress", [Silent(), Lines(), ChangingLine()])
def test_items_are_passed_on(progress) -> None:
    assert list(progress.track("abc", 3, "Reading")) == ["a", "b", "c"]


def test_a_log_gets_a_line_now_and_then(monkeypatch, capsys) -> None:
    monkeypatch.setattr(Lines, "every_seconds", 0.0)
    list(Lines().track("ab", 2, "Reading"))
    assert capsys.readouterr().err.splitlines()[1].startswith("Reading: 1 of 2, ")


def test_a_terminal_gets_one_line_that_is_gone_in_the_end(monkeypatch, capsys) -> None:
    monkeypatch.setattr(ChangingLine, "every_seconds", 0.0)
    monkeypatch.setenv("COLUMNS", "20")
    list(ChangingLine().track("ab", 2, "Reading"))
    _, *shown, last = capsys.readouterr().err.split("\r\x1b[K")
    assert len(shown) == 2 and last == ""
    assert all(line.startswith("Reading: ") and len(line) < 20 for line in shown)


def test_the_line_is_gone_after_an_error_too(capsys) -> None:
    tracked = ChangingLine().track("ab", 2, "Reading")
    next(tracked)
    tracked.close()
    assert capsys.readouterr().err.endswith("\r\x1b[K")
