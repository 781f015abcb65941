"""Reading one file of a corpus: what it holds, and what is wrong with it."""

from __future__ import annotations

import copyreg
import os
import re
import time
from dataclasses import dataclass, field, fields
from datetime import UTC, tzinfo
from operator import attrgetter
from pathlib import Path
from typing import Any

from searchsvc.articles import article, frontmatter
from searchsvc.articles.article import Article, Image, Provider, Warned
from searchsvc.articles.frontmatter import FrontMatter
from searchsvc.articles.listing import CorpusFile, Outcome, is_out_of_reach, path_on_disk
from searchsvc.articles.rejection import Rejected, Rejection

YAML_SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 5_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UNDECODED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class FileReading:
    """What a file was found to be: `article` if published, `rejection` if it cannot be one.

    `read_at` in nanoseconds since the epoch, from before it was opened.
    """

    file: CorpusFile
    outcome: Outcome
    article: Article | None = None
    rejection: Rejection | None = None
    warnings: tuple[Rejection, ...] = ()
    read_at: int = field(default=0, compare=False)


def _constructed(value: Any) -> tuple[type, tuple[object, ...]]:
    """How a reading is pickled: what dataclasses do by themselves takes twice the time."""
    kind = type(value)
    return kind, _VALUES[kind](value)


_VALUES = {
    kind: attrgetter(*(field.name for field in fields(kind)))
    for kind in (FileReading, CorpusFile, Rejection, Article, Provider, Image)
}
for _kind in _VALUES:
    copyreg.pickle(_kind, _constructed)


def read(root: Path, file: CorpusFile, zone: tzinfo = UTC) -> FileReading:
    """Read one file; whatever is wrong with it is in the reading, nothing is raised.

    Dates that name no zone are in `zone`.
    """
    read_at = time.time_ns()
    rejection, found = None, None
    warned: list[Warned] = []
    try:
        front = _front_matter(root, file)
        if front is None:
            outcome = Outcome.SKIPPED
        elif not article.is_published(front):
            outcome = Outcome.UNPUBLISHED
        else:
            outcome = Outcome.PUBLISHED
            found = article.from_front_matter(front, file.id, zone, warned)
    except Rejected as rejected:
        outcome, rejection = Outcome.REJECTED, rejected.at(file.path)
    except OSError as error:
        is_unreadable = is_out_of_reach(error)
        outcome = Outcome.UNREADABLE if is_unreadable else Outcome.REJECTED
        rejection = Rejected(f"cannot be read: {error.strerror}").at(file.path)
    warnings = tuple(Rejection(file.path, line, reason) for line, reason in warned)
    return FileReading(file, outcome, found, rejection, warnings, read_at)


def _front_matter(root: Path, file: CorpusFile) -> FrontMatter | None:
    """None if it has none. Raises Rejected, or OSError if it cannot be read."""
    if file.fault:
        raise Rejected(file.fault)
    content = _content(path_on_disk(root, file.path))
    if not frontmatter.begins(content):
        return None
    if len(content) > MAX_BYTES:
        raise Rejected(f"{max(file.size, len(content)):,} bytes, more than {MAX_BYTES:,}")
    text, is_utf8 = _decode(content)
    block = frontmatter.split(text, closed_by_end_of_file=file.path.lower().endswith(YAML_SUFFIXES))
    if block is None:
        return None
    if not is_utf8 and (undecoded := _UNDECODED.search(block[0])):
        line = block[1] + block[0].count("\n", 0, undecoded.start())
        raise Rejected(f"not UTF-8: byte 0x{ord(undecoded[0]) - 0xDC00:02x}", line=line)
    return frontmatter.parse(*block)


def _content(path: bytes) -> bytes:
    # A pipe put in the file's place since the walk must not stop the run.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _decode(content: bytes) -> tuple[str, bool]:
    """The text, and whether all of it is UTF-8: what comes after the front matter need not be."""
    if content.startswith(_UTF_16):
        raise Rejected(f"not UTF-8: byte 0x{content[0]:02x}", line=1)
    try:
        text, is_utf8 = content.decode("utf-8"), True
    except UnicodeDecodeError:
        text, is_utf8 = content.decode("utf-8", "surrogateescape"), False
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return text, is_utf8
