"""Byte strings that are much alike, each compressed by itself with what they have in common.

A page of hits reads ten stored articles from anywhere in an index. Compressed one by one, with a
dictionary made of a sample of them, they take a third of their room and a microsecond each to
read; blocks of several would take a little less room, and many times as long.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Any, overload

import numpy as np
import zstandard
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.ragged import offsets_of

FEWEST = 1_000
"""Fewer strings are not worth a dictionary of their own."""
SAMPLES = 8_000
DICTIONARY_BYTES, _LEAST = 262_144, 4_096
AT_ONCE = 10_000
"""Strings that are read from elsewhere and compressed in one call."""
LEVEL = 3
"""Higher ones take three times as long for 3% less."""
_SEGMENT, _WORD = 800, 8
"""What zstandard would else look for in minutes: these are in the middle of what it tries."""


@dataclass(frozen=True, slots=True, eq=False)
class CompressedStrings(Sequence[bytes]):
    """A sequence of byte strings, each a frame of Zstandard; safe to read from several threads."""

    frames: ByteStrings
    dictionary: NDArray[np.uint8]
    _decompressor: Any = field(init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        dictionary = zstandard.ZstdCompressionDict(self.dictionary.tobytes())
        object.__setattr__(self, "_decompressor", zstandard.ZstdDecompressor(dict_data=dictionary))

    def __len__(self) -> int:
        return len(self.frames)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | Sequence[bytes]:
        """Raises ValueError for what is no frame."""
        if isinstance(index, slice):
            return self.some(range(*index.indices(len(self))))
        (string,) = self._decompressed((self.frames[index],))
        return string

    def some(self, indices: Iterable[int]) -> list[bytes]:
        """The strings at these indices, none below 0: a page of hits at once."""
        return self._decompressed(self.frames.views(indices))

    def _decompressed(self, frames: Iterable[bytes | memoryview]) -> list[bytes]:
        decompress = self._decompressor.decompress
        try:
            with self._lock:
                return [decompress(frame) for frame in frames]
        except zstandard.ZstdError as error:
            raise ValueError(str(error)) from error

    def __iter__(self) -> Iterator[bytes]:
        return (self[i] for i in range(len(self)))

    def write(self, writer: ArrayWriter, part: str) -> None:
        """Writes the frames as byte strings, and `<part>.dictionary`."""
        self.frames.write(writer, part)
        writer.write(f"{part}.dictionary", self.dictionary)


Strings = ByteStrings | CompressedStrings


def compressed(strings: Sequence[bytes]) -> Strings:
    """The strings, compressed if they are many; read twice, and never all held at once.

    Strings that lie in one array are compressed without the interpreter's lock.
    """
    dictionary = _dictionary(strings) if len(strings) >= FEWEST else None
    if dictionary is None:
        return strings if isinstance(strings, ByteStrings) else ByteStrings.of(strings)
    compressor = zstandard.ZstdCompressor(
        level=LEVEL, dict_data=dictionary, write_checksum=False, write_dict_id=False
    )
    frames = [_frames(compressor, block) for block in _blocks(strings)]
    return CompressedStrings(
        ByteStrings.concatenate(frames), np.frombuffer(dictionary.as_bytes(), np.uint8)
    )


def _blocks(strings: Sequence[bytes]) -> Iterator[ByteStrings]:
    if isinstance(strings, ByteStrings):
        yield strings
        return
    following = iter(strings)
    while block := list(islice(following, AT_ONCE)):
        yield ByteStrings.of(block)


def _frames(compressor: Any, strings: ByteStrings) -> ByteStrings:
    """All strings in one call: one by one, the interpreter takes longer than the compressor."""
    bounds = strings.offsets.astype(np.uint64)
    extents = np.stack([bounds[:-1], np.diff(bounds)], axis=1)
    segments = zstandard.BufferWithSegments(strings.blob.data, extents.tobytes())
    frames = compressor.multi_compress_to_buffer(segments)
    lengths = np.fromiter(map(len, frames), np.int64, len(frames))
    return ByteStrings(np.frombuffer(b"".join(frames), np.uint8), offsets_of(lengths))


def _dictionary(strings: Sequence[bytes]) -> zstandard.ZstdCompressionDict | None:
    """None if they have nothing in common."""
    places = np.linspace(0, len(strings) - 1, min(SAMPLES, len(strings)), dtype=np.int64)
    samples = [strings[place] for place in places.tolist()]
    # It has to be kept as well: a hundredth of what there is, more where there is little.
    total = sum(map(len, samples)) // len(samples) * len(strings)
    size = min(DICTIONARY_BYTES, max(total // 100, _LEAST), total // 10)
    try:
        dictionary = zstandard.train_dictionary(size, samples, k=_SEGMENT, d=_WORD)
    except zstandard.ZstdError:
        return None
    dictionary.precompute_compress(level=LEVEL)
    return dictionary


def open_strings(reader: ArrayReader, part: str, count: int) -> Strings:
    """Maps what either kind has written; there must be `count` strings."""
    strings = ByteStrings.open(reader, part, count)
    if not reader.has(f"{part}.dictionary"):
        return strings
    try:
        return CompressedStrings(strings, reader.read(f"{part}.dictionary", np.uint8))
    except zstandard.ZstdError as error:
        raise reader.damaged(f"{part}.dictionary", error) from error
