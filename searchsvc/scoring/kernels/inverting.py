"""Texts turned around: from their words in reading order to postings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import DOCS, INT, kernel


@kernel((DOCS, DOCS, DOCS, DOCS, DOCS, DOCS, INT))
def invert(
    entries: NDArray[np.int32],
    counts: NDArray[np.int32],
    starts: NDArray[np.int32],
    terms: NDArray[np.int32],
    offsets: NDArray[np.int32],
    advances: NDArray[np.int32],
    vocabulary: int,
) -> tuple[
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
]:
    """The postings of documents of which each has so many (`counts`) of the entries.

    Entry e stands for the terms `terms[starts[e]:starts[e + 1]]`, numbers below `vocabulary`, each
    at its distance (`offsets`) from the entry's position, and moves the position on by
    `advances[e]`. Returns the terms that there are, ascending; where the postings of each start
    (one more); document and frequency of each posting; the positions of all; the terms that each
    document has. Documents ascend within a term, positions are in reading order.
    """
    firsts = np.zeros(vocabulary + 1, np.int64)
    for entry in entries:
        for i in range(starts[entry], starts[entry + 1]):
            firsts[terms[i] + 1] += 1
    firsts = firsts.cumsum()
    places = firsts[:-1].copy()
    docs = np.empty(firsts[-1], np.int32)
    positions = np.empty(firsts[-1], np.int32)
    lengths = np.zeros(len(counts), np.int32)
    done = 0
    for doc in range(len(counts)):
        position = 0
        for entry in entries[done : done + counts[doc]]:
            for i in range(starts[entry], starts[entry + 1]):
                place = places[terms[i]]
                docs[place] = doc
                positions[place] = position + offsets[i]
                places[terms[i]] = place + 1
            lengths[doc] += starts[entry + 1] - starts[entry]
            position += advances[entry]
        done += counts[doc]
    held = np.empty(vocabulary, np.int32)
    posting_starts = np.empty(vocabulary + 1, np.int64)
    frequencies = np.empty(len(docs), np.int32)
    n = known = 0
    for term in range(vocabulary):
        if firsts[term] == firsts[term + 1]:
            continue
        held[known], posting_starts[known] = term, n
        known += 1
        previous = -1
        for i in range(firsts[term], firsts[term + 1]):
            if docs[i] == previous:
                frequencies[n - 1] += 1
            else:
                previous = docs[i]
                docs[n], frequencies[n] = previous, 1
                n += 1
    posting_starts[known] = n
    return (
        held[:known],
        posting_starts[: known + 1],
        docs[:n],
        frequencies[:n],
        positions,
        lengths,
    )
