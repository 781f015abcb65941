"""What a query matches, and how two sets of matches become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring import kernels


@dataclass(frozen=True, slots=True)
class Matches:
    """All matching documents and their text scores.

    docs     int32, global numbers, ascending
    scores   float32, one a document
    partial  whether the budget ended before the documents did; those that are here are right
    """

    docs: NDArray[np.int32]
    scores: NDArray[np.float32]
    partial: bool = False

    def __len__(self) -> int:
        return len(self.docs)

    def intersect(self, other: Matches) -> Matches:
        """In both; scores summed."""
        if not len(self) or not len(other):
            return NOTHING
        return Matches(*kernels.intersect(self.docs, self.scores, other.docs, other.scores))

    def unite(self, other: Matches, lesser: float = 1.0) -> Matches:
        """In either; in both the greater score counts, and `lesser` times the other."""
        if not len(other):
            return self
        if not len(self):
            return other
        return Matches(*kernels.unite(self.docs, self.scores, other.docs, other.scores, lesser))

    def raised_by(self, other: Matches) -> Matches:
        """The same documents; scores summed where the other has them as well."""
        if not len(self) or not len(other):
            return self
        scores = kernels.add_optional(self.docs, self.scores, other.docs, other.scores)
        return replace(self, scores=scores)

    def without(self, other: Matches) -> Matches:
        """Those that the other has not; its scores don't matter."""
        if not len(self) or not len(other):
            return self
        kept = ~kernels.which_are_in(self.docs, other.docs)
        return Matches(self.docs[kept], self.scores[kept])

    def only_in(self, other: Matches) -> Matches:
        """Those that the other has as well, with the scores they have here."""
        if not len(self) or not len(other):
            return NOTHING
        kept = kernels.which_are_in(self.docs, other.docs)
        return Matches(self.docs[kept], self.scores[kept])

    def where(self, mask: NDArray[np.bool_]) -> Matches:
        """Those for which mask[document] is true; [documents]."""
        docs, scores = kernels.keep(self.docs, self.scores, mask)
        return Matches(docs, scores, self.partial)

    def times(self, factor: float) -> Matches:
        """Scores multiplied."""
        if factor == 1.0:
            return self
        return Matches(self.docs, self.scores * np.float32(factor), self.partial)

    def scored(self, score: float) -> Matches:
        """The same documents, all with one score."""
        return replace(self, scores=np.full(len(self), score, np.float32))

    def before(self, horizon: int) -> Matches:
        """The documents below a number."""
        stop = int(self.docs.searchsorted(np.int32(horizon)))
        return Matches(self.docs[:stop], self.scores[:stop], self.partial)


NOTHING = Matches(np.zeros(0, np.int32), np.zeros(0, np.float32))


def end_to_end(parts: Iterable[Matches]) -> Matches:
    """The matches of segment after segment."""
    found = [part for part in parts if len(part)]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return Matches(
        np.concatenate([part.docs for part in found]),
        np.concatenate([part.scores for part in found]),
    )
