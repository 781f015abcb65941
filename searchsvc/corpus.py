"""A folder of articles: which files there are, and what each one holds."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from searchsvc import article, frontmatter
from searchsvc.article import Article
from searchsvc.listing import SUFFIXES, CorpusFile, Outcome, walk
from searchsvc.rejection import Rejected, Rejection

__all__ = ["MAX_BYTES", "SUFFIXES", "CorpusFile", "Outcome", "Reading", "read", "walk"]

YAML_SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file was found to be: `article` if published, `rejection` if rejected."""

    file: CorpusFile
    outcome: Outcome
    article: Article | None = None
    rejection: Rejection | None = None


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
