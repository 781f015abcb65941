"""The best of a range, and what stands beside other words, against plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.scoring import kernels


@settings(deadline=None)
@given(st.lists(st.integers(0, 5)), st.integers(0, 9), st.integers(0, 9), st.integers(1, 4))
def test_the_best_of_a_range_come_in_order_and_ties_by_place(values, start, size, count):
    scores = np.array(values, np.float32)
    start = min(start, len(values))
    stop = min(start + size, len(values))
    expected = sorted(
        (place for place in range(start, stop) if values[place] > 0),
        key=lambda place: (-values[place], place),
    )
    assert kernels.best_of_range(scores, start, stop, count).tolist() == expected[:count]


terms = st.lists(st.sets(st.integers(0, 6)), min_size=1, max_size=5)
marked = st.lists(st.sampled_from([0, 1, 2]), min_size=10, max_size=10)
weighed = st.lists(st.sampled_from([0.0, 1.0, 1.5]), min_size=10, max_size=10)


@settings(deadline=None)
@given(terms, marked, weighed, st.integers(0, 10))
def test_documents_beside_others_are_weighed_by_their_marks(lists, marks, weights, floor):
    base = 3
    marks = [mark if doc >= floor else 0 for doc, mark in enumerate(marks)]
    docs = np.array([doc for held in lists for doc in sorted(held)], np.int32)
    starts = np.cumsum([0, *map(len, lists)]).astype(np.int64)
    words = np.arange(len(lists), dtype=np.int32) + 7
    sums = np.zeros(len(lists), np.float32)
    examples = np.full(len(lists), -1, np.int32)
    found = np.empty(20, np.int32)
    count = kernels.weigh_beside(
        np.array(marks, np.uint8),
        np.array(weights, np.float32),
        *(starts, docs, words, base, floor, 7, sums, examples, found),
    )
    factor = {0: 0.0, 1: 0.25, 2: 1.0}
    for word, held in enumerate(lists):
        shares = {doc + base: factor[marks[doc + base]] * weights[doc + base] for doc in held}
        assert sums[word] == sum(shares.values())
        example = int(examples[word])
        assert shares[example] > 0 if sums[word] else example == -1
    expected = {
        doc + base
        for held in lists
        for doc in held
        if marks[doc + base] == 2 and weights[doc + base]
    }
    assert sorted(found[:count].tolist()) == sorted(expected)
