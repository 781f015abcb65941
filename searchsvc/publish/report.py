"""What a run did, as it is printed and as other programs read it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from searchsvc.articles.rejection import Rejection

Status = Literal["published", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Counts:
    """`articles + unpublished + held + rejected` is the number of files with front matter.

    `added`, `changed`, `removed` and `unchanged` are of live articles, against the last run.
    """

    articles: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    unpublished: int = 0
    held: int = 0
    rejected: int = 0
    skipped: int = 0

    @property
    def with_front_matter(self) -> int:
        return self.articles + self.unpublished + self.held + self.rejected


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What a run came to.

    lost         ids that were live and whose file is now rejected, or has no front matter
    editors      what is wrong with the editors' files; what was last right of them stays in use
    kept         files that cannot be read; what they were found to be before stays in use
    taken_down   ids of published files that were removed by hand: they count as unpublished
    """

    status: Status
    reason: str | None
    generation: str | None
    counts: Counts
    lost: tuple[str, ...]
    rejects: tuple[Rejection, ...]
    seconds: float
    editors: tuple[Rejection, ...] = ()
    kept: tuple[Rejection, ...] = ()
    taken_down: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "status": self.status,
            "reason": self.reason,
            "generation": self.generation,
            **asdict(self.counts),
            "lost": list(self.lost),
            "rejects": [asdict(rejection) for rejection in self.rejects],
            "seconds": round(self.seconds, 3),
        }
        for name in ("editors", "kept"):
            if faults := getattr(self, name):
                body[name] = [asdict(fault) for fault in faults]
        if self.taken_down:
            body["taken_down"] = list(self.taken_down)
        return body


def refused(reason: str) -> ReindexReport:
    """Of a run that could not even begin."""
    return ReindexReport("refused", reason, None, Counts(), (), (), 0.0)
