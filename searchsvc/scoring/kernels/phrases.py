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
from searchsvc.scoring.kernels.galloping import DENSE, WINDOW, advance
from searchsvc.scoring.kernels.words import shortest_first


@part
def meet(docs: Any, extents: Any) -> Any:
    """Where the words' lists hold the same document.

    Returns [words, documents]: the posting of each word, counted from where its list starts. The
    shortest list is met with the next, and so on, by searching it or through a window of documents
    that says which of those so far is there.
    """
    words = len(extents)
    order = shortest_first(extents)
    start, stop = extents[order[0], 0], extents[order[0], 1]
    n = stop - start
    postings = np.empty((words, n), np.int32)
    postings[order[0]] = np.arange(n)
    found = docs[start:stop].copy()
    met = np.empty(n + 1, np.int32)
    here = np.empty(n + 1, np.int32)
    window = np.zeros(WINDOW, np.int32)
    for rank in range(1, words):
        start, stop = extents[order[rank], 0], extents[order[rank], 1]
        m = i = 0
        j = start
        if stop - start > DENSE * n:
            while i < n and j < stop:
                j = advance(docs, j, stop, found[i])
                if j < stop and docs[j] == found[i]:
                    met[m], here[m] = i, j - start
                    m += 1
                i += 1
        while i < n and j < stop:
            base, first = found[i], i
            i = advance(found, i, n, base + WINDOW)
            for k in range(first, i):
                # Unsigned, or each access would ask whether to count from the end.
                window[np.uint32(found[np.uint64(k)] - base)] = k + 1
            j = advance(docs, j, stop, base)
            until = advance(docs, j, stop, base + WINDOW)
            for k in range(j, until):
                # Without a branch: what does not match is overwritten by the next.
                which = window[np.uint32(docs[np.uint64(k)] - base)]
                met[np.uint64(m)], here[np.uint64(m)] = which - 1, k - start
                m += which > 0
            for k in range(first, i):
                window[np.uint32(found[np.uint64(k)] - base)] = 0
            j = until
        n = m
        for k in range(n):
            found[k] = found[met[k]]
        for before in range(rank):
            row = postings[order[before]]
            for k in range(n):
                row[k] = row[met[k]]
        postings[order[rank], :n] = here[:n]
    return postings[:, :n]


@part
def starts_of(counts: Any, places: Any, stride: int, first: int, postings: Any) -> Any:
    """Where the positions of some postings start; these are counted from `first`, ascending."""
    starts = np.empty(len(postings), np.int64)
    known, start = np.int64(0), np.int64(0)
    for k in range(len(postings)):
        posting = first + np.int64(postings[k])
        place = posting // stride
        if k == 0 or known < place * stride:
            known, start = place * stride, places[place]
        sum_of = np.uint32(0)
        for i in range(known, posting):
            # Unsigned, or each access would ask whether to count from the end.
            sum_of += np.uint32(counts[np.uint64(i)])
        known, start = posting, start + np.int64(sum_of)
        starts[k] = start
    return starts


@part
def follows(positions: Any, starts: Any, sizes: Any, slop: int, ends: Any) -> bool:
    """Whether the words stand one after the other, each at most `slop` after the last.

    Word w stands at the `sizes[w]` positions from `starts[w]` on. `ends` is scratch: where a match
    of the words so far may end, ascending.
    """
    half = len(ends) // 2
    count = sizes[0]
    for i in range(count):
        ends[i] = positions[starts[0] + i]
    for word in range(1, len(starts)):
        nearest = n = np.int64(0)
        for i in range(starts[word], starts[word] + sizes[word]):
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


_ARGUMENTS = (INTS, INT, DOCS, column(types.int64, 2), FLOATS, BYTES, BYTES, FLOATS, INT, INT)


@kernel(
    (BYTES, BYTES, *_ARGUMENTS),
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
    postings = meet(docs, extents)
    most = postings.shape[1]
    found_docs = np.empty(most, np.int32)
    scores = np.empty(most, np.float32)
    ends = np.empty(64, np.int32)
    starts = np.empty((most, words), np.int64)
    for word in range(words):
        starts[:, word] = starts_of(counts, places, stride, extents[word, 0], postings[word])
    sizes = np.empty(words, np.int64)
    n = 0
    for i in range(most):
        doc = docs[extents[0, 0] + postings[0, i]]
        largest = np.int64(0)
        for word in range(words):
            sizes[word] = counts[extents[word, 0] + postings[word, i]]
            largest = max(largest, sizes[word])
        if words == 2:
            # Most are of this kind, and need no table.
            a, b = starts[i, 0], starts[i, 1]
            a_stop, b_stop = a + sizes[0], b + sizes[1]
            is_match = False
            while a < a_stop and b < b_stop:
                distance = np.int64(positions[b]) - np.int64(positions[a])
                if distance <= 0:
                    b += 1
                elif distance <= slop:
                    is_match = True
                    break
                else:
                    a += 1
        else:
            if 2 * largest > len(ends):
                ends = np.empty(4 * largest, np.int32)
            is_match = follows(positions, starts[i], sizes, slop, ends)
        if is_match and states[doc] != 0:
            norm = norms[lengths[doc]]
            score = 0.0
            for word in range(words):
                tf = np.float64(sizes[word])
                score += factors[word] * tf / (tf + norm)
            found_docs[n] = base + doc
            scores[n] = score
            n += 1
    return found_docs[:n], scores[:n]
