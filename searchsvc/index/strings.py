"""Many byte strings as two flat arrays, and sorted ones as a dictionary without Python objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.index.arrays import (
    Bounds,
    Int32,
    are_bounds,
    bounds_of,
    check,
    load,
    narrowed,
    save,
    taken,
)


def encoded(text: str) -> bytes:
    """A string as the index keeps it; a lone surrogate is a term that no article has."""
    return text.encode("utf-8", "surrogatepass")


def decoded(text: bytes | memoryview) -> str:
    """What `encoded` was given."""
    return str(text, "utf-8", "surrogatepass")


class ByteStrings(Sequence[bytes]):
    """String i is `blob[offsets[i]:offsets[i + 1]]`; blob is uint8.

    Offsets are uint32, int64 where the strings are of 4 GB or more.
    """

    __slots__ = ("_bounds", "_bytes", "blob", "offsets")

    def __init__(self, blob: NDArray[np.uint8], offsets: Bounds) -> None:
        self.blob = blob
        self.offsets = offsets
        # Memory views: reading one item costs a fifth of what indexing an array does.
        self._bytes = blob.data
        self._bounds = offsets.data

    @classmethod
    def of(cls, strings: Iterable[bytes]) -> Self:
        listed = list(strings)
        lengths = np.fromiter(map(len, listed), np.int64, len(listed))
        return cls(np.frombuffer(b"".join(listed), np.uint8), narrowed(bounds_of(lengths)))

    @classmethod
    def concatenate(cls, parts: Sequence[ByteStrings]) -> Self:
        lengths = [np.zeros(0, np.int64), *(np.diff(part.offsets) for part in parts)]
        blobs = [np.zeros(0, np.uint8), *(part.blob for part in parts)]
        return cls(np.concatenate(blobs), narrowed(bounds_of(np.concatenate(lengths))))

    def __len__(self) -> int:
        return len(self._bounds) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [view.tobytes() for view in self.views(range(*index.indices(len(self))))]
        return self._bytes[self._bounds[index] : self._bounds[index + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        data, ends = self.blob.tobytes(), self.offsets.tolist()
        return map(data.__getitem__, map(slice, ends, ends[1:]))

    def views(self, indices: Iterable[int]) -> list[memoryview]:
        """The strings at these indices, without a copy."""
        data, bounds = self._bytes, self._bounds
        return [data[bounds[i] : bounds[i + 1]] for i in indices]

    def take(self, indices: NDArray[Any]) -> Self:
        """The strings at these indices, in that order."""
        offsets, places = taken(self.offsets, indices)
        return type(self)(self.blob[places], narrowed(offsets))

    def save(self, folder: Path, name: str) -> None:
        save(folder, f"{name}.bytes", self.blob)
        save(folder, f"{name}.offsets", self.offsets)

    @classmethod
    def load(cls, folder: Path, name: str, count: int | None = None) -> Self:
        """Raises OSError or ValueError if it is not what `save` wrote, or not so many strings."""
        blob = load(folder, f"{name}.bytes", np.uint8)
        offsets = load(folder, f"{name}.offsets", np.uint32, np.int64)
        is_right = are_bounds(offsets, len(blob)) and count in (None, len(offsets) - 1)
        check(folder / name, is_right, "offsets that do not divide the bytes")
        return cls(blob, offsets)


class TermDictionary(ByteStrings):
    """Strings in byte order, of less than 4 GB, looked up by binary search."""

    __slots__ = ("edits", "find", "lower_bound")

    def __init__(self, blob: NDArray[np.uint8], offsets: Bounds) -> None:
        super().__init__(blob, offsets)
        if offsets.dtype != np.uint32:
            raise ValueError("a dictionary of terms has less than 4 GB")
        table = kernels.SortedStrings(blob, offsets)
        self.find = table.find
        """A term's number, -1 if there is no such term."""
        self.lower_bound = table.lower_bound
        """The number of the first term not below the given one; len(self) if all are."""
        self.edits = table.edits
        """How many edits lie between a typed word and terms."""

    @classmethod
    def sorted_of(cls, terms: Iterable[bytes]) -> tuple[Self, Int32]:
        """Given distinct terms as a dictionary, and the number of each in the order given."""
        listed = list(terms)
        order = sorted(range(len(listed)), key=listed.__getitem__)
        numbers = np.empty(len(listed), np.int32)
        numbers[order] = np.arange(len(listed), dtype=np.int32)
        return cls.of([listed[place] for place in order]), numbers

    def find_all(self, terms: Iterable[bytes]) -> list[int]:
        """Several terms at once."""
        return list(map(self.find, terms))

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """Where the terms that begin so start and stop."""
        first = self.lower_bound(prefix)
        # The first string above all that begin so: the last byte one higher.
        stem = prefix.rstrip(b"\xff")
        if not stem:
            return first, len(self)
        return first, self.lower_bound(stem[:-1] + bytes([stem[-1] + 1]))
