"""Flat arrays on disk: one `.npy` each, written once, memory-mapped when opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]
Mask = NDArray[np.bool_]
Bounds = NDArray[np.uint32] | NDArray[np.int64]
"""Where lists laid end to end start, and where the last one stops."""

_SMALL = 1 << 16
"""Bytes: a smaller file is read, as every map holds a file open."""


def save(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Writes `<name>.npy`."""
    np.save(folder / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)


def is_mapped(size: int) -> bool:
    """Whether `load` maps a file of so many bytes."""
    return size > _SMALL


def load(folder: Path, name: str, *dtypes: DTypeLike, ndim: int = 1) -> NDArray[Any]:
    """Opens what `save` wrote, of one of these types, read-only.

    Raises OSError or ValueError for a file that is missing or is something else.
    """
    path = folder / f"{name}.npy"
    mapped = is_mapped(os.path.getsize(path))
    array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    if array.dtype not in [np.dtype(dtype) for dtype in dtypes] or array.ndim != ndim:
        raise ValueError(f"{path}: unexpected {array.dtype} of {array.ndim} dimensions")
    if not array.flags.c_contiguous:
        raise ValueError(f"{path}: not in C order")
    if not mapped:
        array.flags.writeable = False
    return array.view(np.ndarray)  # a plain array: slicing an np.memmap costs several times as much


def check(path: Path, is_right: object, what: str) -> None:
    """Raises ValueError that names the folder: kernels rely on what is checked here."""
    if not is_right:
        raise ValueError(f"{path}: {what}")


def are_bounds(bounds: NDArray[Any], end: int) -> bool:
    """Whether bounds begin with 0, never fall and end at `end`."""
    if not len(bounds) or bounds[0] != 0 or bounds[-1] != end:
        return False
    return bool((bounds[1:] >= bounds[:-1]).all())


def are_ascending_within(values: NDArray[Any], starts: NDArray[Any]) -> bool:
    """Whether values rise strictly within each list `values[starts[i]:starts[i + 1]]`."""
    if len(values) < 2:
        return True
    falls = values[1:] <= values[:-1]
    inner = starts[1:-1]
    inner = inner[(inner > 0) & (inner < len(values))]
    falls[inner - 1] = False
    return not falls.any()


def are_within(numbers: NDArray[Any], end: int) -> bool:
    """Whether all numbers are from 0 to below `end`."""
    return not len(numbers) or bool(numbers.min() >= 0 and numbers.max() < end)


def joined(parts: Sequence[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    """Arrays of this type end to end; a single one as it is."""
    return parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0, dtype), *parts])


def bounds_of(lengths: NDArray[Any]) -> Int64:
    """Where lists of these lengths start when laid end to end; one more than there are lists."""
    bounds = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=bounds[1:])
    return bounds


def narrowed(bounds: Bounds) -> Bounds:
    """Bounds as uint32, in half the room, if they fit."""
    return bounds.astype(np.uint32) if bounds[-1] < 1 << 32 else bounds


def taken(bounds: NDArray[Any], chosen: NDArray[Any]) -> tuple[Int64, Int64]:
    """The bounds of the chosen lists laid end to end, and where each of their items stands."""
    starts = bounds[chosen].astype(np.int64)
    lengths = bounds[chosen + 1] - starts
    new = bounds_of(lengths)
    places = np.repeat(starts - new[:-1], lengths)
    places += np.arange(len(places))
    return new, places
