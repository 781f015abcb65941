"""What the last run found in every file, so that the next one reads only what changed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isinf
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from searchsvc.articles.listing import Listing, Outcome, id_of
from searchsvc.articles.rejection import Rejection
from searchsvc.durable import write_atomically
from searchsvc.index.columns import NEVER, NO_DATE, are_out
from searchsvc.publish.generations import STATE

if TYPE_CHECKING:
    from searchsvc.articles.corpus import FileReading

_UNSURE_NANOSECONDS = 2_000_000_000
"""A file changed so shortly before it was read may change again within one tick of its clock."""

OUTCOMES = tuple(Outcome)
_CODES = {outcome: code for code, outcome in enumerate(OUTCOMES)}
_DIGEST = np.dtype("S56")
"""Room for the longest: 32 hexadecimal digits and two numbers of 32 bits."""

Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FileState:
    """One file as the run found it. `size` is -1 if it must be read again in any case.

    `digest`, `date` and `expires` (epoch seconds, or None) are of a published article.
    """

    path: str
    size: int
    modified: int
    outcome: Outcome
    digest: str | None = None
    date: int | None = None
    line: int | None = None
    reason: str | None = None
    expires: int | None = None

    @property
    def id(self) -> str:
        return id_of(self.path)

    @property
    def rejection(self) -> Rejection:
        return Rejection(self.path, self.line, self.reason or "")

    @classmethod
    def of(cls, reading: FileReading) -> FileState:
        file = reading.file
        is_sure = file.modified < reading.read_at - _UNSURE_NANOSECONDS
        digest = date = line = reason = expires = None
        if article := reading.article:
            digest = article.digest()
            date = int(article.published_at.timestamp()) if article.published_at else None
            expires = int(article.expires_at.timestamp()) if article.expires_at else None
        if rejection := reading.rejection:
            line, reason = rejection.line, rejection.reason
        size = file.size if is_sure else -1
        outcome = reading.outcome
        if outcome is Outcome.UNREADABLE:
            outcome, size = Outcome.REJECTED, -1
        return cls(file.path, size, file.modified, outcome, digest, date, line, reason, expires)

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


@dataclass(frozen=True, eq=False)
class CorpusState:
    """All files of a run in path order, value by value: a run that finds little to do would spend
    most of its time on an object for each.

    sizes, modified  int64 [files]
    outcomes         uint8 [files], places in OUTCOMES
    digests          bytes [files], empty unless published
    dates            int64 [files], NO_DATE for what is undated or not published
    expiries         int64 [files], NEVER for what does not expire or is not published
    faults           line and reason of a rejected file, by place
    """

    paths: list[str]
    sizes: Int64
    modified: Int64
    outcomes: NDArray[np.uint8]
    digests: NDArray[np.bytes_]
    dates: Int64
    expiries: Int64
    faults: dict[int, tuple[int | None, str]]

    @classmethod
    def of(cls, files: Iterable[FileState]) -> CorpusState:
        """Of files in path order."""
        files = list(files)
        return cls(
            [file.path for file in files],
            np.array([file.size for file in files], np.int64),
            np.array([file.modified for file in files], np.int64),
            np.array([_CODES[file.outcome] for file in files], np.uint8),
            np.array([file.digest or "" for file in files], _DIGEST),
            np.array([NO_DATE if file.date is None else file.date for file in files], np.int64),
            np.array([NEVER if file.expires is None else file.expires for file in files], np.int64),
            {i: (file.line, file.reason) for i, file in enumerate(files) if file.reason},
        )

    def __len__(self) -> int:
        return len(self.paths)

    def __iter__(self) -> Iterator[FileState]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, place: int) -> FileState:
        line, reason = self.faults.get(place, (None, None))
        date, expires = int(self.dates[place]), int(self.expiries[place])
        return FileState(
            self.paths[place],
            int(self.sizes[place]),
            int(self.modified[place]),
            OUTCOMES[self.outcomes[place]],
            self.digests[place].decode() or None,
            None if date == NO_DATE else date,
            line,
            reason,
            None if expires == NEVER else expires,
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CorpusState)
            and (self.paths, self.faults) == (other.paths, other.faults)
            and all(np.array_equal(getattr(self, n), getattr(other, n)) for n in _ARRAYS)
        )

    def having(self, outcome: Outcome) -> NDArray[np.bool_]:
        """Which files had this outcome; [files]."""
        return np.equal(self.outcomes, _CODES[outcome])

    def are_live(self, now: float) -> NDArray[np.bool_]:
        """Which files are of articles that are live at a time; [files].

        At an infinite one, where the time is lost, all that are published: none is held or expired.
        """
        published = self.having(Outcome.PUBLISHED)
        return published if isinf(now) else published & are_out(self.dates, self.expiries, now)

    def within(self, folder: str) -> list[int]:
        """The places of the files in a folder."""
        start = folder + "/"
        return [place for place, path in enumerate(self.paths) if path.startswith(start)]

    def ids(self, places: Iterable[Any] | None = None) -> list[str]:
        """Of the files at some places, or of all."""
        paths = self.paths if places is None else [self.paths[place] for place in places]
        return [id_of(path) for path in paths]

    def published(self, article_id: str, place: int) -> FileState | None:
        """The file of a published article; `place` is where it was if its path is the same."""
        if place < 0 or OUTCOMES[self.outcomes[place]] is not Outcome.PUBLISHED:
            place = self._published.get(article_id, -1)
        return self[place] if place >= 0 else None

    @cached_property
    def _published(self) -> dict[str, int]:
        """Places by id."""
        places = np.flatnonzero(self.having(Outcome.PUBLISHED)).tolist()
        return dict(zip(self.ids(places), places, strict=True))

    def places_of(self, paths: list[str]) -> Int64:
        """Where some paths stand in this state, -1 for what does not; [paths]."""
        if paths == self.paths:
            return np.arange(len(paths))
        places = {path: place for place, path in enumerate(self.paths)}
        return np.array([places.get(path, -1) for path in paths], np.int64)

    def are_same(self, places: Int64, listing: Listing) -> NDArray[np.bool_]:
        """Which files of a listing, that stand at these places, are as they were: by size and time
        of modification. One with a fault never is; [files]."""
        are_same = places >= 0
        known = places[are_same]
        sizes, modified = (np.array(of, np.int64) for of in (listing.sizes, listing.modified))
        are_same[are_same] = (self.sizes[known] == sizes[are_same]) & (
            self.modified[known] == modified[are_same]
        )
        are_same[list(listing.faults)] = False
        return are_same

    def renewed(
        self, paths: list[str], places: Int64, news: Mapping[int, FileState]
    ) -> CorpusState:
        """The state of files of these paths: `news` by place, and for the others, what this state
        has at `places`."""
        now = CorpusState.of(news.values())
        are_new = np.zeros(len(paths), np.bool_)
        are_new[list(news)] = True
        arrays = {}
        for name in _ARRAYS:
            arrays[name] = np.empty(len(paths), getattr(self, name).dtype)
            arrays[name][~are_new] = getattr(self, name)[places[~are_new]]
            arrays[name][list(news)] = getattr(now, name)
        faults = {
            place: self.faults[int(places[place])]
            for place in np.flatnonzero(~are_new & np.isin(places, list(self.faults))).tolist()
        }
        faults |= {place: now.faults[i] for i, place in enumerate(news) if i in now.faults}
        return CorpusState(paths, faults=faults, **arrays)

    def save(self, folder: Path) -> None:
        stream = io.BytesIO()
        np.savez(
            stream,
            paths=_bytes("\0".join(self.paths)),  # which no path can hold
            faults=_bytes(orjson.dumps([(i, *fault) for i, fault in self.faults.items()]).decode()),
            **{name: getattr(self, name) for name in _ARRAYS},
        )
        write_atomically(folder / STATE, stream.getbuffer())

    @classmethod
    def load(cls, folder: Path) -> CorpusState | None:
        """None if it is missing or damaged (each part has a checksum): then everything is read
        again."""
        try:
            with (folder / STATE).open("rb") as stream, np.load(stream) as parts:
                arrays = {name: parts[name] for name in _ARRAYS if name in parts.files}
                joined, faults = (parts[name].tobytes().decode() for name in ("paths", "faults"))
            paths = joined.split("\0") if joined else []
            arrays.setdefault("expiries", np.full(len(paths), NEVER))  # of an earlier version
            if any(len(array) != len(paths) for array in arrays.values()):
                return None
            rows = orjson.loads(faults)
            return cls(paths, faults={i: (line, reason) for i, line, reason in rows}, **arrays)
        except Exception:  # zip files and numpy's headers raise errors of many kinds
            return None


_ARRAYS = ("sizes", "modified", "outcomes", "digests", "dates", "expiries")


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), np.uint8)
