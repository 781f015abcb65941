"""Turning the term vectors Whoosh hands over, document by document, into flat arrays."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from searchsvc.columnar.payload import FrequencyPayload
from searchsvc.columnar.payloadbuilder import PayloadBuilder
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.vectors import FieldVectors
from searchsvc.columnar.weights import narrow_weights

VectorItem = tuple[str, float, bytes]


class VectorBuilder:
    """Collects the vectors of one field."""

    def __init__(self, format_: Any) -> None:
        self._starts = array("q")
        self._codes = array("i")
        self._weights = array("d")
        self._payload = PayloadBuilder(format_)
        # Terms in the order they come; sorted in the end.
        self._seen: dict[bytes, int] = {}

    def add(self, docnum: int, items: Iterable[VectorItem]) -> None:
        """Adds the vector of a document."""
        self._fill(docnum + 1)
        for text, weight, value in items:
            term = text.encode("utf-8", "surrogatepass")
            self._codes.append(self._seen.setdefault(term, len(self._seen)))
            self._weights.append(weight)
            self._payload.append(value)

    def finish(self, count: int) -> FieldVectors:
        """The vectors of `count` documents."""
        self._fill(count + 1)
        terms = sorted(self._seen)
        new_code = np.zeros(len(terms), np.int32)
        new_code[[self._seen[term] for term in terms]] = np.arange(len(terms), dtype=np.int32)
        weights = np.array(self._weights, np.float64)
        payload = self._payload.finish(weights)
        weights = narrow_weights(weights)
        if isinstance(payload, FrequencyPayload):
            payload = FrequencyPayload(weights)
        return FieldVectors(
            np.array(self._starts, np.int64),
            new_code[np.array(self._codes, np.int64)],
            Terms.of(terms),
            weights,
            payload,
        )

    def _fill(self, count: int) -> None:
        self._starts.extend([len(self._codes)] * (count - len(self._starts)))
