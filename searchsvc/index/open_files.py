"""Whether the files of a generation that is open are still the ones that were opened."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from searchsvc.index.arrays import is_mapped

Identity = tuple[int, int, int]
"""Inode, size in bytes, time of modification in nanoseconds. No time of change: a hard link made
to a file changes that."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that is not what was opened. `reaches_us`: what is open reads the new content."""

    path: Path
    reaches_us: bool


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """The files of a folder as they were found just before they were opened, by name.

    What is mapped stays as it was when its file is deleted or replaced, and not when another
    program writes into the file.
    """

    folder: Path
    found: dict[str, Identity | None]

    @classmethod
    def of(cls, folder: Path, names: Iterable[str]) -> OpenFiles:
        return cls(folder, {name: _identity(f"{folder}/{name}") for name in names})

    def change(self) -> FileChange | None:
        """What has changed since; first of all a file that was written into."""
        changed = None
        for name, before in self.found.items():
            now = _identity(f"{self.folder}/{name}")
            if now == before:
                continue
            is_same_file = now is not None and before is not None and now[0] == before[0]
            if is_same_file and before is not None and is_mapped(before[1]):
                return FileChange(self.folder / name, reaches_us=True)
            changed = changed or FileChange(self.folder / name, reaches_us=False)
        return changed


def _identity(path: str) -> Identity | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
