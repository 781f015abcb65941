"""The kernels that make stories and show one article of each, against the plainest way to do so."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.scoring import kernels

DOCUMENTS = 8
_DOC = st.integers(0, DOCUMENTS - 1)
_PAIRS = st.lists(st.tuples(_DOC, _DOC), max_size=10)


@settings(deadline=None)
@given(_PAIRS, _PAIRS, st.integers(1, 6))
def test_pairs_are_tied_in_order_as_long_as_groups_stay_small(
    free: list[tuple[int, int]], bounded: list[tuple[int, int]], most: int
) -> None:
    groups = [{doc} for doc in range(DOCUMENTS)]
    for number, (one, other) in enumerate(free + bounded):
        joined = groups[one] | groups[other]
        if number < len(free) or len(joined) <= most:
            for doc in joined:
                groups[doc] = joined
    ends = np.array(free + bounded, np.int32).reshape(-1, 2)
    first, second = np.ascontiguousarray(ends.T)
    roots = kernels.tie(first, second, len(free), most, DOCUMENTS).tolist()
    for doc, root in enumerate(roots):
        assert {other for other in range(DOCUMENTS) if roots[other] == root} == groups[doc]
        assert root in groups[doc]


_SCORES = st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=DOCUMENTS, max_size=DOCUMENTS)


@settings(deadline=None)
@given(
    st.sets(_DOC),
    _SCORES,
    _SCORES,
    st.permutations(range(DOCUMENTS)),
    st.lists(st.integers(-1, 2), min_size=DOCUMENTS, max_size=DOCUMENTS),
    st.booleans(),
)
def test_the_first_of_each_story_leads(
    matched: set[int],
    scores: list[float],
    priors: list[float],
    ranks: list[int],
    stories: list[int],
    by_score: bool,
) -> None:
    docs = sorted(matched)
    found, kept = kernels.lead(
        np.array(docs, np.int32),
        np.array([scores[doc] for doc in docs], np.float32),
        np.array(priors, np.float32),
        np.array(ranks, np.int32),
        np.array(stories, np.int32),
        3,
        by_score,
    )

    def place(doc: int) -> tuple[float, int]:
        return (-scores[doc] * priors[doc] if by_score else 0.0), ranks[doc]

    expected = {doc for doc in docs if stories[doc] < 0}
    for story in range(3):
        members = [doc for doc in docs if stories[doc] == story]
        expected |= {min(members, key=place)} if members else set()
    assert found.tolist() == sorted(expected)
    assert kept.tolist() == [scores[doc] for doc in sorted(expected)]
