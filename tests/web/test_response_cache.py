"""Ready answers are kept in bounded memory and never outlive the index they are of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.requestlog import SearchOutcome
from searchsvc.search import SearchRequest, SearchResult
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.response_cache import ENTRY_OVERHEAD, Body, ResponseCache

Write = Callable[..., Path]


def test_an_answer_is_kept() -> None:
    cache = ResponseCache(1)
    cache.put("a", Body(b"answer"))
    assert (cache.get("a"), cache.get("b")) == (Body(b"answer"), None)


def test_the_least_recently_asked_goes_first_and_bytes_are_bounded() -> None:
    cache = ResponseCache(1)
    size = 400_000 - ENTRY_OVERHEAD
    cache.put("a", Body(b"a" * size))
    cache.put("b", Body(b"b" * size))
    assert cache.get("a")
    cache.put("c", Body(b"c" * size))
    assert cache.get("b") is None
    assert cache.get("a") and cache.get("c")


@pytest.mark.parametrize("megabytes", [0, 1])
def test_an_answer_larger_than_the_cache_is_not_kept(megabytes: int) -> None:
    cache = ResponseCache(megabytes)
    cache.put("a", Body(b"a" * 1_000_000))
    assert cache.get("a") is None


def test_what_is_known_of_a_search_takes_its_room_too() -> None:
    known = SearchOutcome("w" * 100, 1, corrected=True, corrected_to="v" * 100)
    assert len(Body(b"answer", outcome=known)) >= len(b"answer") + 800


class _Counting:
    """An engine that counts its searches."""

    def __init__(self, settings: Settings) -> None:
        self._engine = open_engine(settings)
        self.article, self.stamp = self._engine.article, self._engine.stamp
        self.status, self.close = self._engine.status, self._engine.close
        self.trouble = self._engine.trouble
        self.searches = 0

    def search(self, request: SearchRequest) -> SearchResult:
        self.searches += 1
        return self._engine.search(request)


@pytest.mark.parametrize("path", ["/search?q=word", "/?q=word"])
@pytest.mark.parametrize(("megabytes", "searches"), [(0, 2), (64, 1)])
def test_the_same_question_is_computed_once_unless_the_cache_is_off(
    write: Write, settings: Settings, megabytes: int, searches: int, path: str
) -> None:
    write("a", title="A word")
    reindex(settings)
    settings = replace(settings, answer_cache_mb=megabytes)
    engine = _Counting(settings)
    client = create_app(settings, engine).test_client()
    first, second = client.get(path).data, client.get(path).data
    assert engine.searches == searches
    if searches == 1:
        assert first == second


def test_a_new_generation_is_answered_anew(write: Write, settings: Settings) -> None:
    write("a", title="A word")
    reindex(settings)
    client = create_app(settings).test_client()
    assert client.get("/search?q=word").get_json()["total"] == 1
    write("b", title="Another word")
    reindex(settings)
    assert client.get("/search?q=word").get_json()["total"] == 2


def test_checked_at_is_right_in_a_ready_answer(write: Write, settings: Settings) -> None:
    write("a", title="A word")
    reindex(settings)
    client = create_app(settings).test_client()
    before = client.get("/search?q=word").get_json()["index"]["checked_at"]
    reindex(replace(settings, now=datetime(2999, 1, 1, tzinfo=UTC)))
    assert client.get("/search?q=word").get_json()["index"]["checked_at"] != before
