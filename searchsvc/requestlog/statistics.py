"""What a log tells by day: how many asked, for what, what found nothing, what was slow.

Memory is bounded: where a log has more different queries than are kept, those asked least are
dropped, and `missed` says how many times one that is missing, or counted too low, may have been
asked.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from math import exp, log
from typing import Any

from searchsvc.requestlog.entry import LogEntry, SearchOutcome

MAX_QUERIES = 200_000
"""Different queries of all days together."""
MAX_DAYS = 400
SEARCH_ROUTES = ("/search", "/")
_GROWTH = log(1.05)
"""Latencies are kept as classes, each five per cent above the one before."""
_CLASSES = 500


@dataclass(slots=True)
class QueryNumbers:
    """One text of a day."""

    text: str
    searches: int = 0
    zero: int = 0
    corrected: int = 0
    corrected_to: str | None = None
    slowest: float = 0.0

    def add(self, outcome: SearchOutcome, milliseconds: float) -> None:
        self.searches += 1
        self.zero += outcome.total == 0
        if outcome.corrected:
            self.corrected += 1
            self.corrected_to = outcome.corrected_to or self.corrected_to
        self.slowest = max(self.slowest, milliseconds)

    def to_json(self) -> dict[str, Any]:
        return {
            "query": self.text,
            "searches": self.searches,
            "zero": self.zero,
            "corrected": self.corrected,
            "corrected_to": self.corrected_to,
            "slowest_ms": round(self.slowest, 3),
        }


@dataclass(slots=True)
class DayNumbers:
    """One day, UTC. `requests` are all, `errors` those with a status from 500 on."""

    day: date
    requests: int = 0
    errors: int = 0
    searches: int = 0
    without_text: int = 0
    zero: int = 0
    corrected: int = 0
    relaxed: int = 0
    partial: int = 0
    cached: int = 0
    queries: dict[str, QueryNumbers] = field(default_factory=dict)
    _latencies: dict[int, int] = field(default_factory=dict)

    def add(self, entry: LogEntry) -> None:
        """One request, and the search that it was."""
        self.requests += 1
        self.errors += entry.status >= 500
        outcome = entry.outcome
        if outcome is None or entry.route not in SEARCH_ROUTES or not outcome.is_of_a_reader:
            return
        text = None if outcome.query is None else normal(outcome.query)
        if text == "":  # a list of the newest articles
            return
        self.searches += 1
        self.zero += outcome.total == 0
        self.corrected += outcome.corrected
        self.relaxed += outcome.relaxed
        self.partial += outcome.partial
        self.cached += entry.cached
        milliseconds = entry.milliseconds
        place = _class_of(milliseconds)
        self._latencies[place] = self._latencies.get(place, 0) + 1
        if text is None:
            self.without_text += 1
            return
        if text not in self.queries:
            self.queries[text] = QueryNumbers(text)
        self.queries[text].add(outcome, milliseconds)

    def latency(self, share: float) -> float:
        """Milliseconds within which such a share of the searches was answered, to five per cent."""
        left = share * self.searches
        for place in sorted(self._latencies):
            left -= self._latencies[place]
            if left <= 0:
                return exp(place * _GROWTH) / 1000
        return 0.0

    def to_json(self, size: int) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "requests": self.requests,
            "errors": self.errors,
            "searches": self.searches,
            "without_text": self.without_text,
            "zero": self.zero,
            "corrected": self.corrected,
            "relaxed": self.relaxed,
            "partial": self.partial,
            "cached": self.cached,
            "p50_ms": round(self.latency(0.5), 3),
            "p95_ms": round(self.latency(0.95), 3),
            **{
                name: [query.to_json() for query in queries]
                for name, queries in self.lists(size).items()
            },
        }

    def lists(self, size: int) -> dict[str, list[QueryNumbers]]:
        """The queries that were asked, found nothing, were corrected most; and the slowest."""
        return {
            "top": self._most(size, lambda query: query.searches),
            "zero_results": self._most(size, lambda query: query.zero),
            "corrections": self._most(size, lambda query: query.corrected),
            "slow": self._most(size, lambda query: query.slowest),
        }

    def _most(self, size: int, count: Callable[[QueryNumbers], float]) -> list[QueryNumbers]:
        found = (query for query in self.queries.values() if count(query))
        return heapq.nsmallest(size, found, key=lambda query: (-count(query), query.text))


class LogStatistics:
    """Grows with each entry, up to its bounds."""

    def __init__(self, max_queries: int = MAX_QUERIES, max_days: int = MAX_DAYS) -> None:
        self._max_queries = max_queries
        self._max_days = max_days
        self._days: dict[date, DayNumbers] = {}
        self._queries = 0
        self.missed = 0
        self.dropped_days = 0

    def add(self, entry: LogEntry) -> None:
        day = self._day(entry.time.date())
        if day is None:
            return
        before = len(day.queries)
        day.add(entry)
        self._queries += len(day.queries) - before
        if self._queries > self._max_queries:
            self._drop_rare()

    def days(self) -> list[DayNumbers]:
        return [self._days[day] for day in sorted(self._days)]

    def to_json(self, size: int) -> dict[str, Any]:
        """With so many queries in each list."""
        return {
            "missed": self.missed,
            "dropped_days": self.dropped_days,
            "days": [day.to_json(size) for day in self.days()],
        }

    def _day(self, day: date) -> DayNumbers | None:
        """None for a day before all that are kept."""
        if day not in self._days:
            if len(self._days) >= self._max_days:
                oldest = min(self._days)
                self.dropped_days += 1
                if day < oldest:
                    return None
                self._queries -= len(self._days.pop(oldest).queries)
            self._days[day] = DayNumbers(day)
        return self._days[day]

    def _drop_rare(self) -> None:
        """Keeps the half that is asked most."""
        counts = sorted(
            query.searches for day in self._days.values() for query in day.queries.values()
        )
        most_dropped = counts[len(counts) // 2]
        self.missed += most_dropped
        for day in self._days.values():
            day.queries = {
                text: query for text, query in day.queries.items() if query.searches > most_dropped
            }
        self._queries = sum(len(day.queries) for day in self._days.values())


def normal(text: str) -> str:
    """A text as others that differ in case and spaces alone."""
    return " ".join(text.casefold().split())


def _class_of(milliseconds: float) -> int:
    microseconds = max(milliseconds * 1000, 1.0)
    return min(round(log(microseconds) / _GROWTH), _CLASSES)
