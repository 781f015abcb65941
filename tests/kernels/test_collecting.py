"""The best of the matches, counts of their codes, and one of each story."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from searchsvc.kernels import best, count_codes, leaders, lowest

untimed = settings(deadline=None)

SEEDS = st.integers(0, 10**9)
SIZES = st.sampled_from([1, 2, 5, 100, 3000])
PARTS = st.sampled_from([0.0, 0.1, 1.0])


class Matches:
    """Some of the documents, with scores of which many are equal; ranks are distinct."""

    def __init__(self, seed: int, documents: int, part: float) -> None:
        rng = np.random.default_rng(seed)
        self.rng = rng
        self.docs = np.flatnonzero(rng.random(documents) < part).astype(np.int32)
        levels = int(rng.choice([1, 3, 10_000]))
        self.scores = rng.integers(0, levels, len(self.docs)).astype(np.float32)
        self.priors = rng.choice([1.0, 1.5, 2.0], documents).astype(np.float32)
        self.ranks = rng.permutation(documents).astype(np.int32)

    def value(self, i: int) -> float:
        return float(self.scores[i]) * float(self.priors[self.docs[i]])

    def rank(self, i: int) -> int:
        return int(self.ranks[self.docs[i]])


@untimed
@given(SEEDS, SIZES, PARTS, st.sampled_from([0, 1, 2, 10, 100, 5000]))
def test_the_best_are_those_of_the_highest_products_ties_by_rank(
    seed: int, documents: int, part: float, k: int
) -> None:
    matches = Matches(seed, documents, part)
    order = sorted(range(len(matches.docs)), key=lambda i: (-matches.value(i), matches.rank(i)))[:k]
    docs, texts, values = best(matches.docs, matches.scores, matches.priors, matches.ranks, k)
    assert docs.tolist() == matches.docs[order].tolist()
    assert texts.tolist() == matches.scores[order].tolist()
    assert values.tolist() == [matches.value(i) for i in order]


@untimed
@given(SEEDS, SIZES, PARTS, st.sampled_from([0, 1, 2, 10, 100, 5000]))
def test_the_lowest_are_those_of_the_lowest_ranks(
    seed: int, documents: int, part: float, k: int
) -> None:
    matches = Matches(seed, documents, part)
    order = sorted(range(len(matches.docs)), key=matches.rank)[:k]
    assert lowest(matches.docs, matches.ranks, k).tolist() == order


def test_equal_ranks_leave_documents_in_their_order() -> None:
    docs = np.arange(9, dtype=np.int32)
    ranks = np.zeros(9, np.int32)
    ones = np.ones(9, np.float32)
    assert lowest(docs, ranks, 4).tolist() == [0, 1, 2, 3]
    assert best(docs, ones, ones, ranks, 4)[0].tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32])
@untimed
@given(SEEDS, SIZES, PARTS)
def test_codes_are_counted(dtype: Any, seed: int, documents: int, part: float) -> None:
    matches = Matches(seed, documents, part)
    labels = 200
    sizes = matches.rng.integers(0, 4, documents)
    starts = np.cumsum([0, *sizes]).astype(np.int32)
    codes: NDArray[Any] = matches.rng.integers(0, labels, max(starts[-1], documents)).astype(dtype)
    held = Counter(
        int(code) for doc in matches.docs for code in codes[starts[doc] : starts[doc + 1]]
    )
    counts = count_codes(matches.docs, starts, codes, labels)
    assert counts.tolist() == [held[code] for code in range(labels)]
    single = Counter(codes[matches.docs].tolist())
    counts = count_codes(matches.docs, None, codes, labels)
    assert counts.tolist() == [single[code] for code in range(labels)]


def test_codes_of_another_width_are_refused() -> None:
    with pytest.raises(TypeError, match="codes of int64"):
        count_codes(np.zeros(1, np.int32), None, np.zeros(1, np.int64), 1)


@untimed
@given(SEEDS, SIZES, PARTS, st.booleans(), st.sampled_from([1, 3, 1000]))
def test_a_story_has_one_leader_and_what_is_in_none_stays(
    seed: int, documents: int, part: float, by_score: bool, n_stories: int
) -> None:
    matches = Matches(seed, documents, part)
    stories = matches.rng.integers(-1, n_stories, documents).astype(np.int32)

    def order(i: int) -> tuple[float, int]:
        return (-matches.value(i) if by_score else 0.0, matches.rank(i))

    first: dict[int, int] = {}
    for i in sorted(range(len(matches.docs)), key=order):
        first.setdefault(int(stories[matches.docs[i]]), i)
    kept = [
        i for i, doc in enumerate(matches.docs) if stories[doc] < 0 or first[int(stories[doc])] == i
    ]
    docs, scores = leaders(
        *(matches.docs, matches.scores, matches.priors, matches.ranks),
        *(stories, n_stories, by_score),
    )
    assert docs.tolist() == matches.docs[kept].tolist()
    assert scores.tolist() == matches.scores[kept].tolist()
