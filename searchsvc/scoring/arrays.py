"""The arrays of a generation's impacts on disk: one `.npy` each, mapped when opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import DTypeLike, NDArray

from searchsvc.columnar import mapping


def save_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Writes `impacts.<name>.npy`."""
    mapping.save_narrow(_path(folder, name), array)


def open_array(folder: Path, name: str, dtype: DTypeLike, *, dimensions: int = 1) -> NDArray[Any]:
    """Maps what `save_array` wrote. Raises OSError or ValueError if it is not that."""
    return mapping.open_as(_path(folder, name), dtype, dimensions)


def _path(folder: Path, name: str) -> Path:
    return folder / f"impacts.{name}.npy"
