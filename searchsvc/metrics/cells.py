"""The cells of workers: files in a shared folder, one for each worker, mapped by it.

A worker holds the lock of its file for as long as it lives. A new worker takes over the first file
that nobody holds, with what has been counted there, or makes another. A file has all its bytes
from the beginning: a disk that runs full later takes no worker down.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchsvc.durable import PRIVATE
from searchsvc.metrics.layout import CELL_BYTES, Layout

MAX_WORKERS = 1024
_NAME = re.compile(r"([0-9a-f]{12})-(\d{1,4})\.cells")


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one worker; whether it lives, else it waits for a successor."""

    cells: list[float]
    is_live: bool


class NoCells(OSError):
    """There are more workers than anyone would start."""


def private(layout: Layout) -> memoryview[float]:
    """Cells that no other process sees."""
    return memoryview(bytearray(layout.cells * CELL_BYTES)).cast("d")


def claim(folder: Path, layout: Layout) -> memoryview[float]:
    """The cells of this process, until it ends. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear_other_layouts(folder, layout)
    for number in range(MAX_WORKERS):
        path = folder / f"{layout.digest}-{number}.cells"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, PRIVATE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Mapped, the file stays open, and locked, by a handle that nobody closes.
            return _mapped(handle, layout.cells * CELL_BYTES)
        except BlockingIOError:
            os.close(handle)
        except BaseException:
            os.close(handle)
            raise
    raise NoCells(f"{folder}: more than {MAX_WORKERS:,} workers")


def read(folder: Path, layout: Layout) -> Iterator[Row]:
    """All cells of a folder that are laid out so."""
    for path in sorted(folder.glob(f"{layout.digest}-*.cells")):
        with suppress(FileNotFoundError), path.open("rb") as stream:
            content = stream.read(layout.cells * CELL_BYTES)
            if len(content) == layout.cells * CELL_BYTES:  # else it is being made
                yield Row(np.frombuffer(content).tolist(), not _lock(stream.fileno(), shared=True))


def _mapped(handle: int, size: int) -> memoryview[float]:
    missing = size - os.fstat(handle).st_size
    if missing > 0:
        os.pwrite(handle, bytes(missing), size - missing)
    return memoryview(mmap.mmap(handle, size)).cast("d")


def _clear_other_layouts(folder: Path, layout: Layout) -> None:
    """Removes what workers of another version have left."""
    for path in folder.iterdir():
        found = _NAME.fullmatch(path.name)
        if found and found[1] != layout.digest:
            with suppress(OSError), path.open("rb") as stream:
                if _lock(stream.fileno()):
                    path.unlink()


def _lock(handle: int, *, shared: bool = False) -> bool:
    """Whether nobody else held it."""
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
