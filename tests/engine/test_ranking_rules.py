"""What readers may rely on in the order of results."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from searchsvc.engine import Engine, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from tests.conftest import ROOT, front_matter, index_of

Write = Callable[..., Path]
Indexed = Callable[..., Engine]
NOW = datetime(2021, 1, 1, tzinfo=UTC)
NO_WEIGHTS = {"weight_quality": 0.0, "weight_heat": 0.0, "weight_freshness": 0.0}


def order(engine: Engine, query: str, **parameters: Any) -> list[str]:
    return [hit.id for hit in engine.search(SearchRequest(query, size=100, **parameters)).hits]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"quality": 90}, {"quality": 40}),
        ({"heat": 90}, {"heat": 40}),
        ({"publishedDateTime": "2020-12-31"}, {"publishedDateTime": "2020-12-01"}),
        ({"quality": 60}, {"quality": -1}),
        ({"heat": 1}, {"heat": 0}),
    ],
)
def test_of_articles_with_the_same_text_the_better_is_first(
    write: Write, indexed: Indexed, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    same = {"title": "Same words", "excerpt": "In both of them.", "quality": 50, "heat": 50}
    same["publishedDateTime"] = "2020-06-01"
    write("a-worse", **(same | worse))
    write("b-better", **(same | better))
    assert order(indexed(now=NOW), "words") == ["b-better", "a-worse"]


def test_with_weights_0_the_order_is_by_text_alone_then_newest_then_id(
    write: Write, indexed: Indexed
) -> None:
    write("c", title="Same words", heat=942, publishedDateTime="2020-01-01")
    write("b", title="Same words", heat=0, publishedDateTime="2020-01-02")
    write("a", title="Same words", heat=5, publishedDateTime="2020-01-01")
    assert order(indexed(now=NOW, **NO_WEIGHTS), "words") == ["b", "a", "c"]


def test_missing_quality_and_heat_count_as_the_median(write: Write, indexed: Indexed) -> None:
    write("low", title="Same words", quality=10)
    write("middle", title="Same words", quality=50)
    write("high", title="Same words", quality=90)
    write("none", title="Same words")
    result = indexed(now=NOW).search(SearchRequest("words", explain=True))
    scores = {hit.id: hit.score for hit in result.hits}
    assert scores["none"] == pytest.approx(scores["middle"])
    assert scores["low"] < scores["none"] < scores["high"]


def test_a_word_as_typed_is_ahead_of_another_form_of_it(write: Write, indexed: Indexed) -> None:
    write("singular", title="A computer today", excerpt="x")
    write("plural", title="A computers today", excerpt="x")
    engine = indexed()
    assert order(engine, "computers") == ["plural", "singular"]
    assert order(engine, "computer") == ["singular", "plural"]


def test_an_exact_title_without_heat_beats_a_partial_match_with_most(
    write: Write, indexed: Indexed
) -> None:
    write("exact", title="Chip shortage", heat=0, quality=-1)
    write(
        "partial",
        title="Chip shortage: the chip shortage of all chip shortages",
        topics=["Chip shortage"],
        excerpt="Chip shortage, chip shortage.",
        heat=942,
        quality=189,
    )
    assert order(indexed(), "chip shortage")[0] == "exact"
    assert order(indexed(), "CHIP  Shortage!")[0] == "exact"


def test_raising_the_losers_heat_turns_the_order_under_an_open_engine(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="Same words", heat=80)
    write("b", title="Same words", heat=20)
    engine = indexed()
    assert order(engine, "words") == ["a", "b"]
    write("b", title="Same words", heat=300)
    assert reindex(settings).counts.changed == 1
    assert order(engine, "words") == ["b", "a"]


def test_an_empty_query_lists_the_newest_and_undated_last(write: Write, indexed: Indexed) -> None:
    write("undated", title="People")
    write("old", title="Old", publishedDateTime="2019-01-01")
    write("new", title="New", publishedDateTime="2020-01-01T00:00:00+01:00")
    assert order(indexed(), "") == ["new", "old", "undated"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["c", "b", "a", "d"]),
        ("oldest", ["a", "b", "c", "d"]),
        ("heat", ["b", "c", "a", "d"]),
        ("quality", ["a", "c", "b", "d"]),
    ],
)
def test_sorts_put_missing_values_last(
    write: Write, indexed: Indexed, sort: str, expected: list[str]
) -> None:
    write("a", title="Word", publishedDateTime="2018-01-01", heat=1, quality=9)
    write("b", title="Word", publishedDateTime="2019-01-01", heat=9, quality=1)
    write("c", title="Word", publishedDateTime="2020-01-01", heat=5, quality=5)
    write("d", title="Word")
    assert order(indexed(), "word", sort=sort) == expected


QUERIES = st.lists(
    st.sampled_from(
        [
            "supercomputer",
            "microsoft",
            "e-mail",
            "startup",
            "covid-19",
            "naïve",
            "日本",
            "C++",
            "the",
        ]
        + ["super*", "su*er", '"machine learning"', "title:azure", 'title:"the who"', "-azure"]
        + ["topic:ai", "site:example", "when:2020", "-type:video", "(chip OR wafer*)", "OR", "qzx"]
    ),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(query=QUERIES, typing=st.booleans())
@hypothesis_settings(max_examples=60, deadline=None)
def test_the_explanation_adds_up(demonstration: Engine, query: str, typing: bool) -> None:
    result = demonstration.search(SearchRequest(query, typing=typing, explain=True, size=3))
    assert result.parsed
    for hit in result.hits:
        explain = hit.explain
        assert explain
        fields = sum(term.bm25 * term.boost for term in explain.fields)
        assert explain.text == pytest.approx(fields + 1000 * explain.title_is_query, rel=1e-3)
        assert explain.prior == pytest.approx(
            1 + explain.quality + explain.heat + explain.freshness
        )
        assert hit.score == pytest.approx(explain.text * explain.prior)
        assert 1 <= explain.prior <= 2


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The articles that come with the project."""
    index = tmp_path_factory.mktemp("demonstration") / "index"
    settings = replace(Settings(), corpus=ROOT / "corpus", index=index, now=NOW)
    assert reindex(settings).status == "published"
    engine = open_engine(settings)
    yield engine
    engine.close()


WORDS = ("alpha", "beta", "gamma", "delta", "alphas")
ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "title": st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
            "excerpt": st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join),
            "heat": st.none() | st.integers(-1, 942),
        }
    ),
    min_size=1,
    max_size=8,
)


@given(
    articles=ARTICLES,
    query=st.sampled_from(["alpha", "alpha beta", "beta OR delta", "title:gamma", '"alpha beta"']),
    weights=st.tuples(*[st.sampled_from([0.0, 0.1, 0.3])] * 3),
    doubled=st.integers(0, 7),
)
@hypothesis_settings(max_examples=12, deadline=None)
def test_no_heat_lifts_an_article_past_one_whose_text_is_better_by_more_than_the_bound(
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[dict[str, Any]],
    query: str,
    weights: tuple[float, float, float],
    doubled: int,
) -> None:
    """A prior is at most 1 + all weights; without any, the order is the text's alone."""
    settings = index_of(
        tmp_path_factory.mktemp("random"),
        {str(number): article for number, article in enumerate(articles)},
        now=NOW,
        **dict(zip(NO_WEIGHTS, weights, strict=True)),
    )
    bound = 1 + sum(weights)
    engine = open_engine(settings)
    before = texts_in_order(engine, query)
    number = doubled % len(articles)
    hotter = articles[number] | {"heat": 2 * (articles[number]["heat"] or 100)}
    (settings.corpus / f"{number}.md").write_text(front_matter(**hotter))
    reindex(settings)
    after = texts_in_order(engine, query)
    engine.close()
    for texts in (before, after):
        for place, text in enumerate(texts):
            assert all(behind <= bound * text * (1 + 1e-6) for behind in texts[place:])


def texts_in_order(engine: Engine, query: str) -> list[float]:
    hits = engine.search(SearchRequest(query, explain=True)).hits
    return [hit.explain.text for hit in hits if hit.explain]
