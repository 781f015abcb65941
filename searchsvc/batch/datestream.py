"""The dates of the documents, and the terms Whoosh indexes them by."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles import dates
from searchsvc.columnar import FieldPostings, NoPayload, NumberColumn, Terms
from searchsvc.index.schema import DATE_SHIFT
from searchsvc.search.ranking import NO_DATE

_EPOCH = dates.from_timestamp(0)
_MICROSECONDS_TO_EPOCH = 719_162 * 86_400 * 1_000_000
"""From the first day of year 1, from which Whoosh counts."""
_SIGN = np.uint64(1 << 63)
_SHIFTS = range(0, 64, DATE_SHIFT)
"""The precisions: to the microsecond, then to DATE_SHIFT bits less."""
_TERM_BYTES = 9


class DateStream:
    """Collects dates in microseconds since 1970; NO_DATE where there is none."""

    def __init__(self) -> None:
        self._moments = array("q")

    def __len__(self) -> int:
        return len(self._moments)

    def extend(self, moments: Iterable[datetime | None]) -> None:
        """When the next documents were published."""
        self._moments.extend(map(_microseconds, moments))

    def column(self) -> NumberColumn:
        """Seconds since 1970."""
        moments = np.array(self._moments, np.int64)
        return NumberColumn.of(np.where(moments == NO_DATE, NO_DATE, moments // 1_000_000))

    def postings(self) -> FieldPostings | None:
        """What the schema's field makes of them; None if there are none."""
        moments = np.frombuffer(self._moments, np.int64)
        docs = np.flatnonzero(moments != NO_DATE).astype(np.int32)
        if not len(docs):
            return None
        sortable = (moments[docs] + _MICROSECONDS_TO_EPOCH).astype(np.uint64) + _SIGN
        terms, counts, doc_ids = [], [], []
        for shift in _SHIFTS:
            values = sortable >> np.uint64(shift)
            order = np.argsort(values, kind="stable")
            distinct, count = np.unique(values, return_counts=True)
            terms.append(_terms(shift, distinct))
            counts.append(count)
            doc_ids.append(docs[order])
        blob = np.concatenate(terms).ravel()
        starts = np.concatenate(([0], np.cumsum(np.concatenate(counts)))).astype(np.int64)
        return FieldPostings.of(
            Terms(blob, np.arange(0, len(blob) + 1, _TERM_BYTES, dtype=np.uint32)),
            starts,
            np.concatenate(doc_ids),
            np.ones(int(starts[-1]), np.uint8),
            NoPayload(),
        )


def _microseconds(moment: datetime | None) -> int:
    if moment is None:
        return NO_DATE
    since = dates.as_utc(moment) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _terms(shift: int, values: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The bytes of each term: the shift, then the value, big-endian so that they sort; [n, 9]."""
    terms = np.empty((len(values), _TERM_BYTES), np.uint8)
    terms[:, 0] = shift
    terms[:, 1:] = values.astype(">u8").view(np.uint8).reshape(-1, 8)
    return terms
