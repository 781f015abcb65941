"""Checksums of a generation's files: damage is found before a reader meets it."""

from __future__ import annotations

import os
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path

from searchsvc.errors import NoIndex

_CHUNK = 1 << 20


def of_folder(
    folder: Path, *, without: Collection[str], known: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The CRC-32 of each file by name; `known` ones are not read again, so that damage to a file
    that is carried over from one generation to the next is not taken for its content.
    """
    known = known or {}
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    return {
        name: known[name] if name in known else _of_file(folder / name)
        for name in names
        if name not in without
    }


def verify(folder: Path, expected: Mapping[str, int]) -> None:
    """Raises NoIndex naming the first file that is missing or damaged, and what to run."""
    for name, checksum in expected.items():
        try:
            found = _of_file(folder / name)
        except OSError as error:
            raise NoIndex(
                f"{folder / name} cannot be read ({error.strerror}); run `searchsvc reindex --full`"
            ) from None
        if found != checksum:
            raise NoIndex(f"{folder / name} is damaged; run `searchsvc reindex --full`")


def _of_file(path: Path) -> int:
    checksum = 0
    with path.open("rb", buffering=0) as stream:
        buffer = bytearray(min(_CHUNK, os.fstat(stream.fileno()).st_size) or 1)
        while size := stream.readinto(buffer):
            checksum = zlib.crc32(memoryview(buffer)[:size], checksum)
    return checksum
