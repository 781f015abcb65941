"""Results as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import numpy as np

from benchmarks.measure import Results
from benchmarks.peers import peer
from benchmarks.workload import CLASSES, SOURCES

matplotlib.use("svg")
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

COLOURS = {
    "ours": "#0b6bcb",
    "whoosh": "#9a9a9a",
    "plain-whoosh": "#c9c9c9",
    "tantivy": "#d1631a",
    "fts5": "#3c8d5a",
}


def race(results: Results, out: Path, stem: str) -> list[Path]:
    """Write all pictures of a race; returns their files."""
    files = [_latencies(results, marks, out, stem) for marks in _highlights(results)]
    speeds = {name: built.speed("wall") for name, built in results.built.items()}
    if speeds:
        path = out / f"{stem}-indexing.svg"
        labels = {peer(name).label: speed for name, speed in speeds.items()}
        bars(labels, "articles a second", "Indexing", path, [COLOURS[name] for name in speeds])
        files.append(path)
    return files


def bars(
    values: Mapping[str, float], unit: str, title: str, path: Path, colours: list[str] | None = None
) -> None:
    figure, axes = plt.subplots(figsize=(7, 0.6 + 0.4 * len(values)), layout="constrained")
    drawn = axes.barh(list(values), list(values.values()), color=colours)
    axes.bar_label(drawn, [f"{value:,.0f}" for value in values.values()], padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.set_xlabel(unit)
    axes.set_title(title)
    _save(figure, path)


def _highlights(results: Results) -> list[bool]:
    return sorted({key[2] for timings in results.timings.values() for key in timings})


def _latencies(results: Results, highlighted: bool, out: Path, stem: str) -> Path:
    """For each class a bar up to p50 and a line up to p95; one panel for each source of words."""
    figure, panels = plt.subplots(
        len(SOURCES), 1, figsize=(10, 7), sharex=True, sharey=True, layout="constrained"
    )
    width = 0.8 / len(results.timings)
    places = np.arange(len(CLASSES))
    for axes, source in zip(panels, SOURCES, strict=True):
        for number, (name, timings) in enumerate(results.timings.items()):
            found = [timings[klass, source, highlighted] for klass in CLASSES]
            half, most = (np.array([t.percentile(p) for t in found]) for p in (50, 95))
            axes.bar(
                places + (number - (len(results.timings) - 1) / 2) * width,
                half,
                width,
                yerr=(np.zeros(len(half)), np.maximum(most - half, 0)),
                error_kw={"elinewidth": 1, "ecolor": "#444444"},
                color=COLOURS[name],
                label=peer(name).label,
            )
        axes.set_yscale("log")
        axes.set_ylabel("ms")
        axes.set_title(f"words of {'real queries' if source == 'real' else 'titles'}")
        axes.grid(axis="y", alpha=0.3)
    panels[-1].set_xticks(places, list(CLASSES))
    panels[0].legend(ncols=len(results.timings), fontsize="small")
    marks = ", highlighted" if highlighted else ""
    figure.suptitle(f"p50 (bar) and p95 (line), {results.articles:,} articles{marks}")
    path = out / f"{stem}-queries{'-highlighted' if highlighted else ''}.svg"
    _save(figure, path)
    return path


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
