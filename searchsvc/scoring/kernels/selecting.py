"""From all matches to the first of them, and how many have each value of a facet."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    DOCS,
    IMPACTS,
    INT,
    INTS,
    kernel,
    part,
)


@part
def is_behind(score: float, rank: int, other_score: float, other_rank: int) -> bool:
    """Whether the first comes after the second: lower score, or the same and a higher rank."""
    return bool(score < other_score or (score == other_score and rank > other_rank))


@part
def sink(scores: Any, ranks: Any, places: Any, hole: int, size: int) -> None:
    """Restores a heap, the last in order at its root, whose element at `hole` may be too high."""
    score, rank, place = scores[hole], ranks[hole], places[hole]
    while True:
        child = 2 * hole + 1
        if child >= size:
            break
        other = child + 1
        if other < size and is_behind(scores[other], ranks[other], scores[child], ranks[child]):
            child = other
        if not is_behind(scores[child], ranks[child], score, rank):
            break
        scores[hole], ranks[hole], places[hole] = scores[child], ranks[child], places[child]
        hole = child
    scores[hole], ranks[hole], places[hole] = score, rank, place


@kernel((DOCS, IMPACTS, IMPACTS, DOCS, INT))
def best(
    docs: NDArray[np.int32],
    scores: NDArray[np.float32],
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    count: int,
) -> NDArray[np.int64]:
    """Positions of the first `count` matches by score x prior, ties by rank, lowest first.

    `priors` and `ranks` are by document; the ranks are distinct.
    """
    size = min(count, len(docs))
    values = np.empty(size)
    heap_ranks = np.empty(size, np.int32)
    places = np.empty(size, np.int64)
    if size == 0:
        return places
    for i in range(size):
        values[i] = np.float64(scores[i]) * np.float64(priors[docs[i]])
        heap_ranks[i] = ranks[docs[i]]
        places[i] = i
    for hole in range(size // 2 - 1, -1, -1):
        sink(values, heap_ranks, places, hole, size)
    bar = values[0]
    for i in range(size, len(docs)):
        # Unsigned, or each access would ask whether to count from the end.
        place = np.uint64(i)
        doc = np.uint32(docs[place])
        value = np.float64(scores[place]) * np.float64(priors[doc])
        if value < bar:
            continue
        rank = ranks[doc]
        if is_behind(bar, heap_ranks[0], value, rank):
            values[0], heap_ranks[0], places[0] = value, rank, i
            sink(values, heap_ranks, places, 0, size)
            bar = values[0]
    # The root is the last in order: taken away again and again, they come out backwards.
    for end in range(size - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        heap_ranks[0], heap_ranks[end] = heap_ranks[end], heap_ranks[0]
        places[0], places[end] = places[end], places[0]
        sink(values, heap_ranks, places, 0, end)
    return places


@kernel((DOCS, DOCS, INT))
def lowest(docs: NDArray[np.int32], ranks: NDArray[np.int32], count: int) -> NDArray[np.int64]:
    """Positions of the `count` documents of the lowest ranks, in order; ranks are distinct."""
    size = min(count, len(docs))
    zeros = np.zeros(size)
    heap_ranks = np.empty(size, np.int32)
    places = np.empty(size, np.int64)
    if size == 0:
        return places
    for i in range(size):
        heap_ranks[i] = ranks[docs[i]]
        places[i] = i
    for hole in range(size // 2 - 1, -1, -1):
        sink(zeros, heap_ranks, places, hole, size)
    for i in range(size, len(docs)):
        rank = ranks[np.uint32(docs[np.uint64(i)])]
        if rank < heap_ranks[0]:
            heap_ranks[0], places[0] = rank, i
            sink(zeros, heap_ranks, places, 0, size)
    for end in range(size - 1, 0, -1):
        heap_ranks[0], heap_ranks[end] = heap_ranks[end], heap_ranks[0]
        places[0], places[end] = places[end], places[0]
        sink(zeros, heap_ranks, places, 0, end)
    return places


@kernel((DOCS, INTS, DOCS, INT))
def count_codes(
    docs: NDArray[np.int32],
    starts: NDArray[np.int64],
    codes: NDArray[np.int32],
    labels: int,
) -> NDArray[np.int64]:
    """How many of the documents have each code; those of d are `codes[starts[d]:starts[d + 1]]`."""
    counts = np.zeros(labels, np.int64)
    for doc in docs:
        for j in range(starts[np.uint32(doc)], starts[np.uint32(doc) + 1]):
            counts[np.uint32(codes[np.uint64(j)])] += 1
    return counts
