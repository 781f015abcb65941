"""A folder of articles: which files there are, and what each one holds."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from searchsvc.articles import article, frontmatter
from searchsvc.articles.article import Article
from searchsvc.articles.listing import SUFFIXES, CorpusFile, Outcome, walk
from searchsvc.articles.rejection import Rejected, Rejection

__all__ = ["MAX_BYTES", "SUFFIXES", "CorpusFile", "Outcome", "Reading", "read", "walk"]

YAML_SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file was found to be: `article` if published, `rejection` if rejected.

    `read_at` in nanoseconds since the epoch, from before it was opened.
    """

    file: CorpusFile
    outcome: Outcome
    article: Article | None = None
    rejection: Rejection | None = None
    read_at: int = field(default=0, compare=False)


def read(root: Path, file: CorpusFile) -> Reading:
    """Read one file; whatever is wrong with it is in the reading, nothing is raised."""
    read_at = time.time_ns()
    try:
        outcome, found = _read(root, file)
        return Reading(file, outcome, found, read_at=read_at)
    except Rejected as rejected:
        rejection = rejected.at(file.path)
        return Reading(file, Outcome.REJECTED, rejection=rejection, read_at=read_at)


def _read(root: Path, file: CorpusFile) -> tuple[Outcome, Article | None]:
    """What is live in a file. Raises Rejected."""
    if file.fault:
        raise Rejected(file.fault)
    content = _content(root / file.path)
    if not frontmatter.begins(content):
        return Outcome.SKIPPED, None
    if len(content) > MAX_BYTES:
        raise Rejected(f"{max(file.size, len(content)):,} bytes, more than {MAX_BYTES:,}")
    text = _decode(content)
    block = frontmatter.split(text, closed_by_end_of_file=file.path.lower().endswith(YAML_SUFFIXES))
    if block is None:
        return Outcome.SKIPPED, None
    front = frontmatter.parse(*block)
    if not article.is_published(front):
        return Outcome.UNPUBLISHED, None
    return Outcome.PUBLISHED, article.from_front_matter(front, file.id)


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
