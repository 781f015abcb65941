"""Arrays on disk, mapped; small ones are read, as each map holds a file open."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SMALL = 1 << 16
"""Bytes: a segment has a hundred arrays, most of them small where an index has many segments."""


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
