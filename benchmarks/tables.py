"""Results as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from benchmarks.measure import PERCENTILES, Key, Results, Timing
from benchmarks.peers import peer
from benchmarks.workload import CLASSES

CLOCKS = {"wall": "times", "cpu": "CPU times (waiting for others on the machine not counted)"}
NEWNESS = {True: "none of them asked before", False: "each asked before"}
RESOURCES = (
    "engine|articles/s|articles/CPU s|index MB|peak MB (before)"
    "|code ms|open ms (checksums)|first answer ms|private MB, asked"
)
NUMBER_OF_CORES = os.cpu_count() or 1


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """First column to the left, the others to the right."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def figure(value: float) -> str:
    """Three digits that mean something: 0.0512, 3.46, 221, 8,943."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in ("Whoosh", "tantivy", "Flask"))
    return (
        f"{NUMBER_OF_CORES} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{packages}"
    )


def race(results: Results) -> str:
    parts = [
        f"# {results.articles:,} articles\n\n{machine()}. Median of {results.runs} runs, "
        f"{results.queries} queries a class, {NEWNESS[results.are_new]}; "
        f"{CLOCKS[results.clock]} in ms, ten stored articles fetched and their titles read.",
        "## Indexing, opening, memory\n\n" + _resources(results),
    ]
    for highlighted in sorted({key[2] for timing in results.timings.values() for key in timing}):
        title = "with highlights" if highlighted else "without highlights"
        parts.append(f"## Queries, {title}\n\n" + _queries(results, highlighted))
    parts.append(
        "## Totals\n\nMatches of all queries that every peer answered, by class. They differ "
        "with the analysis of words; what is far off would be a mistake.\n\n" + _totals(results)
    )
    return "\n\n".join(parts)


def _resources(results: Results) -> str:
    rows = []
    for name in results.opened:
        built, opened = results.built.get(name), results.opened[name]
        rows.append(
            (
                peer(name).label,
                *(
                    (
                        f"{built.speed('wall'):,.0f}",
                        f"{built.speed('cpu'):,.0f}",
                        figure(built.index_mb),
                        f"{built.peak_mb:,.0f} ({built.before_mb:,.0f})",
                    )
                    if built
                    else ("",) * 4
                ),
                figure(opened.load_ms),
                f"{figure(opened.open_ms)} ({figure(opened.verify_ms)})",
                figure(opened.first_ms),
                figure(results.private_mb.get(name, 0)),
            )
        )
    return table(RESOURCES.split("|"), rows)


def _queries(results: Results, highlighted: bool) -> str:
    rows = []
    for key in _keys(results, highlighted):
        for name, timings in results.timings.items():
            timing = timings[key]
            cells = [figure(timing.percentile(percent)) for percent in PERCENTILES]
            label = f"{key[0]}, {key[1]} words"
            rows.append((label, peer(name).label, *cells, timing.count, _is_exact(timing)))
    return table(("class", "engine", "p50", "p95", "p99", "queries", "total"), rows)


def _is_exact(timing: Timing) -> str:
    return "exact" if timing.exact else "partial"


def _totals(results: Results) -> str:
    rows = []
    names = list(results.timings)
    for key in _keys(results, False) or _keys(results, True):
        count = min(results.timings[name][key].count for name in names)
        totals = [f"{results.timings[name][key].total(count):,}" for name in names]
        rows.append((f"{key[0]}, {key[1]} words", count, *totals))
    return table(("class", "queries", *(peer(name).label for name in names)), rows)


def _keys(results: Results, highlighted: bool) -> list[Key]:
    """In the order of the classes."""
    found = next(iter(results.timings.values()), {})
    order = list(CLASSES)
    chosen = [key for key in found if key[2] == highlighted]
    return sorted(chosen, key=lambda key: (key[1], order.index(key[0])))
