"""What is remembered is bounded, whoever asks, and keeps nothing alive."""

from __future__ import annotations

import gc
import weakref

import pytest

from searchsvc.remembering import LONGEST, Memo, remember_less, remembered, remembering


class _Counting:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.twice = remembering(self._twice, 2)

    def _twice(self, text: str) -> str:
        self.asked.append(text)
        return text * 2


def test_a_memo_asks_once_for_each_word_and_begins_anew_when_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Memo, "most", 3)
    asked: list[str] = []
    memo = Memo(lambda text: asked.append(text) or text.upper())  # type: ignore[func-returns-value]
    assert [memo[text] for text in "abcabc"] == list("ABCABC")
    assert asked == list("abc")
    assert memo["d"] == "D" and len(memo) == 1


def test_a_memo_keeps_no_long_text() -> None:
    memo = Memo(len)
    assert memo["x" * (LONGEST + 1)] == LONGEST + 1
    assert memo["x" * LONGEST] == LONGEST
    assert list(memo) == ["x" * LONGEST]


def test_a_process_that_answers_the_public_remembers_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Memo, "most", 1 << 18)
    remember_less()
    assert Memo.most == 1 << 14


def test_the_last_answers_for_short_texts_are_kept() -> None:
    counting = _Counting()
    long = "x" * (LONGEST + 1)
    for text in ("a", "a", "b", "c", "a", long, long):
        assert counting.twice(text) == text * 2
    assert counting.asked == ["a", "b", "c", "a", long, long]
    asked: list[str] = []
    keep = remembered(8)(lambda text, times=1: asked.append(text) or text * times)
    assert [keep("a", 2), keep("a", 2), keep("a", 3)] == ["aa", "aa", "aaa"]
    assert asked == ["a", "a"]


def test_what_remembers_goes_as_soon_as_nobody_uses_it() -> None:
    gc.disable()
    try:
        counting = _Counting()
        counting.twice("a")
        of = weakref.ref(counting)
        del counting
        assert of() is None
    finally:
        gc.enable()
