"""Files that are whole or not there, whatever happens to the machine, and for their owner alone."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PRIVATE = 0o600
_AT_ONCE = 8


def write_atomically(path: Path, content: bytes | memoryview, *, synced: bool = True) -> None:
    """Old or new, never half: a neighbour file, synced, renamed over it, the folder synced.

    What is not synced may be empty after a power cut: for what is written anew soon.
    """
    neighbour = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        handle = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, PRIVATE)
        with open(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            if synced:
                os.fsync(stream.fileno())
        neighbour.replace(path)
    finally:
        neighbour.unlink(missing_ok=True)
    if synced:
        sync_folder(path.parent)


def clear_neighbours(folder: Path) -> None:
    """Removes what writers that were killed left behind; one writer at a time is up to others."""
    for neighbour in folder.glob(".*.new"):
        neighbour.unlink(missing_ok=True)


def sync_tree(folder: Path) -> None:
    """Every file of a folder is made private and synced, then the folder itself.

    Several at once: a file system writes down together what is waiting together.
    """
    files = [entry.path for entry in os.scandir(folder) if entry.is_file(follow_symlinks=False)]
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for synced in [threads.submit(_sync, file, os.O_RDONLY, PRIVATE) for file in files]:
            synced.result()
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    _sync(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))


def _sync(path: Path | str, flags: int, mode: int | None = None) -> None:
    handle = os.open(path, flags)
    try:
        if mode is not None:
            os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        os.close(handle)
