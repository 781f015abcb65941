"""Which segments to merge: few of them, and no big one rewritten for a small change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """Above the share `max_deleted` a segment's deleted documents are worth clearing out."""

    max_segments: int = 8
    max_deleted: float = 0.3

    def choose(self, sizes: Sequence[tuple[int, int]]) -> list[int]:
        """The places of the segments to make one of; `sizes` are all and kept documents of each.

        Where there are too many, the smallest are taken, and on as long as the next is no larger
        than those before it together: so an article is written again only when its segment at
        least doubles.
        """
        chosen = [
            place
            for place, (documents, kept) in enumerate(sizes)
            if documents - kept > self.max_deleted * documents
        ]
        if len(sizes) - len(chosen) + bool(chosen) <= self.max_segments:
            return chosen
        gathered = sum(sizes[place][1] for place in chosen)
        others = set(range(len(sizes))) - set(chosen)
        for place in sorted(others, key=lambda place: (sizes[place][1], place)):
            are_few = len(sizes) - len(chosen) + 1 <= self.max_segments
            if are_few and sizes[place][1] > gathered:
                break
            chosen.append(place)
            gathered += sizes[place][1]
        return sorted(chosen)
