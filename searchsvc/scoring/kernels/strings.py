"""Sorted byte strings in one blob: comparing them and looking them up.

String i is `blob[offsets[i]:offsets[i + 1]]`, the layout of `columnar.ByteStrings`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, DOCS, INT, INTS, TEXT, column, kernel, part

SEPARATOR = 0
"""The byte between the texts of one call; no analyzer lets it into a term."""


@part
def lower_bound(blob: Any, offsets: Any, text: Any, start: int, stop: int) -> int:
    """The index of the first string that is not below text[start:stop]."""
    low, high = 0, len(offsets) - 1
    while low < high:
        middle = (low + high) >> 1
        here, end, i = np.int64(offsets[middle]), np.int64(offsets[middle + 1]), start
        while here < end and i < stop and blob[here] == text[i]:
            here += 1
            i += 1
        if i < stop and (here == end or blob[here] < text[i]):
            low = middle + 1
        else:
            high = middle
    return low


@part
def find(blob: Any, offsets: Any, text: Any, start: int, stop: int) -> int:
    """The index of the string equal to text[start:stop], -1 if there is none."""
    index = lower_bound(blob, offsets, text, start, stop)
    if index == len(offsets) - 1:
        return -1
    here, end = np.int64(offsets[index]), np.int64(offsets[index + 1])
    if end - here != stop - start:
        return -1
    for i in range(stop - start):
        if blob[here + i] != text[start + i]:
            return -1
    return index


@part
def end_of(text: Any, start: int) -> int:
    """Where the text that begins at `start` ends: at the next SEPARATOR."""
    stop = start
    while stop < len(text) and text[stop] != SEPARATOR:
        stop += 1
    return stop


@kernel(
    (BYTES, column(types.uint32), TEXT, types.int64),
    (BYTES, column(types.int64), TEXT, types.int64),
)
def find_terms(
    blob: NDArray[np.uint8], offsets: NDArray[Any], texts: bytes, count: int
) -> NDArray[np.int64]:
    """The indices of `count` texts joined by SEPARATOR; -1 for those that are not there."""
    indices = np.empty(count, np.int64)
    start = 0
    for i in range(count):
        stop = end_of(texts, start)
        indices[i] = find(blob, offsets, texts, start, stop)
        start = stop + 1
    return indices


@kernel((BYTES, column(types.uint32), TEXT), (BYTES, INTS, TEXT))
def first_not_below(blob: NDArray[np.uint8], offsets: NDArray[Any], text: bytes) -> int:
    """The index of the first string that is not below the text, whatever bytes it holds."""
    return lower_bound(blob, offsets, text, 0, len(text))


@part
def put(extents: Any, word: int, column: int, bounds: Any, first: Any) -> None:
    """Writes where a list starts and stops in each shard; its bounds are from `first` on."""
    for shard in range(len(extents)):
        extents[shard, word, column] = bounds[first + shard]
        extents[shard, word, column + 1] = bounds[first + shard + 1]


@kernel((TEXT, INT, BYTES, INTS, BYTES, INTS, DOCS, column(types.uint32), INT))
def find_words(
    texts: bytes,
    count: int,
    stem_blob: NDArray[np.uint8],
    stem_offsets: NDArray[np.int64],
    word_blob: NDArray[np.uint8],
    word_offsets: NDArray[np.int64],
    lists: NDArray[np.int32],
    bounds: NDArray[np.uint32],
    shards: int,
) -> NDArray[np.int64]:
    """Where the impacts of `count` words lie.

    `texts` holds stem and word as typed, by turns, joined by SEPARATOR. A stem's list has the
    stem's number, that of word w is `lists[w]`; list l has the impacts `bounds[l * shards +
    s]:bounds[l * shards + s + 1]` in shard s. Returns [shards, count, 4]: start and stop of the
    stem's list, start and stop of the word's; empty ranges for what is not there.
    """
    extents = np.zeros((shards, count, 4), np.int64)
    start = 0
    for i in range(count):
        stop = end_of(texts, start)
        stem = find(stem_blob, stem_offsets, texts, start, stop)
        start = stop + 1
        stop = end_of(texts, start)
        word = find(word_blob, word_offsets, texts, start, stop)
        start = stop + 1
        if stem >= 0:
            put(extents, i, 0, bounds, np.int64(stem) * shards)
        if word >= 0:
            put(extents, i, 2, bounds, np.int64(lists[word]) * shards)
    return extents
