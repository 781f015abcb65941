"""Turning what the documents hold around: from occurrences in reading order to postings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.batch.termlist import SortedTerms
from searchsvc.batch.wordtable import WordArrays
from searchsvc.columnar import (
    ByteStrings,
    FieldPostings,
    NoPayload,
    PositionsPayload,
    Terms,
)
from searchsvc.columnar.packedterms import packed
from searchsvc.columnar.ragged import narrow_offsets
from searchsvc.scoring import kernels

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

Stems = tuple[Terms, Int64]
"""The stems of a field's terms, and the number of the one that each of these has."""

_SHIFT = 32
_LOW = (1 << _SHIFT) - 1


def text_postings(
    words: WordArrays, entries: Int32, counts: Int32
) -> tuple[FieldPostings, Stems, Int32]:
    """A field of words as typed, with their positions; their stems; the terms each document has.

    Of `entries` each document has so many (`counts`).
    """
    held, starts, docs, frequencies, positions, lengths = kernels.invert(
        *(entries, counts, words.starts, words.terms, words.offsets, words.advances),
        len(words.exact),
    )
    payload = PositionsPayload.of(positions, frequencies)
    terms = words.exact.take(held)
    stems, numbers = np.unique(words.stem_of[held], return_inverse=True)
    return (
        FieldPostings.of(terms, starts, docs, frequencies, payload),
        (words.stems.take(stems), numbers),
        lengths,
    )


def value_postings(values: ByteStrings) -> FieldPostings | None:
    """A field of keys of which each document has one, or none if it is empty."""
    order, groups, blob, offsets = kernels.sort_strings(
        values.blob, values.offsets.astype(np.int64)
    )
    if len(offsets) > 1 and offsets[1] == 0:  # the empty one is the first
        order, groups, offsets = order[groups[1] :], groups[1:] - groups[1], offsets[1:]
    if not len(order):
        return None
    terms = packed(Terms(blob, narrow_offsets(offsets)), len(order))
    weights = np.ones(len(order), np.uint8)
    return FieldPostings.of(terms, groups, order.astype(np.int32), weights, NoPayload())


def membership_postings(terms: SortedTerms, ranks: Int32, docs: Int32) -> FieldPostings:
    """A field of keys: that a document has a term, once; arrays are one item a key."""
    # numpy sorts plain 64-bit numbers several times as fast as indices by a key.
    keys = ranks.astype(np.int64) << _SHIFT | docs
    keys.sort()
    keys = keys[_firsts(keys)]
    first = np.flatnonzero(_firsts(keys >> _SHIFT))
    starts = np.append(first, len(keys)).astype(np.int64)
    weights = np.ones(len(keys), np.uint8)
    doc_ids = (keys & _LOW).astype(np.int32)
    return FieldPostings.of(
        terms.take(keys[first] >> _SHIFT), starts, doc_ids, weights, NoPayload()
    )


def _firsts(sorted_keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    firsts = np.ones(len(sorted_keys), np.bool_)
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=firsts[1:])
    return firsts


def expanded(starts: Int32, values: Int32, numbers: Int32, owners: Int32) -> tuple[Int32, Int32]:
    """The values `values[starts[n]:starts[n + 1]]` of each number n, and the owner of each."""
    counts = np.diff(starts)[numbers]
    source = np.repeat(starts[numbers] - (np.cumsum(counts) - counts), counts)
    source += np.arange(len(source), dtype=source.dtype)
    return values[source], np.repeat(owners, counts)
