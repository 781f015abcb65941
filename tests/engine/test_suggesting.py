"""Suggestions of an engine over articles in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from searchsvc.engine import Engine, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.suggest.request import SuggestRequest
from tests.conftest import EngineOver, front_matter, index_of

ARTICLES: dict[str, dict[str, Any]] = {
    "0": {"title": "Microsoft builds a supercomputer in Azure", "topics": ["Azure"]},
    "1": {"title": "Supercomputers of Japan", "excerpt": "Fugaku has petaflops."},
    "2": {"title": "Super League falls apart", "topics": ["Sport"]},
    "3": {"title": "The quantum computer race", "topics": ["Quantum Computing"]},
    "4": {"title": "Le Café de Flore’s menu"},
    "5": {"title": "COVID-19 vaccine works"},
    "6": {"title": "量子計算機の時代"},
    "7": {"title": '<CPML> hostile & "quoted"'},
    "8": {"title": "Unpublished umbrella", "published": False},
    "9": {"title": "Deleted dodo", "deleted": True},
}


def queries(engine: Engine, typed: str, size: int = 10) -> list[str]:
    found = engine.suggest(SuggestRequest(typed, size))
    return [suggestion.text for suggestion in found if suggestion.type == "query"]


def test_what_is_not_published_is_never_offered(engine_over: EngineOver) -> None:
    engine = engine_over(ARTICLES)
    for typed in ("umbr", "unpub", "dod", "deleted "):
        assert engine.suggest(SuggestRequest(typed)).suggestions == ()


def test_every_query_offered_finds_articles_as_it_is(engine_over: EngineOver) -> None:
    engine = engine_over(ARTICLES)
    offered: set[str] = set()
    for article in ARTICLES.values():
        title = article["title"]
        for end in range(1, len(title) + 1):
            offered.update(queries(engine, title[:end], 20))
    assert len(offered) > 30
    for query in offered:
        result = engine.search(SearchRequest(query))
        assert result.total and not result.corrected and not result.ignored, query


def test_changes_are_seen_after_the_next_reindex(tmp_path: Path) -> None:
    settings = index_of(tmp_path, ARTICLES)
    engine = open_engine(settings)
    assert "super league" in queries(engine, "super ")
    (tmp_path / "corpus" / "2.md").unlink()
    (tmp_path / "corpus" / "99.md").write_text(front_matter(title="Super Mario"), encoding="utf-8")
    reindex(settings)
    assert queries(engine, "super ") == ["super mario"]
    assert queries(engine, "leag") == []
    engine.close()
