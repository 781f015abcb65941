"""What the last run came to, kept beside CURRENT for those who watch over it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from math import isfinite
from pathlib import Path

import orjson

from searchsvc.durable import write_atomically
from searchsvc.publish.report import ReindexReport

LAST_RUN = "LAST_RUN"


@dataclass(frozen=True, slots=True)
class LastRun:
    """Times are epoch seconds; `succeeded_at` is 0 if no run has ended well yet."""

    at: float
    seconds: float
    exit_code: int
    rejected: int
    lost: int
    succeeded_at: float

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if not isinstance(value, int | float) or not isfinite(value):
                raise TypeError(f"{item.name} is no number")


def record(index: Path, report: ReindexReport) -> None:
    """Of a run that holds the lock. A disk that is full is told by the report."""
    before, now = read(index), time.time()
    is_done = report.status != "refused"
    last = LastRun(
        at=now,
        seconds=round(report.seconds, 3),
        exit_code=0 if is_done else 1,
        rejected=report.counts.rejected,
        lost=len(report.lost),
        succeeded_at=now if is_done else before.succeeded_at if before else 0.0,
    )
    with suppress(OSError):
        write_atomically(index / LAST_RUN, orjson.dumps(asdict(last)) + b"\n", synced=False)


def read(index: Path) -> LastRun | None:
    """None where no run has been recorded, or the record cannot be read."""
    try:
        return LastRun(**orjson.loads((index / LAST_RUN).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
