"""Logs as entries, one after the other: files, compressed or not, and what comes by a pipe."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from searchsvc.requestlog.entry import LogEntry

MAX_LINE = 64 * 1024
"""Bytes; a longer line is none of ours."""
STDIN = "-"
_GZIP = b"\x1f\x8b"


@dataclass(slots=True)
class LogFile:
    """What was found in one file. `fault` tells why it was not read to its end."""

    name: str
    lines: int = 0
    entries: int = 0
    bad: int = 0
    first_bad: int | None = None
    fault: str | None = None


def read(name: str, file: LogFile) -> Iterator[LogEntry]:
    """The entries of a file, or of standard input for `-`. What is wrong is told in `file`.

    Whether it is compressed is seen by its first bytes.
    """
    try:
        with _opened(name) as stream:
            yield from _entries(stream, file)
    except (OSError, EOFError, zlib.error) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        file.fault = reason or type(error).__name__


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    with ExitStack() as stack:
        found = sys.stdin.buffer if name == STDIN else stack.enter_context(Path(name).open("rb"))
        is_buffered = isinstance(found, io.BufferedReader)
        plain = found if is_buffered else io.BufferedReader(cast(io.RawIOBase, found))
        assert isinstance(plain, io.BufferedReader)
        if plain.peek(2)[:2] == _GZIP:
            yield cast("IO[bytes]", stack.enter_context(gzip.GzipFile(fileobj=plain)))
        else:
            yield plain


def _entries(stream: IO[bytes], file: LogFile) -> Iterator[LogEntry]:
    while line := stream.readline(MAX_LINE):
        file.lines += 1
        is_whole = line.endswith(b"\n") or len(line) < MAX_LINE
        while not is_whole:
            rest = stream.readline(MAX_LINE)
            is_whole = rest.endswith(b"\n") or len(rest) < MAX_LINE
            line = b""
        if line.isspace():
            continue
        try:
            entry = LogEntry.from_line(line)
        except ValueError:
            file.bad += 1
            file.first_bad = file.first_bad or file.lines
            continue
        file.entries += 1
        yield entry
