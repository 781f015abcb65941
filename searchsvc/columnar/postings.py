"""The postings of a field as flat arrays: what the codec writes, and what kernels read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter, escape
from searchsvc.columnar.payload import FrequencyPayload, Payload, open_payload
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import FREQUENCY_TYPES, narrow_weights

#: Per term: its weights summed, the largest, and the length bytes of its shortest and longest
#: document, which bound any score.
STATISTICS = np.dtype(
    [("weight", "<f8"), ("max_weight", "<f8"), ("min_length", "u1"), ("max_length", "u1")]
)


@dataclass(frozen=True, slots=True, eq=False)
class FieldPostings:
    """The inverted lists of one field of one segment.

    Term t's postings are `starts[t]:starts[t + 1]` of all per-posting arrays; within a term they
    are in the order of document ids. These are distinct, but in the fields Whoosh adds for
    spelling: there each occurrence of a word is a posting of document 0.

    terms       sorted, T of them
    starts      int64, T + 1
    doc_ids     int32, one a posting
    weights     uint8, uint16 or uint32 where all are whole numbers (frequencies), else float32
    payload     positions or whatever else the field's format keeps
    statistics  dtype STATISTICS, T
    """

    terms: Terms
    starts: NDArray[np.int64]
    doc_ids: NDArray[np.int32]
    weights: NDArray[Any]
    payload: Payload
    statistics: NDArray[np.void]

    @classmethod
    def of(
        cls,
        terms: Terms,
        starts: NDArray[np.int64],
        doc_ids: NDArray[np.int32],
        weights: NDArray[Any],
        payload: Payload,
        posting_lengths: NDArray[np.uint8] | None = None,
    ) -> "FieldPostings":
        """Narrows the weights and computes the statistics.

        `posting_lengths` is the length byte of each posting's document, i.e.
        `lengths.quantised[doc_ids]`; None for fields without lengths. Each term needs a posting.
        """
        narrow = narrow_weights(weights)
        if isinstance(payload, FrequencyPayload):
            payload = FrequencyPayload(narrow)
        statistics = _statistics(starts, narrow, posting_lengths)
        return cls(terms, starts, doc_ids, narrow, payload, statistics)

    def extent(self, term: int) -> tuple[int, int]:
        """Where the postings of a term start and stop."""
        return int(self.starts[term]), int(self.starts[term + 1])

    def doc_frequencies(self) -> NDArray[np.int64]:
        """The number of postings of each term."""
        return np.diff(self.starts)


def _statistics(
    starts: NDArray[np.int64], weights: NDArray[Any], lengths: NDArray[np.uint8] | None
) -> NDArray[np.void]:
    statistics = np.zeros(len(starts) - 1, STATISTICS)
    if len(statistics) == 0:
        return statistics
    first = starts[:-1]
    statistics["weight"] = np.add.reduceat(weights, first, dtype=np.float64)
    statistics["max_weight"] = np.maximum.reduceat(weights, first)
    if lengths is not None:
        statistics["min_length"] = np.minimum.reduceat(lengths, first)
        statistics["max_length"] = np.maximum.reduceat(lengths, first)
    return statistics


def write_field(writer: ArrayWriter, name: str, postings: FieldPostings) -> dict[str, object]:
    """Writes a field's arrays; returns what the segment's description must say of it."""
    part = f"field.{escape(name)}"
    postings.terms.write(writer, f"{part}.terms")
    writer.write(f"{part}.starts", postings.starts)
    writer.write(f"{part}.doc_ids", postings.doc_ids)
    writer.write(f"{part}.weights", postings.weights)
    writer.write(f"{part}.statistics", postings.statistics)
    postings.payload.write(writer, part)
    return {
        "terms": len(postings.terms),
        "postings": len(postings.doc_ids),
        "payload": postings.payload.kind,
    }


def open_field(reader: ArrayReader, name: str) -> FieldPostings:
    """Maps the arrays of a field, whose description the reader holds."""
    part = f"field.{escape(name)}"
    described = reader.description["fields"][name]
    terms = Terms.open(reader, f"{part}.terms", described["terms"])
    starts = reader.read(f"{part}.starts", np.int64)
    doc_ids = reader.read(f"{part}.doc_ids", np.int32)
    weights = reader.read(f"{part}.weights", *FREQUENCY_TYPES, np.float32)
    statistics = reader.read(f"{part}.statistics", STATISTICS)
    count = described["postings"]
    if len(starts) != len(terms) + 1 or starts[0] != 0 or starts[-1] != count:
        raise reader.damaged(f"{part}.starts", f"does not divide {count} by {len(terms)} terms")
    for name_of_array, array, expected in (
        ("doc_ids", doc_ids, count),
        ("weights", weights, count),
        ("statistics", statistics, len(terms)),
    ):
        if len(array) != expected:
            raise reader.damaged(f"{part}.{name_of_array}", f"{len(array)} items, not {expected}")
    payload = open_payload(reader, part, described["payload"], weights)
    return FieldPostings(terms, starts, doc_ids, weights, payload, statistics)
