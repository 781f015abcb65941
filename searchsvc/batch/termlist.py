"""Terms put in byte order, which is the order of a segment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import ByteStrings, Terms
from searchsvc.columnar.ragged import narrow_offsets
from searchsvc.scoring import kernels


@dataclass(frozen=True, slots=True)
class SortedTerms:
    """Distinct terms in byte order; a term's rank is its place here."""

    strings: ByteStrings

    def __len__(self) -> int:
        return len(self.strings)

    @classmethod
    def of(cls, terms: Iterable[str]) -> tuple[SortedTerms, NDArray[np.int32]]:
        """The given distinct terms, and the rank of each in the order given."""
        given = ByteStrings.of(term.encode() for term in terms)
        order, _, blob, offsets = kernels.sort_strings(given.blob, given.offsets.astype(np.int64))
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        return cls(ByteStrings(blob, narrow_offsets(offsets))), ranks

    def take(self, ranks: NDArray[np.integer]) -> Terms:
        """The terms of the given ascending ranks."""
        taken = self.strings.take(ranks)
        return Terms(taken.blob, taken.offsets)
