"""One request has one budget, and says so where it ends."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.engine import open_engine
from searchsvc.search import FacetRequest, SearchRequest
from searchsvc.search.highlights import Highlighter
from searchsvc.search.result import Highlights
from tests.conftest import index_of


def test_marking_long_texts_ends_with_the_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = {f"a{n}": {"title": f"A chip {n}", "excerpt": "Of many words."} for n in range(20)}
    settings = index_of(tmp_path, articles, time_budget_ms=200)
    engine = open_engine(settings)
    assert not engine.search(SearchRequest("chip", size=20)).partial
    highlights = Highlighter.highlights

    def slow(highlighter: Highlighter, title: str, excerpt: str, body: None) -> Highlights:
        time.sleep(0.05)
        return highlights(highlighter, title, excerpt, body)

    monkeypatch.setattr(Highlighter, "highlights", slow)
    began = time.monotonic()
    result = engine.search(SearchRequest("chip", size=20))
    assert time.monotonic() - began < 0.4
    assert result.partial and result.total == len(result.hits) == 20
    marked = [hit.highlights is not None for hit in result.hits]
    assert marked[0] and not marked[-1], "the first are marked"
    engine.close()


def test_whatever_is_asked_ends_soon_after_its_budget(tmp_path: Path) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefgh", k=4)) for _ in range(300)]
    articles = {
        f"a{n}": {
            "title": " ".join(chance.choices(words, k=12)),
            "excerpt": " ".join(chance.choices(words, k=40)),
            "topics": chance.choices(words, k=3),
        }
        for n in range(1500)
    }
    settings = replace(index_of(tmp_path, articles), time_budget_ms=100)
    engine = open_engine(settings)
    engine.status()
    facets = (FacetRequest("topic"), FacetRequest("month"))
    for query in (
        " ".join(words[:32]),
        " OR ".join(f'"{a} {b}"' for a in words[:18] for b in words[:18])[:3900],
        "the OR " + "a?" * 40 + "a",
        "a?" * 245 + "a",
        " OR ".join(f"{letter}*" for letter in "abcdefgh"),
        " ".join(f"*{letter}*" for letter in "abcdefgh"),
        " ".join(f"{word}xq" for word in words[:8]),
    ):
        began = time.monotonic()
        engine.search(SearchRequest(query, size=100, explain=True, facets=facets, collapse="story"))
        assert time.monotonic() - began < 1.0, query  # for a machine that does other things, too
    engine.close()
