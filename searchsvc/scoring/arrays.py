"""The arrays of a generation's impacts on disk: one `.npy` each, mapped when opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from searchsvc.columnar import mapping


def save_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Writes `impacts.<name>.npy`."""
    np.save(_path(folder, name), np.ascontiguousarray(array), allow_pickle=False)


def open_array(folder: Path, name: str, dtype: DTypeLike, *, dimensions: int = 1) -> NDArray[Any]:
    """Maps what `save_array` wrote. Raises OSError or ValueError if it is not that."""
    path = _path(folder, name)
    array = mapping.open_array(path)
    if array.dtype != dtype or array.ndim != dimensions:
        raise ValueError(f"{path}: unexpected {array.dtype} of {array.ndim} dimensions")
    return array


def _path(folder: Path, name: str) -> Path:
    return folder / f"impacts.{name}.npy"
