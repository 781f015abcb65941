"""Lists of different lengths laid end to end: list i is `data[offsets[i]:offsets[i + 1]]`."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.mapping import narrow


def narrow_offsets(offsets: NDArray[Any]) -> NDArray[Any]:
    """The same offsets as uint32 where they fit, else int64."""
    fits = offsets[-1] <= np.iinfo(np.uint32).max
    return offsets.astype(np.uint32 if fits else np.int64, copy=False)


def offsets_of(lengths: NDArray[Any]) -> NDArray[Any]:
    """The offsets of lists of the given lengths; one more than there are lists."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return narrow_offsets(offsets)


def take_ragged(
    offsets: NDArray[Any], data: NDArray[Any], indices: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Offsets and data of the lists at the given indices, in that order."""
    starts = offsets[indices].astype(np.int64)
    lengths = offsets[indices + 1].astype(np.int64) - starts
    taken = offsets_of(lengths)
    # Each element's source: its list's start, plus its rank within the list.
    source = np.repeat(starts - taken[:-1].astype(np.int64), lengths)
    source += np.arange(len(source), dtype=np.int64)
    return taken, data[source]


def concatenate_ragged(
    parts: Sequence[tuple[NDArray[Any], NDArray[Any]]],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Offsets and data of the lists of all parts, one part after the other."""
    lengths = np.concatenate([np.diff(offsets.astype(np.int64)) for offsets, _ in parts])
    return offsets_of(lengths), np.concatenate([data for _, data in parts])


def write_offsets(writer: ArrayWriter, part: str, offsets: NDArray[Any]) -> None:
    """Writes `<part>.lengths`, if these take less room, or else `<part>.offsets`.

    The offsets of lists of one length take none, and are made once for all that have the same.
    """
    lengths = narrow(np.diff(offsets.astype(np.int64)))
    if lengths.itemsize < offsets.itemsize and not (lengths == lengths[:1]).all():
        writer.write(f"{part}.lengths", lengths)
    else:
        writer.write(f"{part}.offsets", offsets)


def open_offsets(reader: ArrayReader, part: str, count: int, end: int) -> NDArray[Any]:
    """The offsets of so many lists, the last of which ends at `end`."""
    if reader.has(f"{part}.lengths"):
        written = f"{part}.lengths"
        offsets = offsets_of(reader.read(written, np.uint8, np.uint16, np.uint32))
    else:
        written = f"{part}.offsets"
        offsets = reader.read(written, np.uint32, np.int64)
    if len(offsets) != count + 1 or offsets[0] != 0 or offsets[-1] != end:
        raise reader.damaged(written, f"does not divide {end} by {count}")
    return offsets
