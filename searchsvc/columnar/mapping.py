"""Arrays on disk, mapped; small ones are read, as each map holds a file open."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

SMALL = 1 << 16
"""Bytes: a segment has a hundred arrays, most of them small where an index has many segments."""
_UNSIGNED, _SIGNED = (np.uint8, np.uint16, np.uint32), (np.int8, np.int16, np.int32)


def open_array(path: str | Path, *, mapped: bool = True) -> NDArray[Any]:
    """A `.npy` that nobody writes to. Raises OSError or ValueError if it is none.

    A plain array also where it is mapped: slicing an np.memmap, or passing it to a kernel, costs
    several times as much.
    """
    mapped = mapped and os.path.getsize(path) > SMALL
    array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    if not mapped:
        array.flags.writeable = False
    return array.view(np.ndarray)


def narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    """Integers in the smallest type that holds them all; others as they are.

    The least number of a signed type stands for what is missing, and becomes that of the smaller.
    """
    if numbers.dtype.kind not in "iu" or not numbers.size:
        return numbers
    missing = _missing(numbers)
    least = int(numbers.min(initial=0, where=True if missing is None else ~missing))
    most = int(numbers.max(initial=0))
    is_signed = least < 0 or missing is not None
    for dtype in _SIGNED if is_signed else _UNSIGNED:
        bounds = np.iinfo(dtype)
        if most <= bounds.max and (least > bounds.min or not is_signed):
            if bounds.bits >= 8 * numbers.itemsize:
                break
            narrowed = numbers.astype(dtype)
            if missing is not None:
                narrowed[missing] = bounds.min
            return narrowed
    return numbers


def widened(numbers: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Numbers of the given type that `narrow` narrowed. Raises ValueError if they are none."""
    if numbers.dtype == dtype:
        return numbers
    if not np.can_cast(numbers.dtype, dtype):
        raise ValueError(f"{numbers.dtype} where {np.dtype(dtype)} was written")
    wide = numbers.astype(dtype)
    missing = _missing(numbers)
    if missing is not None:
        wide[missing] = np.iinfo(wide.dtype).min
    wide.flags.writeable = False
    return wide


def _missing(numbers: NDArray[Any]) -> NDArray[np.bool_] | None:
    if numbers.dtype.kind != "i":
        return None
    missing: NDArray[np.bool_] = numbers == np.iinfo(numbers.dtype).min
    return missing if missing.any() else None


def save_narrow(path: Path, array: NDArray[Any]) -> None:
    """Writes an array, narrowed."""
    np.save(path, np.ascontiguousarray(narrow(array)), allow_pickle=False)


def open_as(path: Path, dtype: DTypeLike, dimensions: int = 1) -> NDArray[Any]:
    """What `save_narrow` wrote, in its own type. Raises OSError or ValueError if it is not that."""
    array = open_array(path)
    if array.ndim != dimensions:
        raise ValueError(f"{path}: unexpected {array.ndim} dimensions")
    try:
        return widened(array, dtype)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
