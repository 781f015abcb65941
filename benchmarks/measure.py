"""All engines over one workload: interleaved, warmed up, the median of several runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import worker
from benchmarks.worker import Built, Clock, Opened, Run, Worker
from benchmarks.workload import Workload

PERCENTILES = (50, 95, 99)
Key = tuple[str, str, bool]
"""A class, a source of words, and whether with highlights."""


@dataclass(slots=True)
class Timing:
    """One engine's runs over the queries of one key."""

    runs: list[Run] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Queries that every run answered, the first of the list."""
        return min(len(run.times_ms) for run in self.runs)

    @property
    def exact(self) -> bool:
        return all(run.exact for run in self.runs)

    def percentile(self, percent: int, count: int | None = None) -> float:
        """Of the first `count` queries, each query's time being the median of its runs, ms.

        Query by query: on a machine that is shared, a run's slowest are those that had to wait.
        """
        first = min(count or self.count, self.count)
        times = np.median([run.times_ms[:first] for run in self.runs], axis=0)
        return float(np.percentile(times, percent))

    def total(self, count: int) -> int:
        """Matches of the first `count` queries together."""
        return sum(self.runs[0].totals[:count])


@dataclass(slots=True)
class Results:
    """All that one race found, by peer; `are_new` says that no query was asked before."""

    articles: int
    runs: int
    queries: int
    clock: Clock = "wall"
    are_new: bool = False
    built: dict[str, Built] = field(default_factory=dict)
    opened: dict[str, Opened] = field(default_factory=dict)
    private_mb: dict[str, float] = field(default_factory=dict)
    timings: dict[str, dict[Key, Timing]] = field(default_factory=dict)

    def percentile(self, name: str, other: str, key: Key, percent: int) -> tuple[float, float]:
        """Two engines over the queries that both answered."""
        mine, theirs = self.timings[name][key], self.timings[other][key]
        count = min(mine.count, theirs.count)
        return mine.percentile(percent, count), theirs.percentile(percent, count)


def opened(name: str, folder: Path, runs: int, clock: Clock) -> Opened:
    """Each time in a new process."""
    found = [worker.open_time(name, folder, clock) for _ in range(runs)]
    return Opened(
        load_ms=median(one.load_ms for one in found),
        open_ms=median(one.open_ms for one in found),
        first_ms=median(one.first_ms for one in found),
        verify_ms=median(one.verify_ms for one in found),
        verified_mb=found[0].verified_mb,
    )


def race(
    results: Results,
    folders: Mapping[str, Path],
    workload: Workload,
    warm_up: Workload,
    highlights: Sequence[bool],
    seconds: float,
) -> None:
    """Put timings and memory into the results.

    A first pass over every class warms up and is thrown away. In each run all peers answer one
    class before the next, in an order that rotates, so that a machine's drift hits all alike.
    """
    peers = [Worker(name, folder) for name, folder in folders.items()]
    keys = [(name, source, marks) for name, source in workload for marks in highlights]
    results.timings = {peer.name: {key: Timing() for key in keys} for peer in peers}
    try:
        for turn in range(results.runs + 1):
            for number, key in enumerate(keys):
                shift = (turn + number) % len(peers)
                for peer in (*peers[shift:], *peers[:shift]):
                    queries = (workload if turn else warm_up)[key[:2]]
                    run = peer.run(queries, key[2], seconds, results.clock)
                    if turn:
                        results.timings[peer.name][key].runs.append(run)
            print(f"run {turn} of {results.runs}" if turn else "warmed up", flush=True)
        results.private_mb = {peer.name: peer.private_mb() for peer in peers}
    finally:
        for peer in peers:
            peer.close()
