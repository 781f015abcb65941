"""The editors' files as they are now: read again when they change, kept while one is broken."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from searchsvc.articles.rejection import Rejection
from searchsvc.durable import write_atomically
from searchsvc.editorial import curation, synonyms
from searchsvc.editorial.curation import Curation
from searchsvc.editorial.document import MAX_BYTES
from searchsvc.editorial.synonyms import Synonyms

LOOK_SECONDS = 1.0
"""A change shows after so long, or at once when a reindex has ended."""

SYNONYMS_KEPT = "synonyms.kept"
CURATION_KEPT = "curation.kept"
"""In the index folder, as the last reindex found them to be right."""

_LOG = logging.getLogger(__name__)
_Content = TypeVar("_Content", Synonyms, Curation)
_Parse = Callable[[bytes, str], tuple[_Content, list[Rejection]]]
_Stamp = tuple[int, int, int] | None


@dataclass(frozen=True, slots=True)
class EditorialRules:
    """Both files at one time; `digest` differs whenever what they say does."""

    synonyms: Synonyms = field(default_factory=Synonyms)
    curation: Curation = field(default_factory=Curation)
    digest: str = ""


def inspect(synonyms_path: Path, curation_path: Path) -> tuple[EditorialRules, list[Rejection]]:
    """Both files as they are, and what is wrong with them; a missing one is empty."""
    words, _, faults = _read(synonyms_path, synonyms.parse)
    rules, _, more = _read(curation_path, curation.parse)
    return EditorialRules(words or Synonyms(), rules or Curation()), faults + more


def keep(synonyms_path: Path, curation_path: Path, index: Path) -> list[Rejection]:
    """Copy what is right of them into the index folder; what is wrong, of the others.

    A process that starts while a file is broken begins with the copy. Raises OSError where the
    index folder cannot be written.
    """
    return [
        *_keep(synonyms_path, synonyms.parse, index / SYNONYMS_KEPT),
        *_keep(curation_path, curation.parse, index / CURATION_KEPT),
    ]


def _keep(path: Path, parse: _Parse[_Content], kept: Path) -> list[Rejection]:
    _, content, faults = _read(path, parse)
    if not faults and content != _content(kept):
        write_atomically(kept, content)
    return faults


class EditorialWatcher:
    """Follows the two files of a site; shared by all threads."""

    def __init__(self, synonyms_path: Path, curation_path: Path, index: Path) -> None:
        self._synonyms = _File(synonyms_path, synonyms.parse, index / SYNONYMS_KEPT)
        self._curation = _File(curation_path, curation.parse, index / CURATION_KEPT)
        self._lock = threading.Lock()
        self._reindexed: object = None
        self._looked_at = 0.0
        self._rules: EditorialRules | None = None

    def rules(self, reindexed: object) -> EditorialRules:
        """What holds now; `reindexed` differs after each reindex."""
        now = time.monotonic()
        known = self._rules
        if known and reindexed == self._reindexed and now < self._looked_at + LOOK_SECONDS:
            return known
        with self._lock:
            for fault in self._synonyms.look() + self._curation.look():
                _LOG.warning("%s; the last good one stays in use", fault)
            self._reindexed, self._looked_at = reindexed, now
            digest = f"{self._synonyms.digest}-{self._curation.digest}"
            if known is None or known.digest != digest:
                known = EditorialRules(
                    self._synonyms.content or Synonyms(),
                    self._curation.content or Curation(),
                    digest,
                )
            self._rules = known
            return known


class _File(Generic[_Content]):
    """One file, followed; `content` is what was last right."""

    def __init__(self, path: Path, parse: _Parse[_Content], kept: Path) -> None:
        self._path = path
        self._parse: _Parse[_Content] = parse
        self._kept: Path | None = kept
        self._stamp: object = self  # what no file has
        self.content: _Content | None = None
        self.digest = ""

    def look(self) -> list[Rejection]:
        """Read it if it has changed; what is wrong with it, if that is new."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return []
        self._stamp = stamp
        faults = self._take(self._path)
        if faults and self._kept:
            self._take(self._kept)
        self._kept = None
        return faults

    def _take(self, path: Path) -> list[Rejection]:
        parsed, content, faults = _read(path, self._parse)
        if not faults:
            self.content = parsed
            self.digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        return faults


def _read(path: Path, parse: _Parse[_Content]) -> tuple[_Content | None, bytes, list[Rejection]]:
    """What a file says, its bytes, and what is wrong with it."""
    try:
        content = _content(path)
    except OSError as error:
        return None, b"", [Rejection(str(path), None, f"cannot be read: {error.strerror}")]
    parsed, faults = parse(content, str(path))
    return (None if faults else parsed), content, faults


def _content(path: Path) -> bytes:
    """No more of it than is too much; nothing where there is no file."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return b""


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
