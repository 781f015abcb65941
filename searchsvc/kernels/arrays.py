"""Arrays as the library takes them: by their addresses, after a look at their types."""

from __future__ import annotations

from ctypes import addressof, c_char
from typing import Any

import numpy as np
from numpy.typing import NDArray

UINT8, UINT16 = np.dtype(np.uint8), np.dtype(np.uint16)
UINT32 = np.dtype(np.uint32)
INT32, INT64 = np.dtype(np.int32), np.dtype(np.int64)
FLOAT32, FLOAT64 = np.dtype(np.float32), np.dtype(np.float64)


class LastingArray:
    """An array that many calls read, with its address: asking numpy for it takes a while."""

    __slots__ = ("address", "array", "dtype")

    def __init__(self, array: NDArray[Any]) -> None:
        self.array, self.dtype = array, array.dtype
        self.address = address_of(array, array.dtype)

    def __len__(self) -> int:
        return len(self.array)


Array = NDArray[Any] | LastingArray


def address_of(array: Array, dtype: np.dtype[Any]) -> int:
    """Where the array lies, which has to be contiguous and of this type."""
    if array.dtype != dtype:
        raise TypeError(f"an array of {array.dtype}, where {dtype} is taken")
    if isinstance(array, LastingArray):
        return array.address
    if not array.flags.c_contiguous:
        raise ValueError("an array with gaps, where a contiguous one is taken")
    if array.flags.writeable:
        return addressof(_NO_BYTES.from_buffer(array))  # type: ignore[arg-type]
    address: int = array.__array_interface__["data"][0]
    return address


def new_array(size: int, dtype: np.dtype[Any]) -> tuple[NDArray[Any], int]:
    """An array to be filled, and its address."""
    array = np.empty(size, dtype)
    return array, address_of(array, dtype)


_NO_BYTES = c_char * 0
