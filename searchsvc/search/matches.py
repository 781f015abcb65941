"""What a query matches, and how several sets of matches become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

DENSE = 16
"""Parts are laid out by document where one in so many is in them, else sorted."""


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
        return self.only(mask.take(self.docs))

    def only(self, kept: Mask) -> Matches:
        """Those that are kept; [matches]."""
        (places,) = kept.nonzero()  # taking places is several times as fast as masking
        return Matches(self.docs.take(places), self.scores.take(places))

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
    docs, (scores,) = _combined(parts, ([part.scores for part in parts], combine))
    return Matches(docs, scores)


def united_with(
    parts: Sequence[Matches], weights: NDArray[np.float32]
) -> tuple[Matches, NDArray[np.float32]]:
    """In any of them, and for each document the sum of the weights of the parts that have it."""
    if not any(map(len, parts)):
        return NOTHING, NOTHING.scores
    covered = [
        np.full(len(part), weight, np.float32)
        for part, weight in zip(parts, weights.tolist(), strict=True)
    ]
    if len(parts) == 1:
        return parts[0], covered[0]
    docs, (scores, coverage) = _combined(
        parts, ([part.scores for part in parts], np.add), (covered, np.add)
    )
    return Matches(docs, scores), coverage


def _combined(
    parts: Sequence[Matches], *columns: tuple[Sequence[NDArray[np.float32]], np.ufunc]
) -> tuple[NDArray[np.int32], list[NDArray[np.float32]]]:
    """The documents of all parts; of each column, whose values are by part and not below 0, those
    of each document combined.
    """
    size = 1 + max(int(part.docs[-1]) for part in parts if len(part))
    if sum(map(len, parts)) * DENSE > size:
        found, filled = np.zeros(size, np.bool_), []
        for values, combine in columns:
            sums = np.zeros(size, np.float32)
            for part, own in zip(parts, values, strict=True):
                sums[part.docs] = combine(sums[part.docs], own)
            filled.append(sums)
        for part in parts:
            found[part.docs] = True
        docs = np.flatnonzero(found).astype(np.int32)
        return docs, [sums[docs] for sums in filled]
    docs = np.concatenate([part.docs for part in parts])
    order = np.argsort(docs, kind="stable")  # finds each part in order, and merges them
    docs = docs[order]
    firsts = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
    return docs[firsts], [
        combine.reduceat(np.concatenate(values)[order], firsts) for values, combine in columns
    ]
