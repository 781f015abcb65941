"""The term vectors of a field: the terms of each document, with weights and values."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.payload import Payload, open_payload
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import FREQUENCY_TYPES


@dataclass(frozen=True, slots=True, eq=False)
class FieldVectors:
    """Postings turned round: document d's items are `starts[d]:starts[d + 1]`.

    starts   int64, one longer than there are documents
    codes    int32, one an item: the index of its term in `terms`
    terms    the sorted terms of all vectors of the field
    weights  as in FieldPostings
    payload  what the vector's format keeps
    """

    starts: NDArray[np.int64]
    codes: NDArray[np.int32]
    terms: Terms
    weights: NDArray[Any]
    payload: Payload

    def write(self, writer: ArrayWriter, part: str) -> None:
        """Writes the arrays."""
        writer.write(f"{part}.starts", self.starts)
        writer.write(f"{part}.codes", self.codes)
        writer.write(f"{part}.weights", self.weights)
        self.terms.write(writer, f"{part}.terms")
        self.payload.write(writer, part, self.weights)

    def describe(self) -> dict[str, object]:
        """What the segment's description must say of these vectors."""
        return {"terms": len(self.terms), "items": len(self.codes), "payload": self.payload.kind}

    @classmethod
    def open(
        cls, reader: ArrayReader, part: str, described: dict[str, Any], count: int
    ) -> "FieldVectors":
        """Maps the vectors of `count` documents."""
        starts = reader.read(f"{part}.starts", np.int64)
        codes = reader.read(f"{part}.codes", np.int32)
        weights = reader.read(f"{part}.weights", *FREQUENCY_TYPES, np.float32)
        items = described["items"]
        if len(starts) != count + 1 or starts[0] != 0 or starts[-1] != items:
            raise reader.damaged(f"{part}.starts", f"does not divide {items} by {count} documents")
        if not len(codes) == len(weights) == items:
            raise reader.damaged(f"{part}.codes", f"not one code and weight for {items} items")
        terms = Terms.open(reader, f"{part}.terms", described["terms"])
        return cls(
            starts, codes, terms, weights, open_payload(reader, part, described["payload"], weights)
        )
