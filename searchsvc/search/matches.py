"""What a query matches, and how several sets of matches become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Matching documents, ascending (int32), and their text scores (float32)."""

    docs: NDArray[np.int32]
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, docs: NDArray[np.int32], score: float = 0.0) -> Matches:
        """Documents that all have one score."""
        return cls(docs, np.full(len(docs), score, np.float32))

    def __len__(self) -> int:
        return len(self.docs)

    def where(self, mask: Mask) -> Matches:
        """Those for which mask[document] is true; [documents]."""
        kept = mask[self.docs]
        return Matches(self.docs[kept], self.scores[kept])

    def only(self, kept: Mask) -> Matches:
        """Those that are kept; [matches]."""
        return Matches(self.docs[kept], self.scores[kept])

    def times(self, factor: float) -> Matches:
        return self if factor == 1.0 else Matches(self.docs, self.scores * np.float32(factor))

    def holds(self, docs: NDArray[np.int32]) -> Mask:
        """Which of some documents are among the matches; [docs]."""
        return found_in(self.docs, docs)[1]

    def scores_of(self, docs: NDArray[np.int32]) -> NDArray[np.float32]:
        """The scores of some documents, 0 for those that do not match; [docs]."""
        places, found = found_in(self.docs, docs)
        scores = np.zeros(len(docs), np.float32)
        scores[found] = self.scores[places[found]]
        return scores

    def intersect(self, other: Matches) -> Matches:
        """In both; scores summed."""
        few, many = (self, other) if len(self) <= len(other) else (other, self)
        places, found = found_in(many.docs, few.docs)
        scores = few.scores[found] + many.scores[places[found]]
        return Matches(few.docs[found], scores)

    def without(self, other: Matches) -> Matches:
        return self.only(~other.holds(self.docs)) if len(other) else self


def found_in(docs: NDArray[np.int32], wanted: NDArray[np.int32]) -> tuple[NDArray[np.intp], Mask]:
    """Where wanted documents are among ascending ones, and which of them are there; [wanted]."""
    places = docs.searchsorted(wanted)
    if not len(docs):
        return places, np.zeros(len(wanted), np.bool_)
    found = docs[np.minimum(places, len(docs) - 1)] == wanted
    return places, found


NOTHING = Matches(np.zeros(0, np.int32), np.zeros(0, np.float32))


def unite(parts: Sequence[Matches]) -> Matches:
    """In any of them; scores summed."""
    return _joined(parts, np.add)


def best_of(parts: Sequence[Matches]) -> Matches:
    """In any of them; the highest score counts."""
    return _joined(parts, np.maximum)


def _joined(parts: Sequence[Matches], combine: np.ufunc) -> Matches:
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    docs, order, firsts = _in_order(parts)
    scores = np.concatenate([part.scores for part in parts])[order]
    return Matches(docs, combine.reduceat(scores, firsts))


def united_with(
    parts: Sequence[Matches], weights: NDArray[np.float32]
) -> tuple[Matches, NDArray[np.float32]]:
    """In any of them, and for each document the sum of the weights of the parts that have it."""
    if not any(map(len, parts)):
        return NOTHING, NOTHING.scores
    if len(parts) == 1:
        return parts[0], np.full(len(parts[0]), weights[0], np.float32)
    docs, order, firsts = _in_order(parts)
    scores = np.concatenate([part.scores for part in parts])[order]
    coverage = np.repeat(weights, [len(part) for part in parts])[order]
    summed = Matches(docs, np.add.reduceat(scores, firsts))
    return summed, np.add.reduceat(coverage, firsts)


def _in_order(
    parts: Sequence[Matches],
) -> tuple[NDArray[np.int32], NDArray[np.intp], NDArray[np.intp]]:
    """The distinct documents of all parts; an order of their items; where each document's begin."""
    docs = np.concatenate([part.docs for part in parts])
    order = np.argsort(docs, kind="stable")  # finds each part in order, and merges them
    docs = docs[order]
    firsts = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    return docs[firsts], order, firsts
