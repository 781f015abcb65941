"""Whoosh's interface for reading the postings of a term."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Positions
from whoosh.matching import LeafMatcher, ReadTooFar

from searchsvc.columnar.lengths import BYTE_LENGTHS
from searchsvc.columnar.payload import PositionsPayload
from searchsvc.columnar.postings import FieldPostings

BLOCK = 128


class ColumnarMatcher(LeafMatcher):
    """Goes through a term's postings in blocks.

    A block's ids become Python ints at once, since reading an array item by item is slow; weights
    do so when asked for. Blocks are also what Whoosh skips when looking for the best hits: none of
    their postings can score above what the block's largest weight and shortest length give.
    """

    def __init__(
        self,
        postings: FieldPostings,
        index: int,
        format_: Any,
        term: tuple[str, bytes],
        scorer: Any = None,
        lengths: NDArray[np.uint8] | None = None,
        block: int = BLOCK,
    ) -> None:
        """`index` is the term's place in `postings.terms`, `lengths` the field's length bytes."""
        self.format = format_
        self.scorer = scorer
        self._postings = postings
        self._index = index
        self._term = term
        self._lengths = lengths
        self._block = block
        self._start, self._stop = postings.extent(index)
        self._bounds: list[tuple[float, int, int]] | None = None
        self._positions = postings.payload if type(format_) is Positions else None
        self.reset()

    def reset(self) -> None:
        self._go_to_block(0)

    def copy(self) -> "ColumnarMatcher":
        twin = ColumnarMatcher(
            self._postings,
            self._index,
            self.format,
            self._term,
            self.scorer,
            self._lengths,
            self._block,
        )
        twin._go_to_block(self._number)
        twin._i = self._i
        return twin

    # Where we are

    def _go_to_block(self, number: int) -> None:
        self._number = number
        self._first = min(self._start + number * self._block, self._stop)
        last = min(self._first + self._block, self._stop)
        self._ids: list[int] = self._postings.doc_ids[self._first : last].tolist()
        self._weights: list[float] | None = None
        self._count = len(self._ids)
        self._i = 0

    def is_active(self) -> bool:
        return self._i < self._count

    def next(self) -> bool:
        """Moves on by one posting; True if that leads into another block, or to the end."""
        self._i += 1
        if self._i < self._count:
            return False
        if self._count == 0:
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
        rest = self._postings.doc_ids[self._first + self._count : self._stop]
        # As int32, or numpy would first convert all that is left to int64.
        wanted = np.int32(min(id, np.iinfo(np.int32).max))
        rank = self._first + self._count + int(rest.searchsorted(wanted)) - self._start
        self._go_to_block(rank // self._block)
        self._i = rank % self._block if self._count else 0

    # The current posting

    def id(self) -> int:
        return self._ids[self._i]

    def weight(self) -> float:
        if self._weights is None:
            weights = self._postings.weights[self._first : self._first + self._count]
            self._weights = weights.astype(np.float64).tolist()
        return self._weights[self._i]

    def value(self) -> bytes:
        return self._postings.payload.value(self._first + self._i)

    def value_as(self, astype: str) -> Any:
        if astype == "positions" and isinstance(self._positions, PositionsPayload):
            return self._positions.positions_of(self._first + self._i)
        return super().value_as(astype)

    def all_ids(self) -> Iterator[int]:
        return iter(self._postings.doc_ids[self._first + self._i : self._stop].tolist())

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
        firsts = np.arange(0, self._stop - self._start, self._block)
        weights = np.maximum.reduceat(self._postings.weights[self._start : self._stop], firsts)
        shortest = longest = np.zeros(len(firsts), np.uint8)
        if self._lengths is not None:
            lengths = self._lengths[self._postings.doc_ids[self._start : self._stop]]
            shortest = np.minimum.reduceat(lengths, firsts)
            longest = np.maximum.reduceat(lengths, firsts)
        return list(
            zip(
                weights.astype(np.float64).tolist(),
                BYTE_LENGTHS[shortest].tolist(),
                BYTE_LENGTHS[longest].tolist(),
                strict=True,
            )
        )
