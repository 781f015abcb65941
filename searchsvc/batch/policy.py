"""Which segments to merge: few of them, and no big one rewritten for a small change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MAX_SEGMENTS = 8
"""A query looks into each of them."""
MAX_DELETED = 0.3
"""The share of a segment's documents that may be deleted before they are worth clearing out."""


@dataclass(frozen=True, slots=True)
class SegmentSize:
    documents: int
    deleted: int

    @property
    def live(self) -> int:
        return self.documents - self.deleted

    @property
    def is_mostly_waste(self) -> bool:
        return self.deleted > MAX_DELETED * self.documents


def to_merge(sizes: Sequence[SegmentSize], max_segments: int = MAX_SEGMENTS) -> list[int]:
    """The segments to make one of, by their place; none if all is well.

    Above `max_segments` the smallest are taken, and on as long as the next is no larger than
    those before it together. So an article is written again only when its segment at least
    doubles: about log2 of the index's size over a night's changes, however long it lives.
    """
    chosen = [place for place, size in enumerate(sizes) if size.is_mostly_waste]
    if len(sizes) - len(chosen) + bool(chosen) > max_segments:
        gathered = sum(sizes[place].live for place in chosen)
        smallest = sorted(set(range(len(sizes))) - set(chosen), key=lambda k: (sizes[k].live, k))
        for place in smallest:
            enough = len(sizes) - len(chosen) + 1 <= max_segments
            if enough and sizes[place].live > gathered:
                break
            chosen.append(place)
            gathered += sizes[place].live
    return sorted(chosen)
