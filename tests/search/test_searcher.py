"""What an answer tells beside its results."""

from __future__ import annotations

from typing import Any

import pytest

from searchsvc.engine import Engine
from searchsvc.search import SearchRequest
from tests.conftest import EngineOver

STORY = "Storm leaves ten thousand homes without power for days"
ARTICLES: dict[str, dict[str, Any]] = {
    "storm": {"title": STORY, "publishedDateTime": "2021-01-02T03:00:00Z", "heat": 5},
    "storm again": {"title": STORY, "publishedDateTime": "2021-01-02T04:00:00Z", "heat": 5},
    "glacier": {"title": "Glacier melts", "publishedDateTime": "2021-01-03", "heat": 5},
    "lake": {"title": "Lake rises", "publishedDateTime": "2021-01-03", "heat": 9},
    "bare": {"title": "Undated lake"},
    "bare too": {"title": "Undated pond"},
}


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(ARTICLES)


def test_articles_are_counted_beside_their_stories(engine: Engine) -> None:
    collapsed = engine.search(SearchRequest("storm", collapse="story"))
    assert (collapsed.total, collapsed.total_articles) == (1, 2)
    each = engine.search(SearchRequest("storm"))
    assert (each.total, each.total_articles) == (2, 2)


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("storm", ("relevance", "newest", "oldest")),
        ("", ("newest", "oldest", "heat")),
        ("undated", ("relevance",)),
        ("glacier", ()),
    ],
)
def test_orders_are_those_that_change_something(
    engine: Engine, query: str, orders: tuple[str, ...]
) -> None:
    assert engine.search(SearchRequest(query, facets="topic")).orders == orders  # type: ignore[arg-type]
    assert engine.search(SearchRequest(query)).orders == ()


def test_each_result_of_a_relaxed_query_names_the_words_that_it_lacks(engine: Engine) -> None:
    result = engine.search(SearchRequest("melts lake lake"))
    assert result.relaxed
    lacking = {hit.id: hit.missing for hit in result.hits}
    assert lacking == {"glacier": ("lake",), "lake": ("melts",), "bare": ("melts",)}
    plain = engine.search(SearchRequest("melts lake", highlight=False))
    assert not any(hit.missing for hit in plain.hits)


def test_results_with_all_words_lack_none(engine: Engine) -> None:
    result = engine.search(SearchRequest("storm homes"))
    assert not result.relaxed and not any(hit.missing for hit in result.hits)


def test_of_a_sentence_no_word_is_named(engine: Engine) -> None:
    text = "glacier melts lake rises storm leaves thousand homes power"
    result = engine.search(SearchRequest(text))
    assert result.relaxed and not any(hit.missing for hit in result.hits)
