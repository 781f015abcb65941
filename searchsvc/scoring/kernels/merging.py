"""Postings of several fields and segments into one list of impacts for each term."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    BYTES,
    DOCS,
    FLOAT,
    FLOATS,
    IMPACTS,
    INT,
    INTS,
    column,
    kernel,
    part,
)
from searchsvc.scoring.shards import SHARD
from searchsvc.search.ranking import K1

LIVE = 2
"""The state of a document whose article is live; 1 is held back, 0 deleted."""

NONE_LEFT = np.iinfo(np.int32).max
LEAST = np.float32(np.finfo(np.float32).tiny)
"""No impact is less: a score of 0 is how the kernels know that nothing matched."""


@part
def document_frequency(docs: Any, start: int, stop: int, states: Any) -> int:
    """How many of the postings start:stop are of live articles."""
    count = 0
    for i in range(start, stop):
        count += states[docs[i]] == LIVE
    return count


@part
def inverse_document_frequency(documents: float, frequency: int) -> float:
    """`ranking.inverse_document_frequency`."""
    return math.log(documents / (frequency + 1.0)) + 1.0


@kernel(
    (
        *(INTS, DOCS, INTS),
        *(INTS, DOCS, IMPACTS),
        *(BYTES, column(types.uint8, 2), column(types.float64, 2), FLOATS, FLOAT),
        *(column(types.int32, writable=True), column(types.float32, writable=True)),
    )
)
def merge_postings(
    entries: NDArray[np.int64],
    owners: NDArray[np.int32],
    groups: NDArray[np.int64],
    starts: NDArray[np.int64],
    docs: NDArray[np.int32],
    weights: NDArray[np.float32],
    states: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    norms: NDArray[np.float64],
    boosts: NDArray[np.float64],
    documents: float,
    merged_docs: NDArray[np.int32],
    merged_impacts: NDArray[np.float32],
) -> NDArray[np.int64]:
    """Fills the merged lists; returns where each term's starts, one more than there are terms.

    The impact of a term in a document is the sum over fields of boost x BM25. `entries`, `owners`
    and `groups` are those of `merge_vocabularies`, whose vocabularies go by segment, then field:
    `owner % fields` is the field, and segments follow each other in global document order. Entry
    e has the postings `starts[e]:starts[e + 1]` of `docs` (global) and `weights` (frequencies).

    states     [documents]          deleted ones are left out, held ones don't count
    lengths    [fields, documents]  length bytes
    norms      [fields, 256]        K1 x (1 - B + B x length / mean length) by length byte
    documents  how many articles are live
    """
    fields = len(boosts)
    terms = len(groups) - 1
    merged_starts = np.zeros(terms + 1, np.int64)
    factors = np.empty(fields)
    frequencies = np.empty(fields, np.int64)
    here = np.empty(fields, np.int64)
    stops = np.empty(fields, np.int64)
    heads = np.empty(fields, np.int32)
    n = 0
    for term in range(terms):
        first, last = groups[term], groups[term + 1]
        frequencies[:] = 0
        for e in range(first, last):
            entry = entries[e]
            frequencies[owners[e] % fields] += document_frequency(
                docs, starts[entry], starts[entry + 1], states
            )
        for f in range(fields):
            idf = inverse_document_frequency(documents, frequencies[f])
            factors[f] = boosts[f] * idf * (K1 + 1.0)
        e = first
        while e < last:
            segment = owners[e] // fields
            heads[:] = NONE_LEFT
            while e < last and owners[e] // fields == segment:
                f = owners[e] % fields
                here[f], stops[f] = starts[entries[e]], starts[entries[e] + 1]
                heads[f] = docs[here[f]]
                e += 1
            doc = heads.min()
            while doc != NONE_LEFT:
                impact = 0.0
                following = NONE_LEFT
                for f in range(fields):
                    if heads[f] == doc:
                        tf = weights[here[f]]
                        impact += factors[f] * tf / (tf + norms[f, lengths[f, doc]])
                        here[f] += 1
                        heads[f] = docs[here[f]] if here[f] < stops[f] else NONE_LEFT
                    following = min(following, heads[f])
                if states[doc]:
                    merged_docs[n] = doc
                    merged_impacts[n] = max(np.float32(impact), LEAST)
                    n += 1
                doc = following
        merged_starts[term + 1] = n
    return merged_starts


@kernel((INTS, DOCS, DOCS))
def fingerprints(
    starts: NDArray[np.int64], docs: NDArray[np.int32], bits: NDArray[np.int32]
) -> NDArray[np.uint64]:
    """A hash of each list; `bits` are its impacts, read as integers."""
    hashes = np.empty(len(starts) - 1, np.uint64)
    for term in range(len(hashes)):
        value = np.uint64(0x9E3779B97F4A7C15)
        for i in range(starts[term], starts[term + 1]):
            value = (value ^ np.uint64(docs[i])) * np.uint64(0xBF58476D1CE4E5B9)
            value = (value ^ np.uint64(bits[i])) * np.uint64(0x94D049BB133111EB)
            value ^= value >> np.uint64(29)
        hashes[term] = value
    return hashes


@kernel(
    (
        *(INTS, INTS, INTS, DOCS, DOCS),
        *(column(types.int32, writable=True), column(types.int32, writable=True)),
    )
)
def share_lists(
    candidates: NDArray[np.int64],
    starts: NDArray[np.int64],
    stem_starts: NDArray[np.int64],
    stem_docs: NDArray[np.int32],
    stem_bits: NDArray[np.int32],
    docs: NDArray[np.int32],
    bits: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Drops the words' lists that equal a stem's; moves the others together, in place.

    `candidates` is for each word a stem whose list may be the same, -1 for none. Returns the list
    of each word, by its number among the stems' lists followed by the words' own, and where the
    latter start, one more than there are.
    """
    lists = np.empty(len(candidates), np.int32)
    kept_starts = np.zeros(len(candidates) + 1, np.int64)
    stems = len(stem_starts) - 1
    kept = n = 0
    for word in range(len(candidates)):
        start, stop = starts[word], starts[word + 1]
        stem = candidates[word]
        is_same = stem >= 0 and stem_starts[stem + 1] - stem_starts[stem] == stop - start
        if is_same:
            distance = stem_starts[stem] - start
            for i in range(start, stop):
                if docs[i] != stem_docs[i + distance] or bits[i] != stem_bits[i + distance]:
                    is_same = False
                    break
        if is_same:
            lists[word] = stem
            continue
        lists[word] = stems + kept
        for i in range(start, stop):
            docs[n], bits[n] = docs[i], bits[i]
            n += 1
        kept += 1
        kept_starts[kept] = n
    return lists, kept_starts[: kept + 1]


@kernel((INTS, DOCS, INT, column(types.uint32, writable=True), column(types.uint16, writable=True)))
def cut_in_shards(
    starts: NDArray[np.int64],
    docs: NDArray[np.int32],
    shards: int,
    bounds: NDArray[np.uint32],
    numbers: NDArray[np.uint16],
) -> None:
    """Writes where each list starts in each shard, and its documents numbered within these.

    List l is `starts[l]:starts[l + 1]`, ascending; `bounds` is [lists * shards + 1].
    """
    for row in range(len(starts) - 1):
        shard = 0
        bounds[row * shards] = starts[row]
        for i in range(starts[row], starts[row + 1]):
            doc = docs[i]
            while shard < doc // SHARD:
                shard += 1
                bounds[row * shards + shard] = i
            numbers[i] = doc % SHARD
        for later in range(shard + 1, shards):
            bounds[row * shards + later] = starts[row + 1]
    bounds[-1] = starts[-1]
