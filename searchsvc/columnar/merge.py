"""Merging the postings of segments by array operations."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.payload import concatenate_payloads
from searchsvc.columnar.postings import FieldPostings
from searchsvc.columnar.terms import Terms

DELETED = -1


def merge_fields(
    fields: Sequence[FieldPostings],
    document_maps: Sequence[NDArray[Any]],
    lengths: NDArray[np.uint8] | None = None,
) -> FieldPostings:
    """One field's postings in several segments as those of one segment.

    `document_maps[k][d]` is the new id of document d of segment k, or DELETED; `lengths` are the
    field's length bytes by new id. Gives what Whoosh's writer does through `add_reader`, without
    going through the postings one by one.
    """
    terms = sorted(set().union(*(field.terms for field in fields)))
    place = {term: index for index, term in enumerate(terms)}
    term_ids = np.concatenate([_new_term_ids(field, place) for field in fields])
    doc_ids = np.concatenate(
        [
            np.asarray(new_ids, np.int32)[field.doc_ids]
            for field, new_ids in zip(fields, document_maps, strict=True)
        ]
    )
    live = np.flatnonzero(doc_ids != DELETED)
    order = live[np.lexsort((doc_ids[live], term_ids[live]))]
    counts = np.bincount(term_ids[order], minlength=len(terms))
    kept = np.flatnonzero(counts)
    doc_ids = doc_ids[order]
    payload = concatenate_payloads(
        [field.payload for field in fields], [len(field.doc_ids) for field in fields]
    )
    return FieldPostings.of(
        Terms.of(terms[index] for index in kept),
        np.concatenate(([0], np.cumsum(counts[kept]))).astype(np.int64),
        doc_ids,
        np.concatenate([field.weights for field in fields])[order],
        payload.take(order),
        None if lengths is None else lengths[doc_ids],
    )


def _new_term_ids(field: FieldPostings, place: dict[bytes, int]) -> NDArray[np.int64]:
    """The merged term id of each posting."""
    new_ids = np.fromiter((place[term] for term in field.terms), np.int64, len(field.terms))
    return np.repeat(new_ids, field.doc_frequencies())
