"""The sorted terms of a field."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from searchsvc.columnar.arrays import ArrayReader
from searchsvc.columnar.bytestrings import ByteStrings


@dataclass(frozen=True, slots=True, eq=False)
class Terms(ByteStrings):
    """Distinct terms in byte order, looked up by binary search: no dictionary per process."""

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> "Terms":
        """Lays out terms that are sorted already."""
        laid_out = ByteStrings.of(strings)
        return cls(laid_out.blob, laid_out.offsets)

    @classmethod
    def open(cls, reader: ArrayReader, part: str, count: int) -> "Terms":
        """Maps what `write` wrote; there must be `count` terms."""
        laid_out = ByteStrings.open(reader, part, count)
        return cls(laid_out.blob, laid_out.offsets)

    def unpacked(self) -> "Terms":
        """Itself; what is packed makes plain arrays."""
        return self

    def lower_bound(self, term: bytes) -> int:
        """The index of the first term not below the given one; len(self) if all are."""
        return bisect_left(self, term)

    def find(self, term: bytes) -> int:
        """The index of a term, -1 if there is no such term."""
        index = self.lower_bound(term)
        return index if index < len(self) and self[index] == term else -1

    def prefix_range(self, prefix: bytes) -> range:
        """The indices of the terms that begin with a prefix: one run, as terms are sorted."""
        start = self.lower_bound(prefix)
        # The first string above all that begin with it: without its trailing ff, the last byte + 1.
        stem = prefix.rstrip(b"\xff")
        if not stem:
            return range(start, len(self))
        above = stem[:-1] + bytes([stem[-1] + 1])
        return range(start, bisect_left(self, above, start))
