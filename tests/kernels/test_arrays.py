"""What may be handed to the library."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from searchsvc.kernels import LastingArray, lowest
from searchsvc.kernels.arrays import INT32, address_of


def test_an_address_is_where_the_array_lies(tmp_path: Path) -> None:
    array = np.arange(5, dtype=np.int32)
    assert address_of(array, INT32) == array.ctypes.data
    assert address_of(array[2:], INT32) == array.ctypes.data + 8
    assert address_of(LastingArray(array), INT32) == array.ctypes.data
    array.flags.writeable = False
    assert address_of(array, INT32) == array.ctypes.data
    np.save(tmp_path / "a.npy", array)
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert address_of(mapped, INT32) == mapped.ctypes.data
    address_of(np.empty(0, np.int32), INT32)


def test_an_array_of_another_type_is_refused() -> None:
    for array in np.zeros(3, np.int64), np.zeros(3, ">i4"), np.zeros(3, np.float32):
        with pytest.raises(TypeError, match="where int32 is taken"):
            address_of(array, INT32)
        with pytest.raises(TypeError, match="where int32 is taken"):
            lowest(np.zeros(3, np.int32), LastingArray(array), 1)


def test_an_array_with_gaps_is_refused() -> None:
    with pytest.raises(ValueError, match="contiguous"):
        address_of(np.zeros(6, np.int32)[::2], INT32)
    with pytest.raises(ValueError, match="contiguous"):
        LastingArray(np.zeros((3, 4), np.int32).T)
