"""What searchsvc has to reach, as ratios within one run: won or lost, one line each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.measure import Key, Results

OURS = "ours"
VS_WHOOSH = {
    "one word": 1 / 5,
    "AND2": 1 / 20,
    "AND3": 1 / 20,
    "phrase": 1 / 20,
    "OR3": 1 / 50,
    "OR8": 1 / 50,
    "prefix": 1 / 50,
}
OPEN_MILLION_MS = 200
VERIFY_GB = 1.0
WORKER_MB, WORKER_MB_MILLION = 80, 150
INDEX_SIZE, INDEX_SIZE_MILLION = 1.5, 1.7
NEW = 1.2
"""Of tantivy's time, for queries that nobody has asked before."""
MILLION = 1_000_000
SLACK_P95_MILLION = 1.2


@dataclass(frozen=True, slots=True)
class Bar:
    """`ratio` is ours by theirs; it must be at most, or at least, `limit`."""

    what: str
    ours: float
    theirs: float
    limit: float
    at_least: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else float("inf")

    @property
    def won(self) -> bool:
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "won " if self.won else "LOST"
        figures = f"{self.ours:.4g} against {self.theirs:.4g}"
        return f"{verdict}  {self.what}: {figures} = {self.ratio:.3g} (bar {sign} {self.limit:.3g})"


def of_race(results: Results) -> list[Bar]:
    """Every bar that the peers of this race allow to judge."""
    if OURS not in results.timings:
        return []
    return [*_indexing(results), *_resources(results), *_queries(results)]


def _indexing(results: Results) -> Iterator[Bar]:
    """By the wall, whatever the queries' clock: an engine's threads are to its credit."""
    built = results.built
    if OURS not in built:
        return
    for name, limit in (("whoosh", 20.0), ("tantivy", 0.5)):
        if name in built:
            what = f"articles/s to index, against {name}"
            yield Bar(what, built[OURS].speed("wall"), built[name].speed("wall"), limit, True)
    if "tantivy" in built:
        sizes = built[OURS].index_mb, built["tantivy"].index_mb
        limit = INDEX_SIZE if results.articles < MILLION else INDEX_SIZE_MILLION
        yield Bar("index MB, against tantivy", *sizes, limit)


def _resources(results: Results) -> Iterator[Bar]:
    if opened := results.opened.get(OURS):
        if results.articles >= MILLION:
            took = opened.open_ms - opened.verify_ms
            yield Bar("ms to open, checksums apart", took, OPEN_MILLION_MS, 1)
        speed = opened.verified_mb / opened.verify_ms
        yield Bar("GB/s of checksums", speed, VERIFY_GB, 1, at_least=True)
    if OURS in results.private_mb:
        most = WORKER_MB if results.articles < MILLION else WORKER_MB_MILLION
        yield Bar("private MB after all queries", results.private_mb[OURS], most, 1)


def _queries(results: Results) -> Iterator[Bar]:
    compared = [
        bar for key in results.timings[OURS] for p in (50, 95) for bar in _against(results, key, p)
    ]
    yield from compared
    ratios = [bar.ratio for bar in compared if bar.what.endswith("against tantivy")]
    if results.are_new and ratios:
        quicker = sum(ratio <= 1 for ratio in ratios) / len(ratios)
        yield Bar("share of figures no slower than tantivy's", quicker, 1, 0.5, at_least=True)


def _against(results: Results, key: Key, percent: int) -> Iterator[Bar]:
    name, _, highlighted = key
    is_slack = results.articles >= MILLION and percent == 95
    limits = {"tantivy": NEW if results.are_new else SLACK_P95_MILLION if is_slack else 1.0}
    if highlighted:
        limits["fts5"] = 1.0
    elif results.articles < MILLION and name in VS_WHOOSH:
        limits["whoosh"] = VS_WHOOSH[name]
    for peer, limit in limits.items():
        if peer in results.timings:
            figures = results.percentile(OURS, peer, key, percent)
            yield Bar(f"{_title(key)}, p{percent} ms, against {peer}", *figures, limit)


def _title(key: Key) -> str:
    name, source, highlighted = key
    return f"{name} ({source} words{', highlighted' if highlighted else ''})"
