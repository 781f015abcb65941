"""Turning what the documents hold around: from occurrences in reading order to postings.

numpy sorts plain 64-bit numbers several times as fast as it sorts indices by a key, so each
occurrence is packed into one number: the rank of its term above, what else must be ascending below.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.batch.termlist import SortedTerms
from searchsvc.columnar import FieldPostings, FrequencyPayload, NoPayload, PositionsPayload

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]

_SHIFT = 32
_LOW = (1 << _SHIFT) - 1


def membership_postings(terms: SortedTerms, ranks: Int32, docs: Int32) -> FieldPostings:
    """A field of keys: that a document has a term, once; arrays are one item a key."""
    keys = _packed(ranks, docs)
    keys.sort()
    keys = keys[_firsts(keys)]
    ranks_of, starts = _runs(keys >> _SHIFT)
    weights = np.ones(len(keys), np.uint8)
    doc_ids = (keys & _LOW).astype(np.int32)
    return FieldPostings.of(terms.take(ranks_of), starts, doc_ids, weights, NoPayload())


def frequency_postings(terms: SortedTerms, ranks: Int32, docs: Int32) -> FieldPostings:
    """A field of words with their frequencies."""
    keys = _packed(ranks, docs)
    keys.sort()
    first = np.flatnonzero(_firsts(keys))
    weights = np.diff(first, append=len(keys))
    keys = keys[first]
    ranks_of, starts = _runs(keys >> _SHIFT)
    doc_ids = (keys & _LOW).astype(np.int32)
    return FieldPostings.of(
        terms.take(ranks_of), starts, doc_ids, weights, FrequencyPayload(weights)
    )


def position_postings(
    terms: SortedTerms, ranks: Int32, docs: Int32, positions: Int32
) -> FieldPostings:
    """A field of words with their positions; occurrences come in the order of documents."""
    keys = _packed(ranks, np.arange(len(ranks), dtype=np.int64))
    keys.sort()
    order = keys & _LOW
    keys >>= _SHIFT
    docs = docs[order]
    positions = positions[order]
    del order
    first = np.flatnonzero(_firsts(keys) | _firsts(docs))
    ranks_of, starts = _runs(keys[first])
    doc_ids = docs[first]
    counts = np.diff(first, append=len(keys))
    payload = PositionsPayload.of(positions, counts)
    return FieldPostings.of(terms.take(ranks_of), starts, doc_ids, counts, payload)


def _packed(high: NDArray[Any], low: NDArray[Any]) -> Int64:
    keys = high.astype(np.int64)
    keys <<= _SHIFT
    keys |= low
    return keys


def _firsts(sorted_keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    firsts = np.ones(len(sorted_keys), np.bool_)
    np.not_equal(sorted_keys[1:], sorted_keys[:-1], out=firsts[1:])
    return firsts


def _runs(sorted_keys: Int64) -> tuple[Int64, Int64]:
    """The distinct values, and where each starts; the end is added to the starts."""
    first = np.flatnonzero(_firsts(sorted_keys))
    return sorted_keys[first], np.append(first, len(sorted_keys)).astype(np.int64)
