"""The postings of a field as flat arrays: what the codec writes, and what kernels read."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter, escape
from searchsvc.columnar.packedterms import KeyTerms, open_terms, packed
from searchsvc.columnar.payload import FrequencyPayload, NoPayload, Payload, open_payload
from searchsvc.columnar.ragged import narrow_offsets, open_offsets, write_offsets
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import Weights, narrow_weights, open_weights, write_weights


class Postings(Protocol):
    """What can be read of a field, whether its arrays are kept or made: see `FieldPostings`."""

    @property
    def terms(self) -> KeyTerms: ...
    @property
    def starts(self) -> NDArray[Any]: ...
    @property
    def doc_ids(self) -> NDArray[np.int32]: ...
    @property
    def weights(self) -> Weights: ...
    @property
    def payload(self) -> Payload: ...
    @property
    def bounds(self) -> NDArray[np.uint8] | None: ...

    def extent(self, term: int) -> tuple[int, int]: ...

    def doc_frequencies(self) -> NDArray[np.int64]: ...

    def single(self, term: int) -> tuple["FieldPostings", int]:
        """Postings that a term is in, and its number there: for who reads few terms of many."""


@dataclass(frozen=True, slots=True, eq=False)
class FieldPostings:
    """The inverted lists of one field of one segment.

    Term t's postings are `starts[t]:starts[t + 1]` of all per-posting arrays; within a term they
    are in the order of document ids. These are distinct, but in the fields Whoosh adds for
    spelling: there each occurrence of a word is a posting of document 0.

    terms    sorted, T of them
    starts   uint32 or int64, T + 1
    doc_ids  int32, one a posting
    weights  uint8, uint16 or uint32 where all are whole numbers (frequencies), else float32; not
             an array, but what makes one of those asked for, where most are 1
    payload  positions or whatever else the field's format keeps
    bounds   uint8, 2 x T: the length bytes of each term's shortest and longest document, where
             Whoosh's writer told them; else they are looked up among the documents
    """

    terms: KeyTerms
    starts: NDArray[Any]
    doc_ids: NDArray[np.int32]
    weights: Weights
    payload: Payload
    bounds: NDArray[np.uint8] | None = None

    @classmethod
    def of(
        cls,
        terms: KeyTerms,
        starts: NDArray[Any],
        doc_ids: NDArray[np.int32],
        weights: NDArray[Any],
        payload: Payload,
        bounds: NDArray[np.uint8] | None = None,
    ) -> "FieldPostings":
        """Narrows starts and weights. Each term needs a posting."""
        narrow = narrow_weights(weights)
        if isinstance(payload, FrequencyPayload):
            payload = FrequencyPayload(narrow)
        return cls(terms, narrow_offsets(starts), doc_ids, narrow, payload, bounds)

    def extent(self, term: int) -> tuple[int, int]:
        """Where the postings of a term start and stop."""
        return int(self.starts[term]), int(self.starts[term + 1])

    def doc_frequencies(self) -> NDArray[np.int64]:
        """The number of postings of each term."""
        return np.diff(self.starts).astype(np.int64)

    def single(self, term: int) -> tuple["FieldPostings", int]:
        return self, term


NO_POSTINGS = FieldPostings(
    Terms.of(()), np.zeros(1, np.uint32), np.zeros(0, np.int32), np.zeros(0, np.uint8), NoPayload()
)


def write_field(writer: ArrayWriter, name: str, postings: FieldPostings) -> dict[str, object]:
    """Writes a field's arrays; returns what the segment's description must say of it."""
    part = f"field.{escape(name)}"
    terms = postings.terms
    is_membership = _is_membership(postings)
    if is_membership:
        terms = packed(terms, len(postings.doc_ids))
    terms.write(writer, f"{part}.terms")
    write_offsets(writer, f"{part}.postings", postings.starts)
    writer.write(f"{part}.doc_ids", postings.doc_ids)
    if not is_membership:
        write_weights(writer, part, np.asarray(postings.weights))
    if postings.bounds is not None:
        writer.write(f"{part}.bounds", postings.bounds)
    postings.payload.write(writer, part, postings.weights)
    return {
        "terms": len(postings.terms),
        "postings": len(postings.doc_ids),
        "payload": postings.payload.kind,
    }


def _is_membership(postings: FieldPostings) -> bool:
    """Whether nothing is known of a posting but that it is there, as in fields of keys."""
    has_payload = not isinstance(postings.payload, NoPayload)
    return not has_payload and bool((np.asarray(postings.weights) == 1).all())


def open_field(reader: ArrayReader, name: str) -> FieldPostings:
    """Maps the arrays of a field, whose description the reader holds."""
    part = f"field.{escape(name)}"
    described = reader.description["fields"][name]
    terms = open_terms(reader, f"{part}.terms", described["terms"])
    doc_ids = reader.read(f"{part}.doc_ids", np.int32)
    count = described["postings"]
    starts = open_offsets(reader, f"{part}.postings", described["terms"], count)
    weights = open_weights(reader, part, count)
    bounds = reader.read(f"{part}.bounds", np.uint8) if reader.has(f"{part}.bounds") else None
    for name_of_array, array, expected in (
        ("doc_ids", doc_ids, count),
        ("weights", weights, count),
        ("bounds", bounds, 2 * len(terms)),
    ):
        if array is not None and len(array) != expected:
            raise reader.damaged(f"{part}.{name_of_array}", f"{len(array)} items, not {expected}")
    payload = open_payload(reader, part, described["payload"], weights)
    return FieldPostings(terms, starts, doc_ids, weights, payload, bounds)
