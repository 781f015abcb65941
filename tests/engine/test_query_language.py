"""What queries find, asked of an index: fields, dates, exclusions, patterns, unfinished words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.search import SearchRequest, expansions
from tests.conftest import EngineOver

NOW = datetime(2021, 3, 31, 10, 30, tzinfo=UTC)
TIMES = {"name": "The Example Times", "domain": "www.times.example"}
HERALD = {"name": "Herald", "domain": "news.herald.example"}
ARTICLES: dict[str, dict[str, Any]] = {
    "robots": {
        "title": "Robots learn to weld",
        "excerpt": "A supermarket of robots.",
        "topics": ["Machine learning", "Robotics"],
        "provider": TIMES,
        "category": "News",
        "type": "Article",
        "publishedDateTime": "2021-03-31T09:00:00Z",
    },
    "super": {
        "title": "A supercomputer for weather",
        "excerpt": "Robots are not in its title.",
        "topics": ["Weather", "C++"],
        "provider": HERALD,
        "category": "Deep dive",
        "type": "Video",
        "publishedDateTime": "2021-03-30T10:00:00Z",
    },
    "supper": {
        "title": "Supper is ready",
        "excerpt": "Machine parts, learning aside.",
        "topics": ["Learning machines"],
        "provider": {"domain": "herald.example"},
        "category": "News",
        "type": "Article",
        "publishedDateTime": "2021-03-01T00:00:00Z",
    },
    "signs": {
        "title": "Varnish -slowly: a topic:painting affair",
        "excerpt": "Signs in a title.",
        "publishedDateTime": "2020-12-31T23:59:59Z",
    },
    "undated": {"title": "Nobody knows when", "excerpt": "Supermen."},
}


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over(ARTICLES, now=NOW)


def at(engine: Engine, **time: int) -> Engine:
    """The same index, asked at another time."""
    settings = engine._settings  # type: ignore[attr-defined]
    return open_engine(replace(settings, now=NOW.replace(**time)))


def found(engine: Engine, query: str, **parameters: Any) -> list[str]:
    """What a query finds as it was typed."""
    result = engine.search(SearchRequest(query, **parameters))
    return [] if result.relaxed or result.corrected else [hit.id for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("title:robots", {"robots"}),
        ("title:robot", {"robots"}),
        ('title:"robot"', set()),
        ('title:"learn to"', {"robots"}),
        ("title:sup*", {"super", "supper"}),
        ("robots -title:robots", {"super"}),
        ("title:(robots OR supper)", {"robots", "supper"}),
        ("topic:learning", {"robots", "supper"}),
        ("topic:learn", {"robots", "supper"}),
        ('topic:"machine learning"', {"robots"}),
        ('TOPIC:"Machine Learning"', {"robots"}),
        ("topic:c++", {"super"}),
        ("topic:mach*", {"robots", "supper"}),
        ('-topic:"machine learning" title:sup*', {"super", "supper"}),
        ("provider:times", {"robots"}),
        ('provider:"example times"', {"robots"}),
        ('provider:"times the"', set()),
        ("provider:www.times.example", {"robots"}),
        ("provider:tim*", {"robots"}),
        ("provider:her*", {"super", "supper"}),
        ("site:times.example", {"robots"}),
        ("site:www.times.example", {"robots"}),
        ("site:https://herald.example/x", {"super", "supper"}),
        ("site:news.herald.example", {"super"}),
        ("site:example", {"robots", "super", "supper"}),
        ("site:rald.example", set()),
        ("-site:example", {"signs", "undated"}),
        ("type:VIDEO", {"super"}),
        ('category:"deep dive"', {"super"}),
        ("category:deep", set()),
        ("category:deep*", {"super"}),
        ("when:2021-03", {"robots", "super", "supper"}),
        ("when:2021-03-01", {"supper"}),
        ("when:24h", {"robots", "super"}),
        ("when:23h", {"robots"}),
        ("when:1m", {"robots", "super", "supper"}),
        ("before:2021", {"signs"}),
        ("before:2021-03-30", {"supper", "signs"}),
        ("after:2021-03-30", {"robots", "super"}),
        ("after:2021-03 before:2021-03-02", {"supper"}),
        ("-when:2021", {"signs", "undated"}),
        ("before:1d", {"supper", "signs"}),
        ("s?pper", {"supper"}),
        ("su*er", {"super", "supper"}),
        ("title:su*t* OR excerpt", {"super"}),
        ("(robots OR supper) -(weather OR weld)", {"supper"}),
    ],
)
def test_queries_find(engine: Engine, query: str, ids: set[str]) -> None:
    assert set(found(engine, query)) == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("-robots", ["supper", "signs", "undated"]),
        ("-robots -nobody", ["supper", "signs"]),
        ("-(robots OR supper)", ["signs", "undated"]),
        ('-"supermarket of"', ["super", "supper", "signs", "undated"]),
        ("site:example", ["robots", "super", "supper"]),
        ("when:1m", ["robots", "super", "supper"]),
        ("topic:learning -nothing", ["robots", "supper"]),
    ],
)
def test_what_has_no_words_to_rank_by_is_listed_newest_first(
    engine: Engine, query: str, ids: list[str]
) -> None:
    assert found(engine, query) == ids


def test_times_ago_count_from_the_hour_that_an_answer_s_tag_is_of(engine: Engine) -> None:
    """So an answer that is kept under its tag stays right as long as it is kept."""
    earlier, later, next_hour = at(engine, minute=0), at(engine, minute=59), at(engine, hour=11)
    assert found(earlier, "when:24h") == found(later, "when:24h") == ["robots", "super"]
    assert earlier.stamp() == later.stamp()
    assert found(next_hour, "when:24h") == ["robots"]
    assert next_hour.stamp() != later.stamp()


def test_filters_add_nothing_to_a_score(engine: Engine) -> None:
    plain, filtered = (
        engine.search(SearchRequest(query, explain=True)).hits[0]
        for query in ("weld", "weld topic:robotics provider:times when:2021")
    )
    assert filtered.score == plain.score > 0
    assert filtered.explain == plain.explain


def test_facets_count_under_the_filters_of_a_query(engine: Engine) -> None:
    result = engine.search(SearchRequest("site:herald.example", facets="topic,type"))
    assert {facet.value for facet in result.facets["topic"]} == {
        "C++",
        "Learning machines",
        "Weather",
    }
    assert {facet.value for facet in result.facets["type"]} == {"Article", "Video"}


def test_a_title_full_of_signs_is_found_by_itself(engine: Engine) -> None:
    result = engine.search(SearchRequest(str(ARTICLES["signs"]["title"]).upper(), explain=True))
    assert [hit.id for hit in result.hits] == ["signs"]
    assert result.hits[0].explain and result.hits[0].explain.title_is_query
    assert result.hits[0].score > 1000


@pytest.mark.parametrize("query", ["nobody knows -when", "nobody -knows -when", "-nobody knows"])
def test_what_a_minus_excludes_stays_out_though_its_title_has_the_same_words(
    engine: Engine, query: str
) -> None:
    assert "undated" not in found(engine, query)


def test_an_unfinished_word_finds_whole_ones_too_and_is_ahead_where_it_is_whole(
    engine: Engine,
) -> None:
    assert found(engine, "rob") == []
    assert set(found(engine, "rob", typing=True)) == {"robots", "super"}
    assert found(engine, "supper weld", typing=True) == []
    assert found(engine, "super", typing=True) != []
    assert found(engine, "title:supp", typing=True) == ["supper"]
    assert found(engine, "topic:robo", typing=True) == ["robots"]


@pytest.mark.embedded_only("a cluster looks at all words that fit")
def test_a_pattern_stands_for_its_commonest_words(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = engine.search(SearchRequest("r*t*s"))
    assert not whole.partial and {hit.id for hit in whole.hits} == {"robots", "super"}
    monkeypatch.setattr(expansions, "MAX_EXPANSIONS", 1)
    cut = engine.search(SearchRequest("s*p*r*"))
    assert cut.partial and cut.total < 4


def test_mojibake_and_entities_in_a_query_are_read_as_meant(engine: Engine) -> None:
    for typed, meant in (
        ("robotsâ€™ weld", "robots’ weld"),
        ("&quot;learn to&quot; weld", '"learn to" weld'),
    ):
        hits, expected = (engine.search(SearchRequest(text)).hits for text in (typed, meant))
        assert [hit.id for hit in hits] == [hit.id for hit in expected]
        assert hits[0].id == "robots"
