"""Texts that were read as questions are remembered, each as it was read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from searchsvc.analysis import stemmer
from searchsvc.editorial import Edition
from searchsvc.engine import questions
from searchsvc.engine.editing import Editing
from searchsvc.engine.questions import Questions
from searchsvc.errors import InvalidRequest
from searchsvc.query.tree import TreeBuilder

BOOSTS = {"title": 3.0, "topics": 2.0, "excerpt": 1.0}


class Nothing:
    """What an index without an article knows of words."""

    def rarity(self, word: str) -> float:
        return 1.0

    def parts(self, solid: str) -> None:
        return None

    def are_one(self, first: str, second: str) -> bool:
        return False


def asked_of_nothing() -> Questions:
    stem = stemmer("en")
    nothing = cast(Any, Nothing())
    return Questions(
        TreeBuilder(BOOSTS, 0.2, stem),
        "en",
        Editing.of(Edition(), stem),
        datetime(2020, 5, 20, 12, tzinfo=UTC),
        index=nothing,
        limit=1_000,
        neighbours=nothing,
        compounds=nothing,
    )


def test_a_text_is_read_once_however_it_is_asked_again() -> None:
    known = asked_of_nothing()
    whole = known.read("red car", False)
    assert known.read("red car", False) is whole
    assert whole.highlighter is known.read("red car", False).highlighter
    unfinished = known.read("red car", True)
    assert (whole.parsed, unfinished.parsed) == ("(red AND car)", "(red AND (car OR car*))")


def test_the_first_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS_KEPT", 3)
    known = asked_of_nothing()
    kept = [known.read(text, False) for text in "abcd"]
    assert [known.read(text, False) for text in "bcd"] == kept[1:]
    assert known.read("a", False) is not kept[0]


def test_what_cannot_be_asked_is_an_error_each_time() -> None:
    known = asked_of_nothing()
    for _ in range(2):
        with pytest.raises(InvalidRequest):
            known.read("word " * 40, False)


def test_threads_read_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS_KEPT", 5)
    known = asked_of_nothing()
    texts = [f"word{number % 17}" for number in range(2_000)]
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda text: known.read(text, False).text, texts, chunksize=20))
    assert read == texts
