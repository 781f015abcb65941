"""What the last run found in every file, so that the next one reads only what changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from searchsvc.corpus import CorpusFile, Outcome, Reading
from searchsvc.generations import STATE, write_atomically
from searchsvc.rejection import Rejection

_UNSURE_NANOSECONDS = 2_000_000_000
"""A file changed so shortly before it was read may change again within one tick of its clock."""


_OUTCOMES = {outcome.value: outcome for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class FileState:
    """One file as the run found it. `size` is -1 if it must be read again in any case.

    `digest` and `date` (epoch seconds, None if undated) are of a published article.
    """

    path: str
    size: int
    modified: int
    outcome: Outcome
    digest: str | None = None
    date: int | None = None
    line: int | None = None
    reason: str | None = None
    id: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Kept, as a run asks for it many times.
        object.__setattr__(self, "id", self.path.rsplit(".", 1)[0])

    def is_of(self, file: CorpusFile) -> bool:
        """Whether the file is as it was: by size and time of modification."""
        return not file.fault and (self.size, self.modified) == (file.size, file.modified)

    def is_live(self, now: float) -> bool:
        return self.outcome is Outcome.PUBLISHED and (self.date is None or self.date <= now)

    @property
    def rejection(self) -> Rejection:
        return Rejection(self.path, self.line, self.reason or "")

    @classmethod
    def of(cls, reading: Reading, read_at: int) -> FileState:
        """`read_at` in nanoseconds since the epoch, from before the run's first look."""
        file = reading.file
        is_sure = file.modified < read_at - _UNSURE_NANOSECONDS
        digest = date = line = reason = None
        if article := reading.article:
            digest = article.digest()
            date = int(article.published_at.timestamp()) if article.published_at else None
        if rejection := reading.rejection:
            line, reason = rejection.line, rejection.reason
        size = file.size if is_sure else -1
        return cls(file.path, size, file.modified, reading.outcome, digest, date, line, reason)

    def claim(self, owners: dict[str, str]) -> FileState:
        """Takes the file's id in `owners` (paths by id), which the first in path order gets.

        The file itself, or as rejected because another has its id; such a one is read again next
        time. What has no front matter claims nothing.
        """
        if self.outcome is Outcome.SKIPPED:
            return self
        owner = owners.setdefault(self.id, self.path)
        if owner == self.path:
            return self
        reason = f"its id is that of {owner}, which comes before it"
        return FileState(self.path, -1, self.modified, Outcome.REJECTED, line=1, reason=reason)


@dataclass(frozen=True, slots=True)
class CorpusState:
    """All files of a run by path."""

    files: dict[str, FileState]

    def published(self) -> Iterator[FileState]:
        return (file for file in self.files.values() if file.outcome is Outcome.PUBLISHED)

    def save(self, folder: Path) -> None:
        rows = [
            (f.path, f.size, f.modified, f.outcome, f.digest, f.date, f.line, f.reason)
            for f in self.files.values()
        ]
        write_atomically(folder / STATE, orjson.dumps(rows))

    @classmethod
    def load(cls, folder: Path) -> CorpusState | None:
        """None if it is missing or damaged: then everything is read again."""
        try:
            rows = orjson.loads((folder / STATE).read_bytes())
            files = (
                FileState(path, size, modified, _OUTCOMES[outcome], *rest)
                for path, size, modified, outcome, *rest in rows
            )
            return cls({file.path: file for file in files})
        except (OSError, ValueError, TypeError, KeyError):
            return None
