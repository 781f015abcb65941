"""Documents that hold all or any of some words, and their scores."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import MOST_WORDS, SEVERAL, ImpactArrays, LastingArray, all_words, any_words
from tests.kernels.impactlists import SIZES, Lists, ListsMaker, random_lists

untimed = settings(deadline=None)

BOOST_EXACT = 0.25
SEEDS = st.integers(0, 10**9)
WORDS = st.integers(1, 5)


def as_taken(
    lists: Lists,
) -> tuple[ImpactArrays, LastingArray, LastingArray, LastingArray, float]:
    return (
        ImpactArrays(*map(LastingArray, lists.impacts)),
        *(LastingArray(lists.extents), LastingArray(lists.forms), LastingArray(lists.weights)),
        BOOST_EXACT,
    )


def check_all(lists: Lists) -> None:
    docs, scores = all_words(*as_taken(lists))
    np.testing.assert_array_equal(docs, np.flatnonzero(lists.holders().all(axis=0)))
    np.testing.assert_allclose(scores, lists.scores(BOOST_EXACT)[docs], rtol=1e-5, atol=1e-6)


def check_any(lists: Lists) -> None:
    docs, scores, coverage = any_words(*as_taken(lists), lists.documents, lists.coverage_weights)
    held = lists.holders()
    np.testing.assert_array_equal(docs, np.flatnonzero(held.any(axis=0)))
    np.testing.assert_allclose(scores, lists.scores(BOOST_EXACT)[docs], rtol=1e-5, atol=1e-6)
    assert coverage is not None
    np.testing.assert_allclose(
        coverage, (lists.coverage_weights @ held)[docs], rtol=1e-5, atol=1e-6
    )
    same_docs, same_scores, nothing = any_words(*as_taken(lists), lists.documents)
    assert nothing is None
    np.testing.assert_array_equal(same_docs, docs)
    np.testing.assert_array_equal(same_scores, scores)


@untimed
@given(SEEDS, SIZES, WORDS)
def test_all_words_are_those_of_every_list(seed: int, documents: int, words: int) -> None:
    check_all(random_lists(seed, documents, words))


@untimed
@given(SEEDS, SIZES, WORDS, st.floats(0, 1))
def test_among_some_documents_those_with_all_words_have_the_same_scores(
    seed: int, documents: int, words: int, share: float
) -> None:
    lists = random_lists(seed, documents, words)
    docs, scores = all_words(*as_taken(lists))
    chosen = np.random.default_rng(seed).random(documents) < share
    among = np.flatnonzero(chosen).astype(np.int32)
    found, found_scores = all_words(*as_taken(lists), among)
    np.testing.assert_array_equal(found, docs[chosen[docs]])
    np.testing.assert_allclose(found_scores, scores[chosen[docs]], rtol=1e-6)


@untimed
@given(SEEDS, SIZES, WORDS)
def test_any_words_are_those_of_one_list_or_more(seed: int, documents: int, words: int) -> None:
    check_any(random_lists(seed, documents, words))


@untimed
@given(SEEDS, st.sampled_from([60, 9_000]))
def test_a_query_may_have_64_words(seed: int, documents: int) -> None:
    lists = random_lists(seed, documents, MOST_WORDS)
    check_all(lists)
    check_any(lists)


def test_more_words_are_refused() -> None:
    lists = random_lists(0, 10, MOST_WORDS + 1)
    with pytest.raises(ValueError, match="up to 64 words"):
        all_words(*as_taken(lists))
    with pytest.raises(ValueError, match="up to 64 words"):
        any_words(*as_taken(lists), lists.documents)


def test_no_words_match_nothing() -> None:
    lists = random_lists(0, 10, 0)
    assert len(all_words(*as_taken(lists))[0]) == 0
    assert len(any_words(*as_taken(lists), 10)[0]) == 0


@pytest.mark.parametrize("common", [5, 60, 600, 60_000])
@pytest.mark.parametrize("rare", [1, 5, 60, 600])
def test_short_lists_are_searched_and_long_ones_read(rare: int, common: int) -> None:
    """On both sides of the ratio where one way of intersecting gives way to the other."""
    rng = np.random.default_rng(rare * common)
    documents = 100_000
    few, many = (np.sort(rng.choice(documents, size, replace=False)) for size in (rare, common))
    for first, second in ((few, many), (many, few)):
        maker = ListsMaker(rng, documents)
        maker.add(first, rng.integers(0, 3, len(first)), 1)
        maker.add(second, np.full(len(second), SEVERAL), 1, second[::2])
        check_all(maker.lists())


@pytest.mark.parametrize("number", [-1, 254])
def test_a_form_without_a_number_is_only_where_its_own_list_has_it(number: int) -> None:
    maker = ListsMaker(np.random.default_rng(0), 9)
    maker.add(np.arange(9), np.array([0, 1, SEVERAL] * 3), number, np.array([2]))
    check_all(maker.lists())
    check_any(maker.lists())


@untimed
@given(SEEDS, SIZES, WORDS)
def test_a_side_list_that_is_no_part_of_its_stem_writes_nowhere_else(
    seed: int, documents: int, words: int
) -> None:
    """A damaged index: the documents are still right, their scores need not be."""
    lists = random_lists(seed, documents, words, are_subsets=False)
    held = lists.holders()
    docs, _, _ = any_words(*as_taken(lists), documents, lists.coverage_weights)
    np.testing.assert_array_equal(docs, np.flatnonzero(held.any(axis=0)))
    docs, _ = all_words(*as_taken(lists))
    np.testing.assert_array_equal(docs, np.flatnonzero(held.all(axis=0)))
