"""Which words follow each other in titles, and how often, for suggestions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    DOCS,
    FLOAT,
    IMPACTS,
    INT,
    INTS,
    SHARD_DOCS,
    column,
    kernel,
)


@kernel((INTS, DOCS, INTS, DOCS, DOCS, IMPACTS))
def in_order(
    starts: NDArray[np.int64],
    docs: NDArray[np.int32],
    position_starts: NDArray[np.int64],
    positions: NDArray[np.int32],
    words: NDArray[np.int32],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """A field's words as the documents have them: document, position and word of each.

    The field's term t has the postings starts[t]:starts[t + 1], posting i the positions
    `positions[position_starts[i]:position_starts[i + 1]]`, and is word `words[t]`. Documents of
    weight 0 are left out. Of the words at one position the lowest stays: what is found by more than
    one term is lower in parts than in one piece, and without accents than with them.
    """
    firsts = np.zeros(len(weights) + 1, np.int64)
    for i in range(len(docs)):
        if weights[docs[i]] > 0:
            firsts[docs[i] + 1] += position_starts[i + 1] - position_starts[i]
    firsts = firsts.cumsum()
    stops = firsts[:-1].copy()
    places = np.empty(firsts[-1], np.int32)
    held = np.empty(firsts[-1], np.int32)
    for term in range(len(starts) - 1):
        word = words[term]
        for i in range(starts[term], starts[term + 1]):
            doc = docs[i]
            if weights[doc] == 0:
                continue
            for j in range(position_starts[i], position_starts[i + 1]):
                hole = stops[doc]
                while hole > firsts[doc] and (
                    places[hole - 1] > positions[j]
                    or (places[hole - 1] == positions[j] and held[hole - 1] > word)
                ):
                    places[hole], held[hole] = places[hole - 1], held[hole - 1]
                    hole -= 1
                places[hole], held[hole] = positions[j], word
                stops[doc] += 1
    owners = np.empty(len(held), np.int32)
    n = 0
    for doc in range(len(weights)):
        for i in range(firsts[doc], firsts[doc + 1]):
            if i > firsts[doc] and places[i] == places[i - 1]:
                continue
            owners[n], places[n], held[n] = doc, places[i], held[i]
            n += 1
    return owners[:n], places[:n], held[:n]


@kernel((INTS, DOCS, IMPACTS))
def count_keys(
    keys: NDArray[np.int64], docs: NDArray[np.int32], weights: NDArray[np.float32]
) -> tuple[
    NDArray[np.int32],
    NDArray[np.int64],
    NDArray[np.int32],
    NDArray[np.float32],
    NDArray[np.int32],
]:
    """Distinct keys, in how many documents each is, their weights summed, the heaviest of them.

    `docs` are the keys' documents, those of one together; `weights` by document. First comes, for
    each key given, its number among the distinct ones.
    """
    size = 16
    while size < 2 * len(keys):
        size *= 2
    table = np.full(size, -1, np.int32)
    numbers = np.empty(len(keys), np.int32)
    distinct = np.empty(len(keys), np.int64)
    counts = np.zeros(len(keys), np.int32)
    sums = np.zeros(len(keys), np.float32)
    last = np.empty(len(keys), np.int32)
    heaviest = np.empty(len(keys), np.int32)
    n = 0
    for i in range(len(keys)):
        key, doc = keys[i], docs[i]
        mixed = np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)
        slot = np.int64((mixed >> np.uint64(32)) & np.uint64(size - 1))
        while table[slot] >= 0 and distinct[table[slot]] != key:
            slot = (slot + 1) & (size - 1)
        number = table[slot]
        if number < 0:
            number = table[slot] = n
            distinct[n], heaviest[n] = key, doc
            n += 1
        numbers[i] = number
        if counts[number] > 0 and last[number] == doc:
            continue
        last[number] = doc
        counts[number] += 1
        sums[number] += weights[doc]
        if weights[doc] > weights[heaviest[number]]:
            heaviest[number] = doc
    return numbers, distinct[:n], counts[:n], sums[:n], heaviest[:n]


_WEIGHING = (
    *(INT, DOCS, IMPACTS, FLOAT),
    *(column(types.float32, writable=True), column(types.float32, writable=True)),
    column(types.int32, writable=True),
)


@kernel(
    (column(types.int64, 2), DOCS, *_WEIGHING),
    (column(types.int64, 2), SHARD_DOCS, *_WEIGHING),
)
def weigh_words(
    extents: NDArray[np.int64],
    docs: NDArray[Any],
    base: int,
    words: NDArray[np.int32],
    weights: NDArray[np.float32],
    share: float,
    scores: NDArray[np.float32],
    bests: NDArray[np.float32],
    examples: NDArray[np.int32],
) -> None:
    """Adds to the score of each word `share` times the weights of the documents that hold it.

    Term t is word `words[t]`, none if that is below 0, and has `docs[extents[t, 0]:extents[t, 1]]`,
    numbered from `base`. The heaviest document becomes a word's example if it is heavier than the
    one in `bests`.
    """
    for term in range(len(extents)):
        word = words[term]
        if word < 0:
            continue
        total = np.float32(0.0)
        for i in range(extents[term, 0], extents[term, 1]):
            doc = docs[i] + base
            total += weights[doc]
            if weights[doc] > bests[word]:
                bests[word], examples[word] = weights[doc], doc
        scores[word] += np.float32(share) * total
