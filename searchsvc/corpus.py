"""A folder of articles: which files there are, and what each one holds."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from pathlib import Path

from searchsvc import article, frontmatter
from searchsvc.article import Article
from searchsvc.rejection import Rejected, Rejection

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".yaml", ".yml")
YAML_SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 5_000_000


class Outcome(StrEnum):
    """What became of a file."""

    PUBLISHED = "published"
    UNPUBLISHED = "unpublished"
    REJECTED = "rejected"
    SKIPPED = "skipped"


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
        return self.path.rsplit(".", 1)[0]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file was found to be: `article` if published, `rejection` if rejected."""

    file: CorpusFile
    outcome: Outcome
    article: Article | None = None
    rejection: Rejection | None = None


def walk(root: Path) -> list[CorpusFile]:
    """Every file of a corpus that may be an article, in path order.

    Hidden files and folders are left out. What is named like an article and cannot be one (a
    folder, a pipe, a link that leads out of the corpus) comes with its fault.
    """
    real_root = os.path.realpath(root)
    return sorted(_walk(real_root, real_root, ""), key=attrgetter("path"))


def _walk(real_root: str, folder: str, prefix: str) -> Iterator[CorpusFile]:
    pending = [(folder, prefix)]
    while pending:
        folder, prefix = pending.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            if not prefix:
                raise
            yield CorpusFile(_utf8(prefix.rstrip("/")), 0, 0, f"cannot be read: {error.strerror}")
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
                    yield CorpusFile(_utf8(path), 0, 0, "a folder named like an article")
            elif entry.is_symlink() and os.path.isdir(entry.path):
                # What it links to inside the corpus is read at its own place.
                if not _is_inside(real_root, entry.path):
                    yield CorpusFile(_utf8(path), 0, 0, "a link that leads out of the corpus")
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


def _file(real_root: str, entry: os.DirEntry[str], path: str) -> CorpusFile:
    if not path.isascii() and (shown := _utf8(path)) != path:
        return CorpusFile(shown, 0, 0, "the file's name is not UTF-8")
    if not path.isprintable() and any(ord(character) < 32 for character in path):
        return CorpusFile(path, 0, 0, "a line break or another control character in its name")
    if entry.is_symlink() and not _is_inside(real_root, entry.path):
        return CorpusFile(path, 0, 0, "a link that leads out of the corpus")
    try:
        status = entry.stat()
    except OSError as error:
        return CorpusFile(path, 0, 0, f"cannot be read: {error.strerror}")
    fault = None
    if not stat.S_ISREG(status.st_mode):
        fault = "not a regular file"
    return CorpusFile(path, status.st_size, status.st_mtime_ns, fault)


def read(root: Path, file: CorpusFile) -> Reading:
    """Read one file; whatever is wrong with it is in the reading, nothing is raised."""
    try:
        if file.fault:
            raise Rejected(file.fault)
        content = _content(root / file.path)
        if not frontmatter.begins(content):
            return Reading(file, Outcome.SKIPPED)
        if len(content) > MAX_BYTES:
            raise Rejected(f"{max(file.size, len(content)):,} bytes, more than {MAX_BYTES:,}")
        text = _decode(content)
        block = frontmatter.split(
            text, closed_by_end_of_file=file.path.lower().endswith(YAML_SUFFIXES)
        )
        if block is None:
            return Reading(file, Outcome.SKIPPED)
        front = frontmatter.parse(*block)
        if not article.is_published(front):
            return Reading(file, Outcome.UNPUBLISHED)
        return Reading(file, Outcome.PUBLISHED, article.from_front_matter(front, file.id))
    except Rejected as rejected:
        return Reading(file, Outcome.REJECTED, rejection=rejected.at(file.path))


def _content(path: Path) -> bytes:
    try:
        # A pipe put in the file's place since the walk must not stop the run.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror}") from None
    return content


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Rejected(f"not UTF-8: byte 0x{content[error.start]:02x}", line=line) from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
