"""Terms put in byte order, which is the order of a segment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import ByteStrings, Terms


@dataclass(frozen=True, slots=True)
class SortedTerms:
    """Distinct terms in byte order; a term's rank is its place here."""

    strings: ByteStrings

    @classmethod
    def of(cls, terms: Collection[str]) -> tuple[SortedTerms, NDArray[np.int32]]:
        """The given distinct terms, and the rank of each in the order given."""
        given = list(terms)
        # By text: code points and their UTF-8 are in the same order.
        order = sorted(range(len(given)), key=given.__getitem__)
        ranks = np.empty(len(given), np.int32)
        ranks[np.array(order, np.int64)] = np.arange(len(given), dtype=np.int32)
        return cls(ByteStrings.of(given[place].encode() for place in order)), ranks

    def take(self, ranks: NDArray[np.int64]) -> Terms:
        """The terms of the given ascending ranks."""
        taken = self.strings.take(ranks)
        return Terms(taken.blob, taken.offsets)
