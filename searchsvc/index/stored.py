"""The stored articles of a segment, each compressed by itself with what all have in common.

A page of hits reads ten of them from anywhere in an index. One by one, with a dictionary made of a
sample, they take a third of their room and about a microsecond each to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from threading import Lock

import numpy as np
import zstandard

from searchsvc.index.arrays import check, load, save
from searchsvc.index.strings import ByteStrings

FEWEST = 1_000
"""Fewer strings are not worth a dictionary: they are kept as they are."""
_SAMPLES = 8_000
_MOST_BYTES, _FEWEST_BYTES = 262_144, 4_096
_AT_ONCE = 10_000
_LEVEL = 3
_SEGMENT, _WORD = 800, 8
"""Of the training: zstd would look for these two in minutes."""


class StoredStrings:
    """Strings by their number; several threads may read them."""

    def __init__(self, frames: ByteStrings, dictionary: bytes) -> None:
        """An empty dictionary says that the frames are not compressed."""
        self.frames = frames
        self.dictionary = dictionary
        self._lock = Lock()
        data = zstandard.ZstdCompressionDict(dictionary) if dictionary else None
        self._decompressor = zstandard.ZstdDecompressor(dict_data=data) if data else None

    def __len__(self) -> int:
        return len(self.frames)

    def some(self, indices: Iterable[int]) -> list[bytes]:
        """Raises ValueError for a frame that is damaged."""
        frames = self.frames.views(indices)
        if self._decompressor is None:
            return [frame.tobytes() for frame in frames]
        decompress = self._decompressor.decompress
        try:
            with self._lock:
                return [decompress(frame) for frame in frames]
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error

    def __iter__(self) -> Iterator[bytes]:
        numbers = range(len(self))
        return chain.from_iterable(
            self.some(numbers[first : first + _AT_ONCE]) for first in numbers[::_AT_ONCE]
        )

    @classmethod
    def of(cls, count: int, strings: Iterable[bytes]) -> StoredStrings:
        """So many strings; what is not compressed yet is never held whole."""
        source = iter(strings)
        batches = iter(lambda: list(islice(source, _AT_ONCE)), [])
        first = next(batches, [])
        dictionary = _dictionary(first, count) if count >= FEWEST else None
        everything = chain([first], batches)
        if dictionary is None:
            return cls(ByteStrings.concatenate([ByteStrings.of(some) for some in everything]), b"")
        compressor = zstandard.ZstdCompressor(
            level=_LEVEL, dict_data=dictionary, write_checksum=False, write_dict_id=False
        )
        frames = [_compressed(compressor, some) for some in everything]
        return cls(ByteStrings.concatenate(frames), dictionary.as_bytes())

    @classmethod
    def of_some(cls, strings: Sequence[bytes]) -> StoredStrings:
        """No strings at all if all are empty."""
        return cls.of(len(strings), strings) if any(strings) else cls.of(0, ())

    def save(self, folder: Path, name: str) -> None:
        self.frames.save(folder, name)
        save(folder, f"{name}.dictionary", np.frombuffer(self.dictionary, np.uint8))

    @classmethod
    def load(cls, folder: Path, name: str, count: int | None = None) -> StoredStrings:
        """Raises OSError or ValueError if it is not what `save` wrote, or another number."""
        dictionary = load(folder, f"{name}.dictionary", np.uint8).tobytes()
        try:
            return cls(ByteStrings.load(folder, name, count), dictionary)
        except zstandard.ZstdError as error:
            check(folder / name, False, str(error))
            raise


def _compressed(compressor: zstandard.ZstdCompressor, strings: Sequence[bytes]) -> ByteStrings:
    """All in one call, which works without the interpreter's lock."""
    laid_out = ByteStrings.of(strings)
    extents = np.stack([laid_out.offsets[:-1], np.diff(laid_out.offsets)], axis=1)
    segments = zstandard.BufferWithSegments(
        laid_out.blob.tobytes(), extents.astype(np.uint64).tobytes()
    )
    frames = compressor.multi_compress_to_buffer(segments)
    return ByteStrings.of([frames[i].tobytes() for i in range(len(frames))])


def _dictionary(strings: Sequence[bytes], count: int) -> zstandard.ZstdCompressionDict | None:
    """Of the first strings; None if they have nothing in common."""
    places = np.linspace(0, len(strings) - 1, min(_SAMPLES, len(strings)), dtype=np.int64)
    samples = [strings[place] for place in places.tolist()]
    # It has to be kept as well: a hundredth of what there is, more where there is little.
    total = sum(map(len, samples)) // len(samples) * count
    size = min(_MOST_BYTES, max(total // 100, _FEWEST_BYTES), total // 10)
    try:
        dictionary = zstandard.train_dictionary(size, samples, k=_SEGMENT, d=_WORD)
    except zstandard.ZstdError:
        return None
    dictionary.precompute_compress(level=_LEVEL)
    return dictionary
