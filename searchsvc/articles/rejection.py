"""Why a file cannot be an article."""

from __future__ import annotations

from dataclasses import dataclass

MAX_REASON = 300
"""Characters: a reason may quote the file, and what it quotes may be of any length."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected file, for the reports: its path in the corpus, the line if known, the reason."""

    path: str
    line: int | None
    reason: str

    @property
    def id(self) -> str:
        """The id that the file's article would have."""
        return self.path.rsplit(".", 1)[0]

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return printable(f"{where}: {self.reason}")


class Rejected(Exception):
    """Raised while one file is read; the others go on."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        if len(reason) > MAX_REASON:
            reason = reason[: MAX_REASON - 1] + "…"
        super().__init__(reason)
        self.reason = reason
        self.line = line

    def at(self, path: str) -> Rejection:
        return Rejection(path, self.line, self.reason)


def printable(text: str) -> str:
    """A file's own words without what a terminal would obey."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
