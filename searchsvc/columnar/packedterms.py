"""Sorted terms of which each is a key of its own: compressed, some at a time.

Titles and paths take as much room as all other terms together, and are looked up one at a time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.compression import FEWEST, Strings, compressed, open_strings
from searchsvc.columnar.mapping import narrow
from searchsvc.columnar.ragged import offsets_of
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import FREQUENCY_TYPES

BLOCK = 16
"""Terms in a block: one is read in 5 microseconds."""
SHORTEST = 10
"""Bytes that terms have on average, if they are worth it."""
KEPT = 1024
"""Blocks that were read and are kept, 2 KB each where terms are titles."""


@dataclass(frozen=True, slots=True, eq=False)
class PackedTerms(Sequence[bytes]):
    """Reads as the `Terms` it was made of.

    blocks   the terms of each block, end to end
    heads    one a block: not above any of its terms, and above all terms of the blocks before it
    lengths  uint8, uint16 or uint32, of each term
    """

    blocks: Strings
    heads: Terms
    lengths: NDArray[Any]
    _read: dict[int, list[bytes]] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, terms: Terms) -> PackedTerms:
        bounds = np.append(terms.offsets[:-1:BLOCK], terms.offsets[-1])
        heads = [b""]
        for first in range(BLOCK, len(terms), BLOCK):
            heads.append(_beginning(terms[first], terms[first - 1]))
        return cls(
            compressed(ByteStrings(terms.blob, bounds)),
            Terms.of(heads),
            narrow(np.diff(terms.offsets.astype(np.int64))),
        )

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        index += len(self) if index < 0 else 0
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._block(index // BLOCK)[index % BLOCK]

    def __iter__(self) -> Iterator[bytes]:
        return self.between(0, len(self))

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """The terms from `start` up to `stop`, read as they are asked for."""
        return (self[index] for index in range(start, stop))

    def lower_bound(self, term: bytes) -> int:
        """The index of the first term not below the given one; len(self) if all are."""
        return self.lower_bound_in(bisect_right(self.heads, term) - 1, term)

    def lower_bound_in(self, block: int, term: bytes) -> int:
        """The same where the last head that is not above the term is known to be this block's."""
        return block * BLOCK + bisect_left(self._block(block), term)

    def find(self, term: bytes) -> int:
        """The index of a term, -1 if there is no such term."""
        index = self.lower_bound(term)
        return index if index < len(self) and self[index] == term else -1

    def find_in(self, block: int, term: bytes) -> int:
        """The same, of a block as above; nothing is unpacked where no term is as long."""
        lengths = self.lengths[max(block, 0) * BLOCK : (block + 1) * BLOCK]
        if len(term) not in lengths.tolist():
            return -1
        index = self.lower_bound_in(block, term)
        return index if index < len(self) and self[index] == term else -1

    def unpacked(self) -> Terms:
        """All terms as plain arrays."""
        blob = b"".join(self.blocks)
        return Terms(np.frombuffer(blob, np.uint8), offsets_of(self.lengths))

    def _block(self, number: int) -> list[bytes]:
        block = self._read.get(number)
        if block is None:
            block, text, start = [], self.blocks[number], 0
            for length in self.lengths[number * BLOCK : (number + 1) * BLOCK].tolist():
                block.append(text[start : start + length])
                start += length
            if len(self._read) >= KEPT:
                self._read.clear()
            self._read[number] = block
        return block

    def write(self, writer: ArrayWriter, part: str) -> None:
        self.blocks.write(writer, f"{part}.blocks")
        self.heads.write(writer, f"{part}.heads")
        writer.write(f"{part}.lengths", self.lengths)

    @classmethod
    def open(cls, reader: ArrayReader, part: str, count: int) -> PackedTerms:
        """Maps what `write` wrote; there must be `count` terms."""
        blocks = -(-count // BLOCK)
        lengths = reader.read(f"{part}.lengths", *FREQUENCY_TYPES)
        if len(lengths) != count:
            raise reader.damaged(f"{part}.lengths", f"{len(lengths)} of {count}")
        return cls(
            open_strings(reader, f"{part}.blocks", blocks),
            Terms.open(reader, f"{part}.heads", blocks),
            lengths,
        )


KeyTerms = Terms | PackedTerms


def _beginning(term: bytes, before: bytes) -> bytes:
    """The shortest beginning of a term that is above the one before it."""
    same = 0
    for letter, other in zip(term, before, strict=False):
        if letter != other:
            break
        same += 1
    return term[: same + 1]


def packed(terms: KeyTerms, postings: int) -> KeyTerms:
    """Terms with so many postings, packed if most are keys of one document and it is worth it."""
    if isinstance(terms, PackedTerms) or len(terms) < FEWEST * BLOCK or postings > 2 * len(terms):
        return terms
    return PackedTerms.of(terms) if len(terms.blob) >= SHORTEST * len(terms) else terms


def open_terms(reader: ArrayReader, part: str, count: int) -> KeyTerms:
    """Maps what either kind has written."""
    kind = PackedTerms if reader.has(f"{part}.heads.bytes") else Terms
    return kind.open(reader, part, count)
