from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from whoosh import formats, scoring
from whoosh.matching import ReadTooFar
from whoosh.util.numeric import byte_to_length

from searchsvc.columnar import FieldPostings, PositionsPayload, Terms
from searchsvc.columnar.matcher import ColumnarMatcher

doc_ids = st.sets(st.integers(0, 60), min_size=1).map(sorted)


class WeightOverLength(scoring.BaseScorer):
    """A score that needs both bounds of a block."""

    def __init__(self, lengths: NDArray[np.uint8]) -> None:
        self._lengths = lengths

    def supports_block_quality(self) -> bool:
        return True

    def score(self, matcher: ColumnarMatcher) -> float:
        length: int = byte_to_length(int(self._lengths[matcher.id()]))
        return matcher.weight() / (1 + length)

    def block_quality(self, matcher: ColumnarMatcher) -> float:
        return matcher.block_max_weight() / (1 + matcher.block_min_length())


def matcher_of(
    ids: Sequence[int], block: int = 4, weights: Sequence[float] | None = None
) -> ColumnarMatcher:
    """A matcher of the second of three terms; position i + 1 for posting i, lengths = id % 7."""
    count = len(ids)
    all_ids = np.array([3, *ids, 5], np.int32)
    lengths = (np.arange(64) % 7).astype(np.uint8)
    payload = PositionsPayload.of(np.arange(count + 2), np.ones(count + 2, np.int64))
    postings = FieldPostings.of(
        Terms.of([b"a", b"b", b"c"]),
        np.array([0, 1, count + 1, count + 2], np.int64),
        all_ids,
        np.array([9, *(weights or [1] * count), 9]),
        payload,
    )
    return ColumnarMatcher(
        postings, 1, formats.Positions(), ("f", b"b"), WeightOverLength(lengths), lengths, block
    )


def read(matcher: ColumnarMatcher) -> list[int]:
    ids = []
    while matcher.is_active():
        ids.append(matcher.id())
        matcher.next()
    return ids


@given(doc_ids, st.integers(1, 9))
def test_it_reads_the_postings_of_its_term_and_no_others(ids: list[int], block: int) -> None:
    matcher = matcher_of(ids, block)
    assert list(matcher.all_ids()) == ids
    assert read(matcher) == ids
    with pytest.raises(ReadTooFar):
        matcher.next()
    matcher.reset()
    assert read(matcher) == ids


@given(doc_ids, st.lists(st.integers(0, 2**40) | st.integers(0, 70), max_size=6))
def test_skip_to_never_goes_back_and_stops_at_the_first_id_not_below(
    ids: list[int], targets: list[int]
) -> None:
    matcher, place = matcher_of(ids), 0
    for target in targets:
        if not matcher.is_active():
            with pytest.raises(ReadTooFar):
                matcher.skip_to(target)
            break
        matcher.skip_to(target)
        place = max(place, bisect_left(ids, target))
        assert (matcher.id() if matcher.is_active() else None) == (
            ids[place] if place < len(ids) else None
        )
        if matcher.is_active():
            assert matcher.value_as("positions") == [place + 1]
            assert [span.start for span in matcher.spans()] == [place + 1]
            assert matcher.value() == formats.Positions().encode([place + 1])
            assert matcher.value_as("frequency") == 1


@given(
    doc_ids.flatmap(
        lambda ids: st.tuples(
            st.just(ids), st.lists(st.integers(1, 9), min_size=len(ids), max_size=len(ids))
        )
    ),
    st.floats(0, 9),
)
def test_skipping_by_quality_skips_nothing_better(
    postings: tuple[list[int], list[int]], least: float
) -> None:
    ids, weights = postings
    every = matcher_of(ids, weights=weights)
    better = []
    while every.is_active():
        assert every.score() <= every.block_quality()
        if every.score() > least:
            better.append(every.id())
        every.next()
    skipping, found = matcher_of(ids, weights=weights), []
    skipping.skip_to_quality(least)
    while skipping.is_active():
        if skipping.score() > least:
            found.append(skipping.id())
        if skipping.next():
            skipping.skip_to_quality(least)
    assert found == better
    assert skipping.block_quality() >= 0  # Whoosh asks at the end as well


def test_a_copy_goes_on_from_the_same_place() -> None:
    matcher = matcher_of(range(10), block=3)
    matcher.skip_to(4)
    twin = matcher.copy()
    assert read(matcher) == [4, 5, 6, 7, 8, 9]
    assert read(twin) == [4, 5, 6, 7, 8, 9]


def test_all_items_are_ids_with_values() -> None:
    assert [id for id, _ in matcher_of([1, 2, 9]).all_items()] == [1, 2, 9]
    assert list(matcher_of([4, 7]).items_as("positions")) == [(4, [1]), (7, [2])]
