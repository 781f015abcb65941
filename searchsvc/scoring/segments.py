"""The open segments of an index, in Whoosh's order, and where the terms of a field stand in them.

A global document number is a segment's `base` plus the number within the segment: as Whoosh's
reader of several segments numbers them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import PositionsPayload, Postings, field_arrays
from searchsvc.columnar.weights import MostlyOnes
from searchsvc.index.schema import EXACT

_Arrays = tuple[NDArray[Any], ...]


class ExactFields(NamedTuple):
    """The text fields' words as typed, as `kernels.phrase_in_fields` has them.

    Each kind of array of every field: terms' bytes and offsets, where their postings start, and
    these; positions and their counts as bytes, which of the counts these are (see `MostlyOnes`; of
    no counts if they are all), how many bytes each number takes, and where positions start.
    """

    blobs: _Arrays
    offsets: _Arrays
    starts: _Arrays
    docs: _Arrays
    positions: _Arrays
    counts: _Arrays
    are_others: _Arrays
    ranks: _Arrays
    widths: _Arrays
    places: _Arrays

    @classmethod
    def of(cls, fields: Mapping[str, Postings]) -> ExactFields | None:
        by_field = [_exact_arrays(fields.get(name)) for name in EXACT.values()]
        known = [arrays for arrays in by_field if arrays is not None]
        return cls(*zip(*known, strict=True)) if len(known) == len(by_field) else None


def _exact_arrays(postings: Postings | None) -> _Arrays | None:
    """None if they are of other types: of a list or a vocabulary of over 4 GB."""
    if postings is None:
        return _NO_POSTINGS
    terms, payload = postings.terms.unpacked(), postings.payload
    if not isinstance(payload, PositionsPayload):
        return None
    positions, counts = payload.positions, payload.counts
    if isinstance(counts, MostlyOnes):
        kept, are_others, ranks = counts.others, counts.are_others, counts.ranks
    else:
        kept, are_others, ranks = counts, *_NO_OTHERS
    arrays: _Arrays = (
        *(terms.blob, terms.offsets, postings.starts, postings.doc_ids),
        *(positions.view(np.uint8), kept.view(np.uint8), are_others, ranks),
        np.array([positions.itemsize, kept.itemsize]),
        payload.places,
    )
    of_types = [array.dtype == none.dtype for array, none in zip(arrays, _NO_POSTINGS, strict=True)]
    return arrays if all(of_types) else None


_NO_OTHERS: _Arrays = (np.zeros(0, np.uint8), np.zeros(0, np.uint32))
_NO_POSTINGS: _Arrays = (
    *(np.zeros(0, np.uint8), np.zeros(1, np.uint32), np.zeros(1, np.uint32)),
    *(np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint8)),
    *_NO_OTHERS,
    *(np.ones(2, np.int64), np.zeros(0, np.uint32)),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment's postings; `leaf` is Whoosh's own reader of it.

    documents  how many there are, deleted ones included
    deleted    int32, the deleted ones' numbers in this segment
    exact      None if there are other arrays than the kernels know
    """

    base: int
    documents: int
    deleted: NDArray[np.int32]
    fields: Mapping[str, Postings]
    leaf: Any
    exact: ExactFields | None


def open_segments(reader: Any) -> tuple[Segment, ...]:
    """The segments under an index's reader. Raises TypeError if another codec wrote them."""
    if reader.doc_count_all() == 0:
        return ()
    return tuple(
        Segment(
            base=base,
            documents=leaf.doc_count_all(),
            deleted=np.array(sorted(leaf.segment().deleted_docs()), np.int32),
            fields=(fields := field_arrays(leaf)),
            leaf=leaf,
            exact=ExactFields.of(fields),
        )
        for leaf, base in reader.leaf_readers()
    )
