"""Pages, facets and stories, each against the plainest way to say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.articles.fields import FACETS
from searchsvc.search import SORTS, FacetRequest, SearchRequest
from searchsvc.search.collectors import facets_of, leaders, others_of_story, page_of
from searchsvc.search.matches import Matches
from tests.index.worlds import Night, several
from tests.search.oracle import PUBLISHED, Moment, articles, indexed

some = st.lists(articles, min_size=1, max_size=16, unique_by=lambda article: article.id)
_scores = st.lists(st.sampled_from([None, 0.0, 1.0, 1.5]), min_size=16, max_size=16)


def matched(moment: Moment, scores: dict[str, float]) -> Matches:
    docs = {one: moment.view.generation.find(one) for one in scores}
    order = sorted((doc, scores[one]) for one, doc in docs.items() if doc is not None)
    return Matches(
        np.array([doc for doc, _ in order], np.int32),
        np.array([score for _, score in order], np.float32),
    )


def _missing_last(number: float | None) -> tuple[bool, float]:
    return number is None, -(number or 0)


def in_order(added: list[Article], scores: dict[str, float], sort: str) -> list[str]:
    """The ids of what matches, sorted the plain way."""

    def key(article: Article) -> tuple[object, ...]:
        date = article.published_at.timestamp() if article.published_at else None
        first = {
            "relevance": (-scores[article.id],),
            "newest": (),
            "oldest": (date is None, date or 0),
            "heat": _missing_last(article.heat),
            "quality": _missing_last(article.quality),
        }[sort]
        return (*first, *_missing_last(date), article.id)

    return [article.id for article in sorted((a for a in added if a.id in scores), key=key)]


@settings(several, max_examples=60)
@given(some, _scores, st.sampled_from(SORTS), st.integers(0, 9), st.integers(1, 9))
def test_a_page_is_a_piece_of_a_full_sort(
    added: list[Article], drawn: list[float | None], sort: str, first: int, size: int
) -> None:
    scores = {a.id: s for a, s in zip(added, drawn, strict=False) if s is not None}
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        priors = np.ones(len(moment.view.generation), np.float32)
        page = page_of(moment.view, matched(moment, scores), priors, sort, first, size)
        expected = in_order(added, scores, sort)[first : first + size]
        assert moment.ids(page.docs) == expected
        assert page.texts == page.scores == [scores[one] for one in expected]


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
    old, new = PUBLISHED - timedelta(days=2), PUBLISHED - timedelta(days=1)
    added = [
        Article(id="undated", title="", heat=5),
        Article(id="new-b", title="", published_at=new, heat=None, quality=1),
        Article(id="old", title="", published_at=old, heat=-1, quality=2),
        Article(id="new-a", title="", published_at=new, heat=4, quality=1),
    ]
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        found = matched(moment, {"undated": 1, "new-b": 1, "old": 2, "new-a": 1})
        page = page_of(moment.view, found, np.ones(4, np.float32), sort, 0, 10)
        assert moment.ids(page.docs) == ids.split()


def values(article: Article, field: str) -> list[str]:
    provider = article.provider
    named = (provider.name or provider.domain) if provider else None
    single = {"provider": named, "category": article.category, "type": article.type}
    if field == "topic":
        return list(article.topics)
    if field == "month":
        return [f"{article.published_at:%Y-%m}"] if article.published_at else []
    return [value] if (value := single[field]) else []


@settings(several)
@given(some, _scores, st.sampled_from(FACETS), st.integers(1, 5))
def test_facets_count_the_matches_of_each_value(
    added: list[Article], drawn: list[float | None], field: str, size: int
) -> None:
    scores = {a.id: s for a, s in zip(added, drawn, strict=False) if s is not None}
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        request = SearchRequest(facets=(FacetRequest(field, size),))
        facets = facets_of(moment.view, request, matched(moment, scores), {})[field]
        counts: Counter[str] = Counter()
        for article in added:
            if article.id in scores:
                counts.update(value.casefold() for value in values(article, field))
        expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]
        assert [(facet.value.casefold(), facet.count) for facet in facets] == expected


@settings(several)
@given(some, _scores, st.sampled_from(["AI", "Trams"]), st.sampled_from(["News", "other"]))
def test_each_facet_counts_under_all_filters_but_its_own(
    added: list[Article], drawn: list[float | None], topic: str, category: str
) -> None:
    scores = {a.id: s for a, s in zip(added, drawn, strict=False) if s is not None}
    request = SearchRequest(facets="topic,category,month", topic=(topic,), category=(category,))
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        masks = stand.opened.filters.masks(request.filters, request.span)
        facets = facets_of(moment.view, request, matched(moment, scores), masks)
    matching = [article for article in added if article.id in scores]
    by_topic = [a for a in matching if topic.casefold() in map(str.casefold, a.topics)]
    by_category = [a for a in matching if a.category == category]
    counted = {
        "topic": by_category,
        "category": by_topic,
        "month": [article for article in by_topic if article in by_category],
    }
    for field, those in counted.items():
        counts = Counter(value.casefold() for a in those for value in values(a, field))
        assert {facet.value.casefold(): facet.count for facet in facets[field]} == counts


@pytest.mark.parametrize("sort", ["relevance", "newest", "heat"])
def test_a_story_is_led_by_its_first_match_and_the_others_follow(sort: str) -> None:
    def dated(number: int) -> datetime:
        return PUBLISHED - timedelta(days=9 - number)

    added = [
        Article(f"same-{n}", "One headline", published_at=dated(n), heat=9 - n) for n in range(3)
    ]
    added += [Article("alone", "Another", published_at=dated(5), heat=1)]
    added += [replace(added[0], id="unmatched")]
    scores = {"same-0": 1.0, "same-1": 3.0, "same-2": 2.0, "alone": 0.5}
    with indexed([Night(added, [], [])]) as stand:
        moment = stand.at()
        view, found = moment.view, matched(moment, scores)
        priors = np.ones(len(view.generation), np.float32)
        led = leaders(view, found, priors, sort)
        page = page_of(view, led, priors, sort, 0, 10)
        order = in_order(added, scores, sort)
        best = next(one for one in order if one != "alone")
        assert moment.ids(page.docs) == [one for one in order if one in (best, "alone")]
        doc = view.generation.find(best)
        assert doc is not None
        others = moment.ids(others_of_story(view, found, doc).docs.tolist())
        assert set(others) == scores.keys() - {best, "alone"}
