"""Which files of a corpus may be articles: a walk of its folder that opens none of them.

Names are bytes on disk and UTF-8 here, whatever the locale. This module imports nothing of what
reads articles: the process that walks has done so before the others are ready.
"""

from __future__ import annotations

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import overload

SUFFIXES = (".md", ".markdown", ".mdx", ".rst", ".txt", ".html", ".htm", ".yaml", ".yml")
_SUFFIXES = tuple(suffix.encode() for suffix in SUFFIXES)
_LATEST = 2**63 - 1
"""Nanoseconds: what an array holds. File systems know later years."""
UNKNOWN_SIZE = -2
"""Of a file that cannot be looked at: it differs from what any run has found."""
_NOT_THERE = (errno.ENOENT, errno.ELOOP, errno.ENOTDIR)


def id_of(path: str) -> str:
    """The id of the article that a file of this path would be."""
    return path.rsplit(".", 1)[0]


def is_out_of_reach(error: OSError) -> bool:
    """Whether something may well be there and cannot be read: permissions, a stale mount."""
    return error.errno not in _NOT_THERE


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file that may be an article; `fault` says why it will not even be read.

    `path` is relative to the corpus, with `/`. `size` in bytes, `modified` in nanoseconds.
    """

    path: str
    size: int
    modified: int
    fault: str | None = None

    @property
    def id(self) -> str:
        return id_of(self.path)


class Outcome(StrEnum):
    """What became of a file. An unreadable one may well be an article."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    REJECTED = "rejected"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"


Row = tuple[str, int, int, str | None]
"""A CorpusFile's values."""


@dataclass(frozen=True, slots=True)
class Listing(Sequence[CorpusFile]):
    """The files in path order, value by value: an object for each would cost more than the walk.

    faults       by place
    unreadable   folders that cannot be read, and why: what they hold is not known
    """

    paths: list[str]
    sizes: list[int]
    modified: list[int]
    faults: dict[int, str]
    unreadable: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Row], unreadable: dict[str, str] | None = None) -> Listing:
        ordered = sorted(rows, key=itemgetter(0))
        paths, sizes, modified, faults = zip(*ordered, strict=True) if ordered else ((),) * 4
        told = {place: fault for place, fault in enumerate(faults) if fault is not None}
        return cls(list(paths), list(sizes), list(modified), told, unreadable or {})

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> CorpusFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CorpusFile]: ...
    def __getitem__(self, index: int | slice) -> CorpusFile | Sequence[CorpusFile]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return CorpusFile(*self._row(range(len(self))[index]))

    def with_rows(self, rows: Iterable[Row]) -> Listing:
        """Also the files of these rows."""
        return Listing.of([*map(self._row, range(len(self))), *rows], self.unreadable)

    def _row(self, place: int) -> Row:
        return self.paths[place], self.sizes[place], self.modified[place], self.faults.get(place)


def rivals(listing: Listing) -> set[int]:
    """The places of files that share their id with another, those that cannot be read aside."""
    suffix = "." + next(iter(listing.paths), "").rpartition(".")[2]
    if all(map(str.endswith, listing.paths, repeat(suffix))):
        return set()  # nearly always; to cut 100,000 paths takes several times as long
    ids = [id_of(path) for path in listing.paths]
    bearers = Counter(ids)
    return {i for i, key in enumerate(ids) if bearers[key] > 1 and i not in listing.faults}


def walk(root: Path) -> Listing:
    """Every file of a corpus that may be an article.

    Hidden files and folders are left out. What is named like an article and cannot be one (a
    folder, a pipe, a link that leads out of the corpus), and a folder that cannot be read, comes
    with its fault. Raises OSError if the corpus itself cannot be read.
    """
    unreadable: dict[str, str] = {}
    return Listing.of(list(_walk(os.path.realpath(os.fsencode(root)), unreadable)), unreadable)


def path_on_disk(root: Path, path: str) -> bytes:
    """Where a file of a listing is."""
    return os.path.join(os.fsencode(root), path.encode("utf-8", "surrogateescape"))


def _walk(real_root: bytes, unreadable: dict[str, str]) -> Iterator[Row]:
    pending = [(real_root, b"")]
    while pending:
        folder, prefix = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise
            if is_out_of_reach(error):
                path = _shown(prefix.rstrip(b"/"))
                unreadable[path] = f"cannot be read: {error.strerror}"
                yield _faulty(path, unreadable[path])
            continue
        for entry in entries:
            if entry.name.startswith(b"."):
                continue
            path_bytes = prefix + entry.name
            if entry.is_file(follow_symlinks=False):  # nearly all are: asked first
                if _is_named_like_article(entry.name):
                    yield _file(real_root, entry, path_bytes)
            elif entry.is_dir(follow_symlinks=False):
                pending.append((entry.path, path_bytes + b"/"))
                if _is_named_like_article(entry.name):
                    yield _faulty(_shown(path_bytes), "a folder named like an article")
            elif entry.is_symlink() and os.path.isdir(entry.path):
                # What it links to inside the corpus is read at its own place.
                if not _is_inside(real_root, entry.path):
                    yield _faulty(_shown(path_bytes), "a link that leads out of the corpus")
            elif _is_named_like_article(entry.name):
                yield _file(real_root, entry, path_bytes)


def _is_named_like_article(name: bytes) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _is_inside(real_root: bytes, path: bytes) -> bool:
    real = os.path.realpath(path)
    return real == real_root or real.startswith(real_root.rstrip(b"/") + b"/")


def _shown(path: bytes) -> str:
    """The path as reports can write it: bytes that are not UTF-8 as their escapes."""
    return path.decode("utf-8", "backslashreplace")


def _file(real_root: bytes, entry: os.DirEntry[bytes], name: bytes) -> Row:
    try:
        path = name.decode()
    except UnicodeDecodeError:
        return _faulty(_shown(name), "the file's name is not UTF-8")
    if not path.isprintable() and any(ord(character) < 32 for character in path):
        return _faulty(path, "a line break or another control character in its name")
    if entry.is_symlink() and not _is_inside(real_root, entry.path):
        return _faulty(path, "a link that leads out of the corpus")
    try:
        status = entry.stat()
    except OSError as error:
        if is_out_of_reach(error):
            return path, UNKNOWN_SIZE, 0, None  # who reads it finds the same
        return _faulty(path, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return _faulty(path, "not a regular file")
    if not status.st_mode & stat.S_IROTH and not os.access(entry.path, os.R_OK):
        return path, UNKNOWN_SIZE, 0, None
    return path, status.st_size, min(status.st_mtime_ns, _LATEST), None


def _faulty(path: str, fault: str) -> Row:
    return path, 0, 0, fault
