"""How many suggestions of each kind are shown."""

from __future__ import annotations

from collections.abc import Mapping

from searchsvc.suggest.request import Kind

FAVOUR: Mapping[Kind, float] = {"query": 5.0, "article": 3.0, "topic": 2.0, "provider": 1.2}
"""Of ten: five queries, three articles, a topic and a provider; what one lacks, others get."""


def apportion(available: Mapping[Kind, int], size: int) -> dict[Kind, int]:
    """Seats for each kind by D'Hondt's method, none more than it has candidates."""
    seats: dict[Kind, int] = dict.fromkeys(available, 0)
    for _ in range(min(size, sum(available.values()))):
        waiting = [kind for kind in available if seats[kind] < available[kind]]
        chosen = max(waiting, key=lambda kind: FAVOUR[kind] / (seats[kind] + 1))
        seats[chosen] += 1
    return seats
