"""The files to import, also compressed ones: never more than a bound of what they expand to."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from lzma import LZMAError
from pathlib import Path
from typing import IO, cast

from searchsvc.importing.entry import NotImported

MAX_BYTES = 100_000_000
"""Of a feed or an export, which is read whole. WordPress and others split larger ones."""
MAX_MEMBERS = 1_000
"""Of an archive."""


def files_of(source: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """The file itself, or those of a folder, and the folders in it, that have the suffixes.

    Raises NotImported where there is none.
    """
    with _told(str(source)):
        source.stat()
    if source.is_file():
        return [source]
    wanted = (*suffixes, *(f"{suffix}.gz" for suffix in suffixes), ".zip")
    found = sorted(
        path
        for path in (source.rglob("*") if source.is_dir() else ())
        if path.name.lower().endswith(wanted) and path.is_file()
    )
    if not found:
        raise NotImported(f"{source}: no file that ends with {', '.join(wanted)}")
    return found


def contents(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """What a file holds, or each file of an archive, with its name. Raises NotImported."""
    for name, opened in _streams(path, suffixes):
        with opened as stream, _told(name):
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise NotImported(f"{name}: more than {MAX_BYTES:,} bytes")
        yield name, content


def lines(path: Path, suffixes: tuple[str, ...], longest: int) -> Iterator[tuple[str, int, bytes]]:
    """Each line with its file and number; one that is too long is cut. Raises NotImported."""
    for name, opened in _streams(path, suffixes):
        number = total = 0
        with opened as stream, _told(name):
            while line := stream.readline(longest + 1):
                number, total = number + 1, total + len(line)
                if total > 50 * MAX_BYTES:
                    raise NotImported(f"{name}: more than {50 * MAX_BYTES:,} bytes")
                if len(line) > longest and not line.endswith(b"\n"):
                    while (rest := stream.readline(longest)) and not rest.endswith(b"\n"):
                        total += len(rest)
                        if total > 50 * MAX_BYTES:
                            raise NotImported(f"{name}: more than {50 * MAX_BYTES:,} bytes")
                yield name, number, line


def _streams(path: Path, suffixes: tuple[str, ...]) -> Iterator[tuple[str, IO[bytes]]]:
    with _told(str(path)):
        if path.name.lower().endswith(".zip"):
            archive = zipfile.ZipFile(path)
        elif path.name.lower().endswith(".gz"):
            yield str(path), cast(BufferedReader, gzip.open(path, "rb"))
            return
        else:
            yield str(path), path.open("rb")
            return
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise NotImported(f"{path}: more than {MAX_MEMBERS:,} files in it")
        for member in members:
            if member.filename.lower().endswith(suffixes):
                with _told(f"{path}:{member.filename}"):
                    stream = archive.open(member)
                yield f"{path}:{member.filename}", stream


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except NotImported:
        raise
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, LZMAError, RuntimeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise NotImported(f"{name}: cannot be read: {reason}") from None
