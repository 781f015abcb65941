"""Sets of matches behave like dictionaries of documents and scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search.matches import Matches, best_of, unite, united_with

DOCUMENTS = 12
scores = st.sampled_from([0.0, 0.5, 1.0, 4.0])
sets = st.dictionaries(st.integers(0, DOCUMENTS - 1), scores, max_size=DOCUMENTS)
sparse = st.dictionaries(st.integers(0, 50 * DOCUMENTS), scores, max_size=DOCUMENTS)
masks = st.lists(st.booleans(), min_size=DOCUMENTS, max_size=DOCUMENTS)


def matches(found: dict[int, float]) -> Matches:
    docs = sorted(found)
    return Matches(np.array(docs, np.int32), np.array([found[d] for d in docs], np.float32))


def plain(found: Matches) -> dict[int, float]:
    assert found.docs.dtype == np.int32 and found.scores.dtype == np.float32
    assert sorted(set(found.docs.tolist())) == found.docs.tolist()
    return dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True))


@given(sets, sets)
def test_two_sets_intersect_with_summed_scores(
    one: dict[int, float], two: dict[int, float]
) -> None:
    expected = {doc: one[doc] + two[doc] for doc in one.keys() & two.keys()}
    assert plain(matches(one).intersect(matches(two))) == expected


@given(sets, sets)
def test_one_set_goes_without_another(one: dict[int, float], two: dict[int, float]) -> None:
    without = {doc: score for doc, score in one.items() if doc not in two}
    assert plain(matches(one).without(matches(two))) == without


@given(st.lists(sets, max_size=4) | st.lists(sparse, max_size=4))
def test_several_sets_unite_by_sum_or_by_the_best(parts: list[dict[int, float]]) -> None:
    every = {doc for part in parts for doc in part}
    summed = {doc: sum(part.get(doc, 0.0) for part in parts) for doc in every}
    best = {doc: max(part.get(doc, 0.0) for part in parts) for doc in every}
    sides = list(map(matches, parts))
    assert plain(unite(sides)) == summed
    assert plain(best_of(sides)) == best
    assert_covered(parts, summed)


def assert_covered(parts: Sequence[dict[int, float]], summed: dict[int, float]) -> None:
    weights = np.array([2.0**number for number in range(len(parts))], np.float32)
    found, coverage = united_with(list(map(matches, parts)), weights)
    assert plain(found) == summed
    for doc, covered in zip(found.docs.tolist(), coverage.tolist(), strict=True):
        assert covered == sum(w for w, part in zip(weights, parts, strict=True) if doc in part)


@given(sets, masks, st.lists(st.integers(0, DOCUMENTS - 1), max_size=5))
def test_matches_are_masked_looked_up_and_weighted(
    found: dict[int, float], mask: list[bool], asked: list[int]
) -> None:
    matched, docs = matches(found), np.array(asked, np.int32)
    assert plain(matched.where(np.array(mask))) == {d: s for d, s in found.items() if mask[d]}
    assert matched.holds(docs).tolist() == [doc in found for doc in asked]
    assert matched.scores_of(docs).tolist() == [found.get(doc, 0.0) for doc in asked]
    assert plain(matched.times(0.5)) == {doc: score / 2 for doc, score in found.items()}
