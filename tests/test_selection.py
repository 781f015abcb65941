"""Filters, facets and orders, each against the plainest way to say the same."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article, Provider
from searchsvc.articles.fields import FACETS
from searchsvc.engine.selection import Selector
from searchsvc.index.columns import Columns
from searchsvc.scoring.matches import Matches
from searchsvc.search import SORTS, FacetRequest

untimed = settings(deadline=None)

_MOMENTS = [datetime(2020, month, day, tzinfo=UTC) for month in (1, 2) for day in (1, 2)]
_MOMENTS += [datetime(1969, 12, 31, tzinfo=UTC)]
_VALUE = st.none() | st.sampled_from(["a", "b", "B", "c"])
_NUMBER = st.none() | st.integers(-1, 2)
ARTICLE = st.builds(
    Article,
    id=st.text("xyz", min_size=1, max_size=6),
    title=st.just("t"),
    published_at=st.none() | st.sampled_from(_MOMENTS),
    provider=st.none() | st.builds(Provider, _VALUE, st.sampled_from([None, "a.example", "b"])),
    category=_VALUE,
    type=_VALUE,
    topics=st.lists(st.sampled_from(["a", "b", "B", "c"]), max_size=3, unique_by=str.casefold).map(
        tuple
    ),
    quality=_NUMBER,
    heat=_NUMBER,
)
ARTICLES = st.lists(ARTICLE, max_size=25, unique_by=lambda article: article.id)


def selector(articles: list[Article]) -> Selector:
    return Selector(Columns.build(articles))


def matched(docs: list[int], scores: list[float]) -> Matches:
    return Matches(np.array(docs, np.int32), np.array(scores, np.float32))


# Orders


def _missing_last(number: float | None) -> tuple[bool, float]:
    return number is None, -(number or 0)


def in_order(articles: list[Article], scores: list[float], sort: str) -> list[int]:
    """Document numbers, sorted the plain way."""

    def key(document: int) -> tuple[object, ...]:
        article = articles[document]
        date = article.published_at.timestamp() if article.published_at else None
        newest = _missing_last(date)
        first = {
            "relevance": (-scores[document],),
            "newest": (),
            "oldest": (date is None, date or 0),
            "heat": _missing_last(article.heat),
            "quality": _missing_last(article.quality),
        }[sort]
        return (*first, *newest, article.id)

    return sorted(range(len(articles)), key=key)


@untimed
@given(st.data(), ARTICLES, st.sampled_from(SORTS), st.integers(1, 30))
def test_the_best_are_the_first_of_a_full_sort(
    data: st.DataObject, articles: list[Article], sort: str, count: int
) -> None:
    scores = data.draw(
        st.lists(st.sampled_from([0.0, 1.0, 1.5]), min_size=len(articles), max_size=len(articles))
    )
    docs = [d for d in range(len(articles)) if data.draw(st.booleans(), label=f"doc {d}")]
    matches = matched(docs, [scores[d] for d in docs])
    found = selector(articles).page(matches, np.ones(len(articles), np.float32), sort, 0, count)
    expected = [d for d in in_order(articles, scores, sort) if d in docs]
    assert found.docs.tolist() == expected[:count]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ("relevance", "old new-a new-b undated"),
        ("newest", "new-a new-b old undated"),
        ("oldest", "old new-a new-b undated"),
        ("heat", "undated new-a old new-b"),
        ("quality", "old new-a new-b undated"),
    ],
)
def test_ties_go_to_the_newest_then_by_id_and_what_is_missing_is_last(sort: str, ids: str) -> None:
    articles = [
        Article(id="undated", title="", heat=5),
        Article(id="new-b", title="", published_at=_MOMENTS[3], heat=None, quality=1),
        Article(id="old", title="", published_at=_MOMENTS[0], heat=-1, quality=2),
        Article(id="new-a", title="", published_at=_MOMENTS[3], heat=4, quality=1),
    ]
    matches = matched([0, 1, 2, 3], [1.0, 1.0, 2.0, 1.0])
    found = selector(articles).page(matches, np.ones(4, np.float32), sort, 0, 10)
    assert [articles[document].id for document in found.docs] == ids.split()


# Facets


def _values(article: Article, field: str) -> list[str]:
    provider = article.provider
    named = (provider.name or provider.domain) if provider else None
    single = {"provider": named, "category": article.category, "type": article.type}
    if field == "topic":
        return list(article.topics)
    if field == "month":
        return [f"{article.published_at:%Y-%m}"] if article.published_at else []
    return [value] if (value := single[field]) else []


@untimed
@given(st.data(), ARTICLES, st.sampled_from(FACETS), st.integers(1, 5))
def test_facets_count_the_matches_of_each_value(
    data: st.DataObject, articles: list[Article], field: str, size: int
) -> None:
    mask = np.array([data.draw(st.booleans(), label=f"doc {a.id}") for a in articles], bool)
    docs = np.flatnonzero(mask).astype(np.int32)
    facets = selector(articles).facet(FacetRequest(field, size), docs)
    counts: Counter[str] = Counter()
    for article, is_match in zip(articles, mask, strict=True):
        if is_match:
            counts.update(value.casefold() for value in _values(article, field))
    expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]
    assert [(facet.value.casefold(), facet.count) for facet in facets] == expected


# Filters


@untimed
@given(ARTICLES, st.sampled_from(["topic", "category", "type"]), st.lists(st.sampled_from("AbxC")))
def test_a_filter_passes_any_of_its_values_in_any_case(
    articles: list[Article], field: str, texts: list[str]
) -> None:
    masks = selector(articles).filter_masks({field: tuple(texts)}, (None, None))
    wanted = {text.casefold() for text in texts}
    expected = [
        bool(wanted & {value.casefold() for value in _values(article, field)})
        for article in articles
    ]
    assert masks[field].tolist() == expected


@pytest.mark.parametrize(
    ("texts", "ids"),
    [
        (("Alpha",), "both name"),
        (("alpha", "GAMMA.example"), "both name domain"),
        (("alpha.example",), "both"),
        (("gamma.example",), "domain"),
        (("beta.example",), "confusing"),
        (("unknown",), ""),
    ],
)
def test_a_provider_is_found_by_name_else_by_domain(texts: tuple[str, ...], ids: str) -> None:
    articles = [
        Article(id="both", title="", provider=Provider("Alpha", "alpha.example")),
        Article(id="name", title="", provider=Provider("ALPHA", None)),
        Article(id="domain", title="", provider=Provider(None, "gamma.example")),
        Article(id="confusing", title="", provider=Provider("beta.example", "x.example")),
        Article(id="hidden", title="", provider=Provider("Beta", "beta.example")),
        Article(id="none", title=""),
    ]
    mask = selector(articles).filter_masks({"provider": texts}, (None, None))["provider"]
    assert [a.id for a, passes in zip(articles, mask, strict=True) if passes] == ids.split()


@untimed
@given(ARTICLES, st.none() | st.sampled_from(_MOMENTS), st.none() | st.sampled_from(_MOMENTS))
def test_dates_are_inclusive_and_the_undated_never_pass(
    articles: list[Article], first: datetime | None, last: datetime | None
) -> None:
    span = (first and first.timestamp(), last and last.timestamp())
    masks = selector(articles).filter_masks({}, span)
    if first is None and last is None:
        assert masks == {}
        return
    expected = [
        article.published_at is not None
        and (first is None or article.published_at >= first)
        and (last is None or article.published_at <= last)
        for article in articles
    ]
    assert masks["month"].tolist() == expected


def test_a_domain_finds_all_its_articles_also_beside_one_that_has_no_name() -> None:
    articles = [
        Article(id="1", title="", provider=Provider("Alpha", "alpha.example")),
        Article(id="2", title="", provider=Provider(None, "alpha.example")),
        Article(id="3", title="", provider=Provider("Beta", "beta.example")),
    ]
    masks = selector(articles).filter_masks({"provider": ("Alpha.example",)}, (None, None))
    assert masks["provider"].tolist() == [True, True, False]
