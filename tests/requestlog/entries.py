"""Entries for tests: what matters is given, the rest is like any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from searchsvc.requestlog import LogEntry, SearchOutcome

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def searched(
    query: str | None, total: int = 3, *, seconds: float = 0.0, ms: float = 2.0, **outcome: Any
) -> LogEntry:
    """One search; `seconds` after noon."""
    return LogEntry(
        time=NOON + timedelta(seconds=seconds),
        id="a1",
        method="GET",
        route="/search",
        status=200,
        milliseconds=ms,
        size=100,
        outcome=SearchOutcome(query, total, **outcome),
    )


def corrected(query: str, to: str, **more: Any) -> LogEntry:
    return searched(query, corrected=True, corrected_to=to, **more)


def asked(route: str, status: int = 200) -> LogEntry:
    """A request that is no search."""
    return LogEntry(NOON, "a1", "GET", route, status, 1.0, 10)
