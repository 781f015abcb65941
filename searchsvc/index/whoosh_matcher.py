"""Whoosh's interfaces for going through the terms of a field and the postings of a term."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base as codec
from whoosh.formats import Frequency, Positions
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.reading import TermInfo
from whoosh.system import pack_uint

from searchsvc.index.whoosh_fields import BYTE_LENGTHS, FieldPostings, OpenedSegment

_BLOCK = 128
_MOST = np.iinfo(np.int32).max


class FieldCursor(codec.FieldCursor):
    """Moves through the terms of a field; gives them as the field's own values (text)."""

    def __init__(self, opened: OpenedSegment, fieldname: str, fieldobj: Any) -> None:
        self._opened = opened
        self._fieldname = fieldname
        self._fieldobj = fieldobj
        self._terms = opened.fields[fieldname].terms
        self._number = 0

    def first(self) -> Any:
        self._number = 0
        return self.text()

    def find(self, term: str | bytes) -> Any:
        """Moves to the first term not below the given one."""
        encoded: bytes = term if isinstance(term, bytes) else self._fieldobj.to_bytes(term)
        self._number = self._terms.lower_bound(encoded)
        return self.text()

    def next(self) -> Any:
        self._number = min(self._number + 1, len(self._terms))
        return self.text()

    def text(self) -> Any:
        """The current term, None at the end."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._terms[self._number])

    def term_info(self) -> TermInfo | None:
        if not self.is_valid():
            return None
        return self._opened.term_info(self._fieldname, self._number)

    def is_valid(self) -> bool:
        return self._number < len(self._terms)


class PostingsMatcher(LeafMatcher):
    """Goes through a term's postings in blocks.

    A block's ids become Python ints at once, since reading an array item by item is slow. Blocks
    are also what Whoosh skips when it looks for the best hits: none of their postings scores above
    what the block's largest weight and shortest length give.
    """

    def __init__(
        self,
        postings: FieldPostings,
        term_number: int,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any,
        lengths: NDArray[np.uint8] | None,
    ) -> None:
        """`lengths` are the field's length bytes, by document."""
        self.format = format_
        self.scorer = scorer
        self._postings = postings
        self._term_number = term_number
        self._term = term
        self._lengths = lengths
        extent = postings.extent(term_number)
        self._start, self._stop = extent.start, extent.stop
        self._bounds: list[tuple[float, int, int]] | None = None
        self.reset()

    def reset(self) -> None:
        self._go_to_block(0)

    def copy(self) -> PostingsMatcher:
        twin = PostingsMatcher(
            self._postings, self._term_number, self.format, self._term, self.scorer, self._lengths
        )
        twin._go_to_block(self._number)
        twin._i = self._i
        return twin

    # Where we are

    def _go_to_block(self, number: int) -> None:
        self._number = number
        self._first = min(self._start + number * _BLOCK, self._stop)
        block = slice(self._first, min(self._first + _BLOCK, self._stop))
        self._ids: list[int] = self._postings.docs[block].tolist()
        self._weights: list[int] = self._postings.frequencies[block].tolist()
        self._i = 0

    def is_active(self) -> bool:
        return self._i < len(self._ids)

    def next(self) -> bool:
        """Moves on by one posting; True if that leads into another block, or to the end."""
        self._i += 1
        if self._i < len(self._ids):
            return False
        if not self._ids:
            raise ReadTooFar
        self._go_to_block(self._number + 1)
        return True

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        if id <= self._ids[self._i]:
            return
        if id <= self._ids[-1]:
            self._i = bisect_left(self._ids, id, self._i)
            return
        # As int32, or numpy would first convert all of them to int64.
        docs = self._postings.docs[self._start : self._stop]
        self._go_to_place(int(docs.searchsorted(np.int32(min(id, _MOST)))))

    def _go_to_place(self, place: int) -> None:
        self._go_to_block(place // _BLOCK)
        self._i = place % _BLOCK if self._ids else 0

    # The current posting

    def id(self) -> int:
        return self._ids[self._i]

    def weight(self) -> float:
        return float(self._weights[self._i])

    def value(self) -> bytes:
        if isinstance(self.format, Positions):
            encoded: bytes = self.format.encode(self._positions())
            return encoded
        return pack_uint(self._weights[self._i]) if isinstance(self.format, Frequency) else b""

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and isinstance(self.format, Positions):
            return self._positions()
        return super().value_as(astype)

    def _positions(self) -> list[int]:
        starts, positions = self._postings.position_starts, self._postings.positions
        assert starts is not None and positions is not None
        place = self._first + self._i
        found: list[int] = positions[starts[place] : starts[place + 1]].tolist()
        return found

    def all_ids(self) -> Iterator[int]:
        return iter(self._postings.docs[self._first + self._i : self._stop].tolist())

    def all_items(self) -> Iterator[tuple[int, bytes]]:
        # Whoosh's own goes on for ever if a matcher replaces itself.
        while self.is_active():
            yield self.id(), self.value()
            self.next()

    # Block quality

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._go_to_block(self._number + 1)
            skipped += 1
        return skipped

    def block_min_id(self) -> int:
        return self._ids[0]

    def block_max_id(self) -> int:
        return self._ids[-1]

    def block_max_weight(self) -> float:
        return self._block_bounds()[0]

    def block_min_length(self) -> int:
        return self._block_bounds()[1]

    def block_max_length(self) -> int:
        return self._block_bounds()[2]

    def _block_bounds(self) -> tuple[float, int, int]:
        """The largest weight, shortest and longest length of the current block."""
        if self._bounds is None:
            self._bounds = self._compute_bounds()
        # Whoosh asks for these at the end as well, where the last block's have to do.
        return self._bounds[min(self._number, len(self._bounds) - 1)]

    def _compute_bounds(self) -> list[tuple[float, int, int]]:
        extent = slice(self._start, self._stop)
        firsts = np.arange(0, self._stop - self._start, _BLOCK)
        weights = np.maximum.reduceat(self._postings.frequencies[extent], firsts)
        shortest = longest = np.zeros(len(firsts), np.uint8)
        if self._lengths is not None:
            lengths = self._lengths[self._postings.docs[extent]]
            shortest = np.minimum.reduceat(lengths, firsts)
            longest = np.maximum.reduceat(lengths, firsts)
        bounds = (weights.astype(float), BYTE_LENGTHS[shortest], BYTE_LENGTHS[longest])
        return list(zip(*(of.tolist() for of in bounds), strict=True))
