"""Phrases: words in order, by their positions in the fields of a segment."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.scoring.kernels.compiling import (
    BYTES,
    FLOAT,
    FLOATS,
    INT,
    TEXT,
    column,
    kernel,
    part,
)
from searchsvc.scoring.kernels.galloping import DENSE, WINDOW, advance
from searchsvc.scoring.kernels.merging import document_frequency, inverse_document_frequency
from searchsvc.scoring.kernels.pairs import Pair, united
from searchsvc.scoring.kernels.positions import number_in, write_places
from searchsvc.scoring.kernels.strings import end_of, find
from searchsvc.scoring.kernels.words import shortest_first
from searchsvc.search.ranking import K1

CHUNK = 256
"""Documents that are looked at together: what is kept of them stays in a core's first cache."""


@part
def meet(docs: Any, extents: Any) -> Any:
    """Where the words' lists hold the same document.

    Returns [words, documents]: the posting of each word, counted from where its list starts. The
    shortest list is met with the next, and so on, by searching it or through a window of documents
    that says which of those so far is there.
    """
    words = len(extents)
    order = shortest_first(extents)
    origin, n = extents[order[0], 0], extents[order[0], 1] - extents[order[0], 0]
    # One more, since what does not match is written as well, and overwritten by the next.
    postings = np.empty((words, n + 1), np.int32)
    if words == 1:
        postings[0] = np.arange(n + 1)
        return postings[:, :n]
    window = np.zeros(WINDOW, np.int32)
    for rank in range(1, words):
        start, stop = extents[order[rank], 0], extents[order[rank], 1]
        # Of the two shortest lists at once those that met; later, of those that had met before.
        so_far = postings[order[0]]
        met = so_far if rank == 1 else np.empty(n + 1, np.int32)
        here = postings[order[rank]]
        m = i = 0
        j = start
        is_sparse = stop - start > DENSE * n
        while i < n and j < stop:
            base = docs[origin + (i if rank == 1 else np.int64(so_far[i]))]
            if is_sparse:
                j = advance(docs, j, stop, base)
                if j < stop and docs[j] == base:
                    met[m], here[m] = i, j - start
                    m += 1
                i += 1
                continue
            first = i
            while i < n:
                # Unsigned, or each access would ask whether to count from the end.
                at = np.uint64(origin + (i if rank == 1 else np.int64(so_far[np.uint64(i)])))
                place = docs[at] - base
                if place >= WINDOW:
                    break
                window[np.uint32(place)] = i + 1
                i += 1
            j = advance(docs, j, stop, base)
            until = advance(docs, j, stop, base + WINDOW)
            for k in range(j, until):
                which = window[np.uint32(docs[np.uint64(k)] - base)]
                met[np.uint64(m)], here[np.uint64(m)] = which - 1, k - start
                m += which > 0
            for k in range(first, i):
                at = np.uint64(origin + (k if rank == 1 else np.int64(so_far[np.uint64(k)])))
                window[np.uint32(docs[at] - base)] = 0
            j = until
        n = m
        if rank > 1:
            for before in range(rank):
                row = postings[order[before]]
                for k in range(n):
                    row[k] = row[met[k]]
    return postings[:, :n]


@part
def follows(positions: Any, width: int, starts: Any, sizes: Any, slop: int, ends: Any) -> bool:
    """Whether the words stand one after the other, each at most `slop` after the last.

    Word w stands at the `sizes[w]` positions from `starts[w]` on. `ends` is scratch: where a match
    of the words so far may end, ascending.
    """
    half = len(ends) // 2
    count = sizes[0]
    for i in range(count):
        ends[i] = number_in(positions, width, starts[0] + i)
    for word in range(1, len(starts)):
        nearest = n = np.int64(0)
        for i in range(starts[word], starts[word] + sizes[word]):
            position = np.int32(number_in(positions, width, i))
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
def stand_in(
    positions: Any,
    counts: Any,
    are_others: Any,
    ranks: Any,
    widths: Any,
    places: Any,
    docs: Any,
    extents: Any,
    factors: Any,
    states: Any,
    lengths: Any,
    norms: Any,
    base: int,
    slop: int,
) -> Pair:
    """The documents of a field that hold the words in order; the score is the sum of the words'.

    The postings' positions lie end to end: as many of posting i as number i of `counts`, which is
    its frequency; those of every STRIDE-th posting start at the next of `places`. Both
    are bytes, of numbers that take `widths` each: see `number_in`. If there are bits `are_others`,
    the counts are of the postings whose bit is set, of the others it is 1, and as many are set
    before every STRIDE-th posting as the next of `ranks` says. Word w has the postings
    `extents[w, 0]:extents[w, 1]` and adds factors[w] x tf / (tf + norm). Otherwise as in
    `score_postings`.
    """
    words = len(extents)
    width, width_of_counts = widths[0], widths[1]
    postings = meet(docs, extents)
    most = postings.shape[1]
    found_docs = np.empty(most, np.int32)
    scores = np.empty(most, np.float32)
    ends = np.empty(64, np.int32)
    starts = np.empty((words, CHUNK), np.int64)
    sizes = np.empty((words, CHUNK), np.int64)
    n = 0
    for i in range(most):
        k = i % CHUNK
        if k == 0:
            for word in range(words):
                write_places(
                    *(counts, are_others, ranks, width_of_counts, places),
                    *(extents[word, 0], postings[word, i : i + CHUNK], starts[word], sizes[word]),
                )
        doc = docs[extents[0, 0] + postings[0, i]]
        largest = np.int64(0)
        for word in range(words):
            largest = max(largest, sizes[word, k])
        if words == 2:
            # Most are of this kind, and need no table.
            a, b = starts[0, k], starts[1, k]
            a_stop, b_stop = a + sizes[0, k], b + sizes[1, k]
            is_match = False
            while a < a_stop and b < b_stop:
                distance = number_in(positions, width, b) - number_in(positions, width, a)
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
            is_match = follows(positions, width, starts[:, k], sizes[:, k], slop, ends)
        if is_match and states[doc] != 0:
            norm = norms[lengths[doc]]
            score = 0.0
            for word in range(words):
                tf = np.float64(sizes[word, k])
                score += factors[word] * tf / (tf + norm)
            found_docs[n] = base + doc
            scores[n] = score
            n += 1
    return found_docs[:n], scores[:n]


def _each(dtype: Any) -> Any:
    """One array for each field."""
    each: Any = types.UniTuple
    return each(column(dtype), len(TEXT_FIELDS))


@kernel(
    (
        *(_each(types.uint8), _each(types.uint32), _each(types.uint32), _each(types.int32)),
        *(BYTES, TEXT, INT, FLOATS),
    )
)
def locate_in_fields(
    blobs: Any,
    offsets: Any,
    starts: Any,
    docs: Any,
    states: NDArray[np.uint8],
    texts: bytes,
    words: int,
    boosts: NDArray[np.float64],
) -> tuple[NDArray[np.int64], int]:
    """Where the `words` of a phrase, joined by SEPARATOR, lie in the fields of a segment.

    Returns [fields, words, 3]: where the word's postings start and stop, and how many live articles
    hold it; and how many postings these are. Start and stop are the same in fields that lack any of
    the words, or are not asked for: these have the boost nan.

    Of each field f: term t is `blobs[f][offsets[f][t]:offsets[f][t + 1]]` and has the postings
    `starts[f][t]:starts[f][t + 1]`, the documents of which are in `docs[f]`. `states` are the
    segment's; of no documents if all are live.
    """
    located = np.zeros((len(docs), words, 3), np.int64)
    postings = 0
    for f in range(len(docs)):
        if np.isnan(boosts[f]):
            continue
        start, are_all = 0, True
        for word in range(words):
            stop = end_of(texts, start)
            term = find(blobs[f], offsets[f], texts, start, stop)
            start = stop + 1
            if term < 0:
                are_all = False
                continue
            first: Any = np.int64(starts[f][term])
            last: Any = np.int64(starts[f][term + 1])
            located[f, word] = first, last, last - first
            if len(states):
                located[f, word, 2] = document_frequency(docs[f], first, last, states)
        for word in range(words):
            if not are_all:
                located[f, word, :2] = 0
            postings += located[f, word, 1] - located[f, word, 0]
    return located, postings


@kernel(
    (
        *(_each(types.int32), _each(types.uint8), _each(types.uint8), _each(types.uint8)),
        *(_each(types.uint32), _each(types.int64), _each(types.uint32), BYTES),
        *(column(types.uint8, 2), column(types.float64, 2), INT),
        *(column(types.int64, 3), column(types.int64, 3), FLOAT, FLOATS, INT),
    )
)
def phrase_in_fields(
    docs: Any,
    positions: Any,
    counts: Any,
    are_others: Any,
    ranks: Any,
    widths: Any,
    places: Any,
    states: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    norms: NDArray[np.float64],
    base: int,
    located: NDArray[np.int64],
    frequencies: NDArray[np.int64],
    documents: float,
    boosts: NDArray[np.float64],
    slop: int,
) -> Pair:
    """The documents of a segment that hold a phrase in any of the fields, and their scores.

    The words are where `locate_in_fields` found them, and as many of all live `documents` hold them
    as stands in its third column in `frequencies`, the sum over segments. A score is the sum over
    fields of boost x that of `stand_in`. States, lengths and norms are of all segments, this one's
    documents from `base` on.
    """
    factors = np.empty(located.shape[1])
    found_docs, found = np.empty(0, np.int32), np.empty(0, np.float32)
    for f in range(len(docs)):
        if located[f, 0, 0] == located[f, 0, 1]:
            continue
        for word in range(len(factors)):
            idf = inverse_document_frequency(documents, frequencies[f, word, 2])
            factors[word] = idf * (K1 + 1.0)
        in_field, scores = stand_in(
            *(positions[f], counts[f], are_others[f], ranks[f], widths[f], places[f]),
            *(docs[f], located[f], factors, states[base:], lengths[f][base:], norms[f], base, slop),
        )
        for i in range(len(scores)):
            scores[i] *= np.float32(boosts[f])
        if len(found_docs) == 0:
            found_docs, found = in_field, scores
        elif len(in_field):
            found_docs, found = united(found_docs, found, in_field, scores, 1.0)
    return found_docs, found
