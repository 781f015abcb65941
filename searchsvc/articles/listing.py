"""Which files of a corpus may be articles: a walk of its folder that opens none of them.

Imports nothing of what reads them: the process that walks has done so before others are ready.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from pathlib import Path
from typing import overload

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".yaml", ".yml")
_LATEST = 2**63 - 1
"""Nanoseconds: what an array holds. File systems know later years."""


def id_of(path: str) -> str:
    """The id of the article that a file of this path would be."""
    return path.rsplit(".", 1)[0]


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
    """What became of a file."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    REJECTED = "rejected"
    SKIPPED = "skipped"


_Row = tuple[str, int, int, str | None]


@dataclass(frozen=True, slots=True)
class Listing(Sequence[CorpusFile]):
    """The files in path order, value by value: an object for each would cost more than the walk.

    `faults` by place.
    """

    paths: list[str]
    sizes: list[int]
    modified: list[int]
    faults: dict[int, str]

    @classmethod
    def of(cls, rows: Iterable[_Row]) -> Listing:
        ordered = sorted(rows, key=itemgetter(0))
        paths, sizes, modified, faults = zip(*ordered, strict=True) if ordered else ((),) * 4
        told = {place: fault for place, fault in enumerate(faults) if fault is not None}
        return cls(list(paths), list(sizes), list(modified), told)

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> CorpusFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CorpusFile]: ...
    def __getitem__(self, index: int | slice) -> CorpusFile | Sequence[CorpusFile]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return CorpusFile(
            self.paths[place], self.sizes[place], self.modified[place], self.faults.get(place)
        )


def walk(root: Path) -> Listing:
    """Every file of a corpus that may be an article.

    Hidden files and folders are left out. What is named like an article and cannot be one (a
    folder, a pipe, a link that leads out of the corpus) comes with its fault. Raises OSError if
    the corpus itself cannot be read.
    """
    return Listing.of(_walk(os.path.realpath(root)))


def _walk(real_root: str) -> Iterator[_Row]:
    pending = [(real_root, "")]
    while pending:
        folder, prefix = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise
            yield _faulty(_utf8(prefix.rstrip("/")), f"cannot be read: {error.strerror}")
            continue
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = prefix + entry.name
            if entry.is_file(follow_symlinks=False):  # nearly all are: asked first
                if _is_named_like_article(entry.name):
                    yield _file(real_root, entry, path)
            elif entry.is_dir(follow_symlinks=False):
                pending.append((entry.path, path + "/"))
                if _is_named_like_article(entry.name):
                    yield _faulty(_utf8(path), "a folder named like an article")
            elif entry.is_symlink() and os.path.isdir(entry.path):
                # What it links to inside the corpus is read at its own place.
                if not _is_inside(real_root, entry.path):
                    yield _faulty(_utf8(path), "a link that leads out of the corpus")
            elif _is_named_like_article(entry.name):
                yield _file(real_root, entry, path)


def _is_named_like_article(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _is_inside(real_root: str, path: str) -> bool:
    real = os.path.realpath(path)
    return real == real_root or real.startswith(real_root.rstrip("/") + "/")


def _utf8(path: str) -> str:
    """The path as reports can write it: bytes that are not UTF-8 as their escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _file(real_root: str, entry: os.DirEntry[str], path: str) -> _Row:
    if not path.isascii() and (shown := _utf8(path)) != path:
        return _faulty(shown, "the file's name is not UTF-8")
    if not path.isprintable() and any(ord(character) < 32 for character in path):
        return _faulty(path, "a line break or another control character in its name")
    if entry.is_symlink() and not _is_inside(real_root, entry.path):
        return _faulty(path, "a link that leads out of the corpus")
    try:
        status = entry.stat()
    except OSError as error:
        return _faulty(path, f"cannot be read: {error.strerror}")
    fault = None if stat.S_ISREG(status.st_mode) else "not a regular file"
    return path, status.st_size, min(status.st_mtime_ns, _LATEST), fault


def _faulty(path: str, fault: str) -> _Row:
    return path, 0, 0, fault
