"""What articles have in common (their topics, their source), document after document."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from itertools import chain
from typing import Generic, TypeVar

import numpy as np

from searchsvc.batch.inversion import expanded, membership_postings
from searchsvc.batch.termlist import SortedTerms
from searchsvc.columnar import FieldPostings

Row = TypeVar("Row", bound=Hashable)

_BYTES_A_ROW = 250


class KeyStream(Generic[Row]):
    """Collects one row a document, equal rows once; a row gives the keys of one field or several.

    Several fields share a row because a dict is asked once for all of them.
    """

    def __init__(self) -> None:
        self._numbers: dict[Row, int] = {}
        self._rows = array("i")

    @property
    def memory(self) -> int:
        """About how many bytes it takes."""
        return 4 * len(self._rows) + _BYTES_A_ROW * len(self._numbers)

    def extend(self, rows: Iterable[Row]) -> None:
        """The next documents' rows."""
        numbers = self._numbers
        self._rows.extend([numbers.setdefault(row, len(numbers)) for row in rows])

    def postings(self, keys_of: Callable[[Row], Iterable[str]]) -> FieldPostings | None:
        """The postings of a field whose keys follow from the rows; None if it has none."""
        keys = [tuple(keys_of(row)) for row in self._numbers]
        numbers: dict[str, int] = {}
        flat = [numbers.setdefault(key, len(numbers)) for key in chain.from_iterable(keys)]
        if not flat:
            return None
        terms, ranks = SortedTerms.of(numbers)
        starts = np.zeros(len(keys) + 1, np.int32)
        np.cumsum(np.fromiter(map(len, keys), np.int32, len(keys)), out=starts[1:])
        rows = np.frombuffer(self._rows, np.int32)
        docs = np.arange(len(rows), dtype=np.int32)
        return membership_postings(
            terms, *expanded(starts, ranks[np.array(flat, np.int32)], rows, docs)
        )
