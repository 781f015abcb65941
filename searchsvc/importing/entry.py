"""One article of a feed or an export, on its way into a file."""

from __future__ import annotations

from dataclasses import dataclass, field

from searchsvc.errors import SearchsvcError


class NotImported(SearchsvcError):
    """A file, or one article of it, that cannot be imported; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as its file will have it.

    identity  what stays the same when it is imported again: it decides on the name of the file
    name      what its file is called, but for what makes it safe and unique
    front     keys of the main format
    """

    identity: str
    name: str
    front: dict[str, object]
    body: str = ""
    suffix: str = ".html"


@dataclass(slots=True)
class SkippedEntries:
    """What could not be imported, each with where it stands."""

    lines: list[str] = field(default_factory=list)

    def add(self, where: str, reason: str) -> None:
        self.lines.append(f"{where}: {reason}")
