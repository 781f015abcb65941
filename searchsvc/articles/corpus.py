"""FileReading one file of a corpus: what it holds, and what is wrong with it."""

from __future__ import annotations

import copyreg
import os
import time
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from searchsvc.articles import formats, paths
from searchsvc.articles.article import Article, Image, Provider
from searchsvc.articles.bodies import body_text
from searchsvc.articles.census import KeyCensus
from searchsvc.articles.formats import ParsedFile
from searchsvc.articles.interpretation import (
    Conventions,
    Warned,
    from_front_matter,
    is_published,
)
from searchsvc.articles.listing import CorpusFile, Outcome, is_out_of_reach, path_on_disk
from searchsvc.articles.rejection import Rejected, Rejection

MAX_BYTES = 5_000_000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


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


AS_USUAL = Conventions()


def read(
    root: Path,
    file: CorpusFile,
    conventions: Conventions = AS_USUAL,
    census: KeyCensus | None = None,
) -> FileReading:
    """Read one file; whatever is wrong with it is in the reading, nothing is raised.

    What it calls its fields goes to the `census`.
    """
    read_at = time.time_ns()
    rejection, found = None, None
    warned: list[Warned] = []
    try:
        content = _content(root, file)
        if content is None:
            outcome = Outcome.SKIPPED
        elif paths.is_no_article(file.path):
            outcome = Outcome.UNPUBLISHED
        elif (parsed := _parsed(content, file)) is None:
            outcome = Outcome.SKIPPED
        elif not is_published(front := conventions.keys.fields_of(parsed.front)):
            outcome = Outcome.UNPUBLISHED
        else:
            outcome = Outcome.PUBLISHED
            found = from_front_matter(front, file.id, conventions, warned)
            if conventions.with_bodies and (body := body_text(parsed.body, parsed.markup)):
                found = replace(found, body=body)
        if census and content is not None and outcome is not Outcome.SKIPPED:
            _count(census, content, file, conventions, found)
    except Rejected as rejected:
        outcome, rejection = Outcome.REJECTED, rejected.at(file.path)
    except OSError as error:
        is_unreadable = is_out_of_reach(error)
        outcome = Outcome.UNREADABLE if is_unreadable else Outcome.REJECTED
        rejection = Rejected(f"cannot be read: {error.strerror}").at(file.path)
    warnings = tuple(Rejection(file.path, line, reason) for line, reason in warned)
    return FileReading(file, outcome, found, rejection, warnings, read_at)


def _count(
    census: KeyCensus,
    content: bytes,
    file: CorpusFile,
    conventions: Conventions,
    found: Article | None,
) -> None:
    """Reads what the file says of itself again: only who asks for a census has to wait for it."""
    if parsed := _parsed(content, file):
        census.see(parsed.front, conventions.keys.fields_of(parsed.front), found)


def _content(root: Path, file: CorpusFile) -> bytes | None:
    """None if it has no front matter. Raises Rejected, or OSError if it cannot be read."""
    if file.fault:
        raise Rejected(file.fault)
    # A pipe put in the file's place since the walk must not stop the run.
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
    with open(os.open(path_on_disk(root, file.path), flags), "rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    return content if formats.begins(content, file.path) else None


def _parsed(content: bytes, file: CorpusFile) -> ParsedFile | None:
    """None if what looks like front matter is only text. Raises Rejected."""
    if len(content) > MAX_BYTES:
        raise Rejected(f"{max(file.size, len(content)):,} bytes, more than {MAX_BYTES:,}")
    text, is_utf8 = _decode(content)
    return formats.parse(text, file.path, is_utf8=is_utf8)


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
