"""Many byte strings as two flat arrays."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.ragged import (
    concatenate_ragged,
    offsets_of,
    open_offsets,
    take_ragged,
    write_offsets,
)

_AT_ONCE = 4096
"""Strings that are copied together when all are read."""


@dataclass(frozen=True, slots=True, eq=False)
class ByteStrings(Sequence[bytes]):
    """A sequence of byte strings: string i is `blob[offsets[i]:offsets[i + 1]]`.

    `blob` is uint8, `offsets` uint32 or int64, one longer than there are strings.
    """

    blob: NDArray[np.uint8]
    offsets: NDArray[Any]
    _bytes: memoryview = field(init=False, repr=False)
    _bounds: memoryview = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Memory views: reading one item costs a fifth of what indexing an array does.
        object.__setattr__(self, "_bytes", self.blob.data)
        object.__setattr__(self, "_bounds", self.offsets.data)

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> "ByteStrings":
        """Lays out the given strings."""
        listed = list(strings)
        lengths = np.fromiter(map(len, listed), np.int64, len(listed))
        return cls(np.frombuffer(b"".join(listed), np.uint8), offsets_of(lengths))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(index, slice):
            return self.some(range(*index.indices(len(self))))
        if index < 0:
            index += len(self.offsets) - 1
            if index < 0:
                raise IndexError(index)
        return self._bytes[self._bounds[index] : self._bounds[index + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        # Slices of bytes cost a quarter of what items of a view do.
        for first in range(0, len(self), _AT_ONCE):
            bounds = self.offsets[first : first + _AT_ONCE + 1].tolist()
            data = self._bytes[bounds[0] : bounds[-1]].tobytes()
            ends = [end - bounds[0] for end in bounds]
            yield from map(data.__getitem__, map(slice, ends, ends[1:]))

    def some(self, indices: Iterable[int]) -> list[bytes]:
        """The strings at these indices, none below 0: faster than one by one."""
        return [view.tobytes() for view in self.views(indices)]

    def views(self, indices: Iterable[int]) -> list[memoryview]:
        """The same without a copy."""
        data, bounds = self._bytes, self._bounds
        return [data[bounds[i] : bounds[i + 1]] for i in indices]

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """The strings from `start` up to `stop`, read as they are asked for."""
        data, bounds = self._bytes, self._bounds
        return (data[bounds[i] : bounds[i + 1]].tobytes() for i in range(start, stop))

    def take(self, indices: NDArray[Any]) -> "ByteStrings":
        """The strings at the given indices, in that order."""
        offsets, blob = take_ragged(self.offsets, self.blob, indices)
        return ByteStrings(blob, offsets)

    def compress(self, indices: NDArray[Any]) -> "ByteStrings":
        """The strings at ascending indices: runs of neighbours are copied whole, not by byte."""
        if len(indices) == len(self):
            return self
        if not len(indices):
            return ByteStrings.of(())
        breaks = np.flatnonzero(np.diff(indices) != 1) + 1
        firsts = indices[np.concatenate((np.zeros(1, np.int64), breaks))]
        lasts = indices[np.append(breaks - 1, len(indices) - 1)]
        bounds = zip(self.offsets[firsts].tolist(), self.offsets[lasts + 1].tolist(), strict=True)
        lengths = np.diff(self.offsets.astype(np.int64))[indices]
        blob = np.concatenate([self.blob[start:stop] for start, stop in bounds])
        return ByteStrings(blob, offsets_of(lengths))

    @classmethod
    def concatenate(cls, parts: Sequence["ByteStrings"]) -> "ByteStrings":
        """The strings of all parts, one part after the other."""
        offsets, blob = concatenate_ragged([(part.offsets, part.blob) for part in parts])
        return ByteStrings(blob, offsets)

    def write(self, writer: ArrayWriter, part: str) -> None:
        """Writes `<part>.bytes` and what tells the strings apart: see `write_offsets`."""
        writer.write(f"{part}.bytes", self.blob)
        write_offsets(writer, part, self.offsets)

    @classmethod
    def open(cls, reader: ArrayReader, part: str, count: int) -> "ByteStrings":
        """Maps what `write` wrote; there must be `count` strings."""
        blob = reader.read(f"{part}.bytes", np.uint8)
        return cls(blob, open_offsets(reader, part, count, len(blob)))
