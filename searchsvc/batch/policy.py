"""Which segments to merge: few of them, and no big one rewritten for a small change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """How many documents a segment holds, and how many of them are deleted."""

    documents: int
    deleted: int

    @property
    def live(self) -> int:
        return self.documents - self.deleted


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """When to merge.

    Every query looks into each of at most `max_segments`; above the share `max_deleted`, a
    segment's deleted documents are worth clearing out.
    """

    max_segments: int = 8
    max_deleted: float = 0.3

    def choose(self, sizes: Sequence[SegmentSize]) -> list[int]:
        """The segments to make one of, by their place; none if all is well.

        Where there are too many, the smallest are taken, and on as long as the next is no larger
        than those before it together: so an article is written again only when its segment at
        least doubles.
        """
        chosen = [
            place
            for place, size in enumerate(sizes)
            if size.deleted > self.max_deleted * size.documents
        ]
        if len(sizes) - len(chosen) + bool(chosen) <= self.max_segments:
            return chosen
        gathered = sum(sizes[place].live for place in chosen)
        others = set(range(len(sizes))) - set(chosen)
        for place in sorted(others, key=lambda place: (sizes[place].live, place)):
            are_few = len(sizes) - len(chosen) + 1 <= self.max_segments
            if are_few and sizes[place].live > gathered:
                break
            chosen.append(place)
            gathered += sizes[place].live
        return sorted(chosen)


EVERYTHING = MergePolicy(max_segments=1, max_deleted=0.0)
"""One segment without deletions."""
