"""A question is checked when it is made; a hit is decoded when it is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.articles.fields import FACETS
from searchsvc.errors import InvalidRequest
from searchsvc.search import (
    MAX_DEPTH,
    MAX_SIZE,
    SORTS,
    FacetQuery,
    FacetRequest,
    Hit,
    SearchRequest,
)


def wrong(**values: object) -> dict[str, str]:
    """What is told of each wrong parameter."""
    with pytest.raises(InvalidRequest) as caught:
        SearchRequest(**values)  # type: ignore[arg-type]
    return {error.parameter: f"{error.got}, takes {error.takes}" for error in caught.value.errors}


def test_a_question_has_defaults() -> None:
    request = SearchRequest()
    assert (request.query, request.page, request.size, request.sort) == ("", 1, 10, "relevance")
    assert (request.filters, request.span, request.facets) == ({}, (None, None), ())
    assert (request.highlight, request.explain, request.offset) == (True, False, 0)


def test_a_query_is_trimmed_and_bounded() -> None:
    assert SearchRequest("  two words\n").query == "two words"
    assert SearchRequest(" " + "x" * 4_000).query == "x" * 4_000
    takes = "takes a text of at most 4,000 characters"
    assert wrong(query="x" * 4_001) == {"q": f"4,001 characters, {takes}"}


@pytest.mark.parametrize("size", [0, -1, MAX_SIZE + 1])
def test_a_page_has_a_bounded_size(size: int) -> None:
    assert wrong(size=size) == {"size": f"{size}, takes a whole number from 1 to 100"}


@pytest.mark.parametrize(("size", "last"), [(1, 10_000), (3, 3334), (10, 1000), (100, 100)])
def test_pages_go_as_deep_as_results_may(size: int, last: int) -> None:
    deepest = SearchRequest(page=last, size=size)
    assert deepest.offset == (last - 1) * size < MAX_DEPTH == deepest.offset + deepest.limit
    told = wrong(page=last + 1, size=size)["page"]
    assert told.startswith(f"{last + 1}, takes a whole number from 1 to {last}")
    assert wrong(page=0, size=size) == {"page": "0, takes a whole number from 1 to 10000"}


@pytest.mark.parametrize("sort", SORTS)
def test_results_are_sorted_in_one_of_five_ways(sort: str) -> None:
    assert SearchRequest(sort=sort).sort == sort


def test_every_mistake_is_told_at_once() -> None:
    found = wrong(
        query="x" * 4_001, size=0, page=0, sort="best", from_="soon", to="?", facets="a,b"
    )
    assert found.keys() == {"q", "page", "size", "sort", "from", "to", "facets"}
    assert found["sort"] == "best, takes one of relevance, newest, oldest, heat, quality"
    assert found["from"] == "soon, takes a date such as 2020-05-20"


@pytest.mark.parametrize(
    ("given_", "kept"),
    [("AI", ("AI",)), (["AI", " Cloud ", "AI", " "], ("AI", "Cloud")), ("", ()), ((), ())],
)
def test_filters_are_one_text_or_several(given_: object, kept: tuple[str, ...]) -> None:
    for name in ("topic", "provider", "category", "type"):
        request = SearchRequest(**{name: given_})  # type: ignore[arg-type]
        assert request.filters == ({name: kept} if kept else {})


@pytest.mark.parametrize(
    ("given_", "first", "last"),
    [
        ("2020", "2020-01-01T00:00:00", "2020-12-31T23:59:59"),
        ("2020-02", "2020-02-01T00:00:00", "2020-02-29T23:59:59"),
        ("2020-05-20", "2020-05-20T00:00:00", "2020-05-20T23:59:59"),
        (date(2020, 5, 20), "2020-05-20T00:00:00", "2020-05-20T23:59:59"),
        (date(9999, 12, 31), "9999-12-31T00:00:00", "9999-12-31T23:59:59"),
        ("2020-05-20T12:59:00+02:00", "2020-05-20T10:59:00", "2020-05-20T10:59:00"),
        (datetime(2020, 5, 20, 12), "2020-05-20T12:00:00", "2020-05-20T12:00:00"),
        (
            datetime(2020, 5, 20, 12, tzinfo=timezone(timedelta(hours=2))),
            "2020-05-20T10:00:00",
            "2020-05-20T10:00:00",
        ),
    ],
)
def test_from_is_the_first_and_to_the_last_second(given_: object, first: str, last: str) -> None:
    request = SearchRequest(from_=given_, to=given_)  # type: ignore[arg-type]
    expected = tuple(datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    assert (request.from_, request.to) == expected
    assert request.span == tuple(moment.timestamp() for moment in expected)


def test_no_date_is_no_bound() -> None:
    assert SearchRequest(from_="", to=None).span == (None, None)


@pytest.mark.parametrize("day", ["2020-13", "yesterday", " ", "0001-01-01T00:00+02:00"])
def test_what_is_no_date_is_told(day: str) -> None:
    assert wrong(from_=day).keys() == {"from"}
    assert wrong(to=day).keys() == {"to"}


def test_a_moment_before_all_time_is_told() -> None:
    early = datetime.min.replace(tzinfo=timezone(timedelta(hours=1)))
    assert wrong(from_=early).keys() == {"from"}


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("topic", [("topic", 10)]),
        ("topic, provider:20,", [("topic", 10), ("provider", 20)]),
        (["month:100", FacetRequest("type", 1)], [("month", 100), ("type", 1)]),
        ("topic,topic:3", [("topic", 3)]),
        ("", []),
    ],
)
def test_facets_are_named_each_with_a_size(given_: object, kept: list[tuple[str, int]]) -> None:
    request = SearchRequest(facets=given_)  # type: ignore[arg-type]
    assert [(facet.field, facet.size) for facet in request.facets] == kept


@pytest.mark.parametrize(
    "facet",
    ["colour", "topic:0", "topic:101", "topic:-1", "topic:", "topic:many", "Topic", "domain"]
    + [FacetRequest("colour"), FacetRequest("topic", 0), FacetRequest("topic", 101)],
)
def test_other_facets_are_told(facet: str | FacetRequest) -> None:
    takes = f"names of {', '.join(FACETS)}, each with :1 to :100"
    got = facet if isinstance(facet, str) else f"{facet.field}:{facet.size}"
    assert wrong(facets=["type", facet]) == {"facets": f"{got}, takes {takes}"}


@pytest.mark.parametrize(
    ("given_", "kept"),
    [
        ("topic:mic", FacetQuery("topic", "mic")),
        (" month: 2020 ", FacetQuery("month", "2020")),
        ("provider:a:b", FacetQuery("provider", "a:b")),
        ("type:", FacetQuery("type", "")),
        ("", None),
        (None, None),
    ],
)
def test_a_facet_query_is_a_field_and_how_its_values_begin(given_: Any, kept: Any) -> None:
    assert SearchRequest(facet_query=given_).facet_query == kept


@pytest.mark.parametrize(
    "text", ["mic", "colour:mic", ":mic", "Topic:mic", "topic:" + "x" * 501, FacetQuery("a", "b")]
)
def test_other_facet_queries_are_told(text: Any) -> None:
    takes = "takes one of topic, provider, category, type, month, a colon, and how its values begin"
    assert wrong(facet_query=text)["facet_query"].endswith(takes)


def test_results_are_collapsed_by_story_or_not_at_all() -> None:
    assert SearchRequest(collapse="story").collapse == "story"
    assert wrong(collapse="topic") == {"collapse": "topic, takes story"}


@given(st.text("topic:0123456789 -", max_size=12))
def test_any_text_is_a_facet_or_a_value_error(text: str) -> None:
    try:
        request = FacetRequest.parse(text)
    except ValueError:
        return
    assert request.checked() == request


def test_requests_that_ask_the_same_have_the_same_key() -> None:
    one = SearchRequest(" ai ", topic="AI", from_="2020-05", facets="topic")
    other = SearchRequest(
        "ai",
        topic=("AI", "AI"),
        from_=datetime(2020, 5, 1),
        facets=(FacetRequest("topic", 10),),
    )
    assert one.key() == other.key()
    assert hash(one.key()) == hash(other.key())


@pytest.mark.parametrize(
    "change",
    [
        {"query": "ml"},
        {"page": 2},
        {"size": 11},
        {"sort": "newest"},
        {"topic": "a"},
        {"provider": "a"},
        {"category": "a"},
        {"type": "a"},
        {"from_": "2020"},
        {"to": "2020"},
        {"facets": "topic"},
        {"facet_query": "topic:a"},
        {"collapse": "story"},
        {"highlight": False},
        {"explain": True},
    ],
)
def test_requests_that_ask_something_else_have_another_key(change: dict[str, object]) -> None:
    assert SearchRequest(**change).key() != SearchRequest().key()  # type: ignore[arg-type]


def test_a_hit_gives_its_article() -> None:
    article = Article(id="2020/a", title="A title", topics=("AI",))
    hit = Hit(article.to_json(), 1.5)
    assert (hit.article, hit.id, hit.title) == (article, "2020/a", "A title")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("page", value) for value in ("1", 1.5, None, True)),
        *(("size", value) for value in ("10", 10.0)),
        *(("query", value) for value in (None, 5)),
        *(("topic", value) for value in (5, None, (5,))),
        *(("facets", value) for value in (5, None, (5,))),
        *(("facet_query", value) for value in (5, ("topic:a",))),
        *(("collapse", value) for value in (5, True)),
        *(("from_", value) for value in (5, b"2020")),
        *(("highlight", value) for value in ("no", 0, None)),
        ("sort", None),
    ],
)
def test_a_value_of_another_type_is_an_invalid_request(name: str, value: Any) -> None:
    with pytest.raises(InvalidRequest) as caught:
        SearchRequest(**{name: value})
    assert len(caught.value.errors) == 1
