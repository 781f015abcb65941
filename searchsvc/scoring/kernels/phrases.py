"""Phrases: words in order, by their positions in one field of a segment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    BYTES,
    DOCS,
    FLOATS,
    INT,
    INTS,
    column,
    kernel,
    part,
)
from searchsvc.scoring.kernels.galloping import advance


@part
def start_of(counts: Any, places: Any, stride: int, posting: int) -> Any:
    """Where the positions of a posting start."""
    place = posting // stride
    start = places[place]
    for i in range(place * stride, posting):
        start += np.int64(counts[i])
    return start


@part
def follows(
    positions: Any, counts: Any, places: Any, stride: int, postings: Any, slop: int, ends: Any
) -> bool:
    """Whether the words stand one after the other, each at most `slop` after the last.

    `postings` is the posting of each word. `ends` is scratch: where a match of the words so far
    may end, ascending.
    """
    start = start_of(counts, places, stride, postings[0])
    count = np.int64(counts[postings[0]])
    half = len(ends) // 2
    for i in range(count):
        ends[i] = positions[start + i]
    for word in range(1, len(postings)):
        start = start_of(counts, places, stride, postings[word])
        nearest = n = np.int64(0)
        for i in range(start, start + np.int64(counts[postings[word]])):
            position = np.int32(positions[i])
            while nearest < count and ends[nearest] < position - slop:
                nearest += 1
            if nearest < count and ends[nearest] < position:
                # Into the other half: a later word may stand more often than those before it.
                ends[half + n] = position
                n += 1
        if n == 0:
            return False
        for i in range(n):
            ends[i] = ends[half + i]
        count = n
    return True


@part
def most_positions(counts: Any, postings: Any) -> Any:
    """The most positions that one of the postings has."""
    most = np.int64(0)
    for posting in postings:
        most = max(most, np.int64(counts[posting]))
    return most


@part
def rarest_first(extents: Any) -> Any:
    """The words by the number of their postings."""
    return np.argsort(extents[:, 1] - extents[:, 0])


_ARGUMENTS = (INTS, INT, DOCS, column(types.int64, 2), FLOATS, BYTES, BYTES, FLOATS, INT, INT)


@kernel(
    (column(types.uint16), BYTES, *_ARGUMENTS),
    (column(types.int32), column(types.uint32), *_ARGUMENTS),
)
def phrase(
    positions: NDArray[Any],
    counts: NDArray[Any],
    places: NDArray[np.int64],
    stride: int,
    docs: NDArray[np.int32],
    extents: NDArray[np.int64],
    factors: NDArray[np.float64],
    states: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    norms: NDArray[np.float64],
    base: int,
    slop: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The documents that hold the words in order; the score is the sum of the words'.

    The postings' positions lie end to end: `counts[i]` of posting i, which is its frequency, and
    those of every `stride`-th posting start at the next of `places`. Word w has the postings
    `extents[w, 0]:extents[w, 1]` and adds factors[w] x tf / (tf + norm). Otherwise as in
    `score_postings`.
    """
    words = len(extents)
    order = rarest_first(extents)
    rarest = order[0]
    here = extents[:, 0].copy()
    ends = np.empty(64, np.int32)
    most = extents[rarest, 1] - extents[rarest, 0]
    found_docs = np.empty(most, np.int32)
    scores = np.empty(most, np.float32)
    n = 0
    for i in range(extents[rarest, 0], extents[rarest, 1]):
        doc = docs[i]
        here[rarest] = i
        is_match = states[doc] != 0
        for rank in range(1, words):
            word = order[rank]
            here[word] = advance(docs, here[word], extents[word, 1], doc)
            if here[word] == extents[word, 1]:
                return found_docs[:n], scores[:n]
            if docs[here[word]] != doc:
                is_match = False
                break
        if not is_match:
            continue
        most_here = most_positions(counts, here)
        if 2 * most_here > len(ends):
            ends = np.empty(4 * most_here, np.int32)
        if follows(positions, counts, places, stride, here, slop, ends):
            norm = norms[lengths[doc]]
            score = 0.0
            for word in range(words):
                tf = np.float64(counts[here[word]])
                score += factors[word] * tf / (tf + norm)
            found_docs[n] = base + doc
            scores[n] = score
            n += 1
    return found_docs[:n], scores[:n]
