"""Whoosh's queries at native speed: impacts built at publish, kernels that add them up.

At publish, once all segments are written:

    segments = open_segments(index.reader())
    statistics = Statistics.of(segments, live, lengths)
    impacts = build_impacts(segments, statistics, boosts)
    statistics.save(folder)
    impacts.save(folder)

To answer:

    opened = OpenIndex.open(index.reader(), folder)
    matches = evaluate(opened, tree, limit)
    page = best_page(matches, priors, ranks, first=0, size=10)

The first of these to need a kernel imports numba; `kernels.compile_all()` does so in advance.
"""

from searchsvc.scoring.building import build_impacts
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.explanation import explain
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.kernels import compile_all, set_cache_dir
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.page import Page, best_page, sorted_page
from searchsvc.scoring.segments import Segment, open_segments
from searchsvc.scoring.statistics import Statistics

__all__ = [
    "Impacts",
    "Matches",
    "OpenIndex",
    "Page",
    "Segment",
    "Statistics",
    "best_page",
    "build_impacts",
    "compile_all",
    "evaluate",
    "explain",
    "open_segments",
    "set_cache_dir",
    "sorted_page",
]
