"""From all matches to the first of them, and how many have each value of a facet."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    BYTES,
    DOCS,
    IMPACTS,
    INT,
    column,
    kernel,
    part,
)

Best = tuple[int, NDArray[np.int32], NDArray[np.float32], NDArray[np.float64]]
"""How many documents match, the first of them, their text scores, and these x prior."""


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


@part
def offer(
    doc: Any, text: Any, value: Any, rank: Any, values: Any, heap: Any, docs: Any, texts: Any
) -> Any:
    """Puts a document in the place of the last of the best, if it is ahead of it.

    `values`, and the rows of `heap`, ranks and places in `docs` and `texts`, are a heap with the
    last in order at its root, whose value is returned.
    """
    if is_behind(values[0], heap[0, 0], value, rank):
        place = heap[1, 0]
        docs[place], texts[place] = doc, text
        values[0], heap[0, 0] = value, rank
        sink(values, heap[0], heap[1], 0, len(values))
    return values[0]


@part
def new_heap(count: int) -> Any:
    """For `offer`: every place is taken by what comes after any document."""
    values = np.full(count, -1.0)
    heap = np.empty((2, count), np.int64)
    heap[0], heap[1] = np.iinfo(np.int64).max, np.arange(count)
    return values, heap, np.zeros(count, np.int32), np.zeros(count, np.float32)


@part
def emptied(values: Any, heap: Any, docs: Any, texts: Any, total: int) -> Best:
    """What was kept in order, as it is to be returned."""
    count = len(values)
    for end in range(count - 1, 0, -1):
        values[0], values[end] = values[end], values[0]
        heap[0, 0], heap[0, end] = heap[0, end], heap[0, 0]
        heap[1, 0], heap[1, end] = heap[1, end], heap[1, 0]
        sink(values, heap[0], heap[1], 0, end)
    kept = min(count, total)
    order = heap[1, :kept]
    return total, docs[order], texts[order], values[:kept]


@part
def best_among(docs: Any, scores: Any, priors: Any, ranks: Any, count: int) -> Best:
    """`best`, for other kernels."""
    values, heap, best_docs, texts = new_heap(min(count, len(docs)))
    last = -1.0
    for i in range(len(docs) if count else 0):
        # Unsigned, or each access would ask whether to count from the end.
        place = np.uint64(i)
        doc = np.uint32(docs[place])
        value = np.float64(scores[place]) * np.float64(priors[doc])
        if value >= last:
            last = offer(doc, scores[place], value, ranks[doc], values, heap, best_docs, texts)
    return emptied(values, heap, best_docs, texts, len(docs))


_MATCHES = (DOCS, IMPACTS, IMPACTS, DOCS, INT)


@kernel(_MATCHES)
def best(
    docs: NDArray[np.int32],
    scores: NDArray[np.float32],
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    count: int,
) -> Best:
    """The first `count` matches by score x prior, ties by rank, lowest first.

    `priors` and `ranks` are by document; the ranks are distinct.
    """
    return best_among(docs, scores, priors, ranks, count)


@kernel(_MATCHES)
def lowest(
    docs: NDArray[np.int32],
    scores: NDArray[np.float32],
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    count: int,
) -> Best:
    """The `count` matches of the lowest ranks, in order; ranks are distinct."""
    values, heap, best_docs, texts = new_heap(min(count, len(docs)))
    last = heap[0, 0] if len(values) else np.int64(0)
    for i in range(len(docs)):
        place = np.uint64(i)
        doc = np.uint32(docs[place])
        if ranks[doc] < last:
            offer(doc, scores[place], 0.0, ranks[doc], values, heap, best_docs, texts)
            last = heap[0, 0]
    total, found, texts, values = emptied(values, heap, best_docs, texts, len(docs))
    for i in range(len(found)):
        values[i] = np.float64(texts[i]) * np.float64(priors[found[i]])
    return total, found, texts, values


@part
def counts_of(docs: Any, starts: Any, codes: Any, labels: int) -> NDArray[np.int64]:
    """`count_codes`, for other kernels."""
    counts = np.zeros(labels, np.int64)
    for doc in docs:
        for j in range(starts[np.uint32(doc)], starts[np.uint32(doc) + 1]):
            counts[np.uint32(codes[np.uint64(j)])] += 1
    return counts


@kernel(
    (DOCS, DOCS, BYTES, INT),
    (DOCS, DOCS, column(types.uint16), INT),
    (DOCS, DOCS, DOCS, INT),
)
def count_codes(
    docs: NDArray[np.int32],
    starts: NDArray[np.int32],
    codes: NDArray[Any],
    labels: int,
) -> NDArray[np.int64]:
    """How many of the documents have each code; those of d are `codes[starts[d]:starts[d + 1]]`."""
    return counts_of(docs, starts, codes, labels)


@kernel(
    (DOCS, DOCS, BYTES, INT, INT),
    (DOCS, DOCS, column(types.uint16), INT, INT),
    (DOCS, DOCS, DOCS, INT, INT),
)
def commonest_codes(
    docs: NDArray[np.int32],
    starts: NDArray[np.int32],
    codes: NDArray[Any],
    labels: int,
    size: int,
) -> NDArray[np.int64]:
    """The first `size` codes that most documents have, the lower first of equally common ones.

    Rows of a code and how many have it, which are not 0; the documents' codes are as in
    `count_codes`.
    """
    counts = counts_of(docs, starts, codes, labels)
    found = np.empty((min(size, labels), 2), np.int64)
    n = 0
    for code in range(labels if len(found) else 0):
        count = counts[code]
        if not count or (n == len(found) and count <= found[n - 1, 1]):
            continue
        place = min(n, len(found) - 1)
        n = place + 1
        while place and found[place - 1, 1] < count:
            found[place] = found[place - 1]
            place -= 1
        found[place, 0], found[place, 1] = code, count
    return found[:n]
