"""Turning the postings Whoosh hands over, one by one, into the arrays of a field."""

from array import array
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import OutOfOrderError

from searchsvc.columnar.lengths import length_bytes
from searchsvc.columnar.payloadbuilder import PayloadBuilder
from searchsvc.columnar.postings import FieldPostings
from searchsvc.columnar.terms import Terms


class PostingsBuilder:
    """Collects one field's postings, term by term in byte order, in growing flat arrays."""

    def __init__(self, name: str, format_: Any) -> None:
        self._name = name
        self._terms: list[bytes] = []
        self._starts = array("q")
        self._doc_ids = array("i")
        self._weights = array("d")
        self._lengths = array("q")
        self._payload = PayloadBuilder(format_)

    def start_term(self, term: bytes) -> None:
        """Begins the next term."""
        if self._terms and term <= self._terms[-1]:
            raise OutOfOrderError(f"field {self._name!r}: {term!r} after {self._terms[-1]!r}")
        self._drop_empty_term()
        self._terms.append(term)
        self._starts.append(len(self._doc_ids))

    def add(self, doc_id: int, weight: float, value: bytes, length: int | None) -> None:
        """Adds a posting of the current term."""
        self._doc_ids.append(doc_id)
        self._weights.append(weight)
        self._lengths.append(length or 0)
        self._payload.append(value)

    def finish(self) -> FieldPostings:
        """The field's arrays."""
        self._drop_empty_term()
        self._starts.append(len(self._doc_ids))
        starts = np.array(self._starts, np.int64)
        doc_ids = np.array(self._doc_ids, np.int32)
        self._check_order(starts, doc_ids)
        weights = np.array(self._weights, np.float64)
        return FieldPostings.of(
            Terms.of(self._terms),
            starts,
            doc_ids,
            weights,
            self._payload.finish(weights),
            self._bounds(starts),
        )

    def _bounds(self, starts: NDArray[np.int64]) -> NDArray[np.uint8] | None:
        lengths = length_bytes(np.frombuffer(self._lengths, np.int64))
        if not lengths.any():
            return None
        firsts = starts[:-1]
        reduced = (np.minimum.reduceat(lengths, firsts), np.maximum.reduceat(lengths, firsts))
        return np.column_stack(reduced).ravel()

    def _drop_empty_term(self) -> None:
        if self._starts and self._starts[-1] == len(self._doc_ids):
            self._starts.pop()
            self._terms.pop()

    def _check_order(self, starts: NDArray[np.int64], doc_ids: NDArray[np.int32]) -> None:
        # Equal ids may follow each other: Whoosh adds each word for spelling to document 0.
        falls = np.flatnonzero(np.diff(doc_ids) < 0) + 1
        if not np.isin(falls, starts).all():
            raise OutOfOrderError(f"field {self._name!r}: document ids fall within a term")
