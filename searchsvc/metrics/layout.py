"""Where each number of a worker stands in its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from searchsvc.metrics.declarations import BUCKETS, OTHER, STATUSES, UNMATCHED, Event, Level

_LEVELS = len(Level)
CELL_BYTES = 8
"""A cell is a double."""
_TIMED = len(BUCKETS) + 2
"""Cells of one route and status: the buckets, what took longer than any, the sum of seconds."""


@dataclass(frozen=True, slots=True)
class Timed:
    """The latencies of one route and status: requests in each bucket, and their seconds."""

    route: str
    status: str
    counts: list[int]
    seconds: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Levels, then events, then for each route and status a histogram.

    Two workers with the same routes have the same layout, which `digest` names.
    """

    routes: tuple[str, ...]
    digest: str = field(init=False)
    cells: int = field(init=False)
    _timed: dict[tuple[str, int | str], int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        routes = (*sorted({*self.routes}), UNMATCHED)
        first = _LEVELS + len(Event)
        timed = {
            key: first + number * _TIMED
            for number, key in enumerate(product(routes, (*STATUSES, OTHER)))
        }
        told = repr((list(timed), BUCKETS, [event.name for event in Event], list(Level)))
        digest = hashlib.blake2b(told.encode(), digest_size=6).hexdigest()
        for name, value in (
            ("_timed", timed),
            ("cells", first + len(timed) * _TIMED),
            ("digest", digest),
        ):
            object.__setattr__(self, name, value)

    def event(self, event: Event) -> int:
        return _LEVELS + event.place

    def timed(self, route: str, status: int) -> int:
        """The first bucket of a route and status; the sum stands behind the last one."""
        place = self._timed.get((route, status))
        if place is not None:
            return place
        route = route if (route, OTHER) in self._timed else UNMATCHED
        return self._timed.get((route, status), self._timed[route, OTHER])

    def read_timed(self, cells: list[float]) -> Iterator[Timed]:
        """Those that have had a request."""
        for (route, status), place in self._timed.items():
            *counts, seconds = cells[place : place + _TIMED]
            if any(counts):
                yield Timed(route, str(status), [int(count) for count in counts], seconds)
