"""The best without a list of all: the same page and the same number as by listing them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import query as q

from searchsvc.query.tree import DefaultPhrase
from searchsvc.scoring import Matches, best_page, evaluate, kernels
from searchsvc.scoring.budget import NO_LIMIT
from searchsvc.scoring.direct import prepare
from searchsvc.scoring.page import Page
from tests.scoring.test_kernels import DOCUMENTS, SIZES, lists, random_matches
from tests.scoring.worlds import BOOSTS, TERMS, default_phrases, histories, word, world

_word = st.sampled_from(TERMS).map(word)
_several = st.lists(_word, min_size=1, max_size=4)
_plain = _word | st.builds(q.And, _several) | st.builds(q.Or, _several) | default_phrases
_titles = st.sampled_from(["alpha", "beta gamma", "news", "no such title"])


def same_page(found: Page, expected: Page) -> None:
    assert found.docs.tolist() == expected.docs.tolist()
    np.testing.assert_allclose(found.texts, expected.texts, rtol=1e-6)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-6)


_asked = st.tuples(_plain, st.none() | _titles, st.integers(0, 3), st.integers(1, 12))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories, st.lists(_asked, min_size=5, max_size=20))
def test_words_or_a_phrase_and_a_title(
    history: Any, asked: list[tuple[Any, str | None, int, int]]
) -> None:
    with world(history) as here:
        priors = np.linspace(1, 2, len(here.index), dtype=np.float32)
        ranks = np.arange(len(here.index), dtype=np.int32)[::-1].copy()
        for query, title, first, size in asked:
            if title:
                titled = q.ConstantScoreQuery(q.Term("title_key", title), 1000.0)
                query = q.AndMaybe(query, titled)
            prepared = prepare(here.index, query, NO_LIMIT)
            assert prepared
            matches = evaluate(here.index, query)
            assert prepared.matches().docs.tolist() == matches.docs.tolist()
            np.testing.assert_allclose(prepared.matches().scores, matches.scores, rtol=1e-6)
            page, total = prepared.best(priors, ranks, first, size)
            assert total == len(matches)
            same_page(page, best_page(matches, priors, ranks, first, size))


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", SIZES)
@pytest.mark.parametrize("count", [1, 10, 1_000])
def test_the_best_are_the_head_of_a_full_sort(first: int, second: int, count: int) -> None:
    """Sparse lists and dense ones, many ties, and documents that are lifted."""
    a, b = random_matches(1, first), random_matches(2, second)
    a, b = (Matches(one.docs, np.ceil(one.scores * 4)) for one in (a, b))
    docs, impacts, extents = lists(a, b)
    extents = np.concatenate([extents, np.zeros_like(extents)], axis=2)
    random = np.random.default_rng(5)
    priors = np.float32(1) + random.integers(0, 3, DOCUMENTS).astype(np.float32) / 4
    ranks = random.permutation(DOCUMENTS).astype(np.int32)
    lifted = np.sort(random.choice(DOCUMENTS, 20, replace=False)).astype(np.int32)
    lifts = Matches(lifted, np.full(len(lifted), 7.0, np.float32))
    for best_of_them, expected in (
        (kernels.best_of_any, a.unite(b)),
        (kernels.best_of_all, a.intersect(b)),
    ):
        total, best, *scores = best_of_them(
            docs, impacts, extents, 0.5, priors, ranks, lifted, 7.0, count
        )
        assert total == len(expected)
        page = best_page(expected.raised_by(lifts), priors, ranks, 0, count)
        assert best.tolist() == page.docs.tolist()
        np.testing.assert_array_equal(scores, [page.texts, page.scores])


@pytest.mark.parametrize(
    "query",
    [
        q.And([word("alpha"), q.Not(word("beta"))]),
        q.And([word("alpha"), word("beta")], boost=2.0),
        q.And([]),
        q.Or([word("alpha"), q.Prefix("title_exact", "al")]),
        q.Or([word("alpha")], boost=2.0),
        q.Or([word("alpha", {"title": 1.0, "topics": 0.0, "excerpt": 4.0})]),
        q.AndMaybe(q.Or([word("alpha")]), word("beta")),
    ],
    ids=str,
)
def test_other_queries_are_left_to_the_evaluator(query: Any) -> None:
    with world(([[]], set(), False)) as here:
        assert prepare(here.index, query, NO_LIMIT) is None


def test_out_of_budget_it_is_left_to_the_evaluator() -> None:
    from tests.scoring.test_evaluator import article

    with world(([[article("alpha") for _ in range(9)]], set(), False)) as here:
        phrase = DefaultPhrase(["alpha"], BOOSTS)
        for query, postings in ((word("alpha"), 18), (q.Or([word("alpha")]), 18), (phrase, 9)):
            assert prepare(here.index, query, postings - 1) is None
            assert prepare(here.index, query, postings)
