"""How long a reader waits for suggestions: real queries and titles, typed letter by letter.

python -m benchmarks.suggest --headlines headlines.jsonl.gz --queries queries.tsv.gz
"""

from __future__ import annotations

import argparse
import gc
import gzip
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks import articles as corpus
from benchmarks import indexes, tables, worker
from benchmarks.bars import MILLION, Bar
from benchmarks.options import ARTICLES, BARS, CLOCK, INDEXES, QUERIES, command
from benchmarks.report import publish
from searchsvc import SuggestRequest

SEED = 2718
LONGEST = 60
"""Letters of a text that are typed."""
WARM = 0.2
"""The share of texts that is typed first and not measured."""
ONE, FIRST, LATER, ALL = "one letter", "first word", "later words", "all"
P95_MS, P95_MS_MILLION = 1.0, 3.0

Times = dict[tuple[str, str], list[float]]
"""Milliseconds of every keystroke, by source of texts and place in the text."""


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="suggest-") as scratch:
        times = run(options, options.work or Path(scratch))
    judged = list(_bars(times, options.articles))
    publish(options, f"suggest-{options.articles}", _report(options, times), judged)


def run(options: argparse.Namespace, work: Path) -> Times:
    engine = indexes.engine(options, work)
    now = worker.CLOCKS[options.clock]
    times: Times = defaultdict(list)
    drawn = _texts(options)
    gc.collect()
    gc.freeze()  # what the articles took is no concern of the engine's
    for source, texts in drawn.items():
        warm = int(len(texts) * WARM)
        for number, text in enumerate(texts):
            for place, typed in _keystrokes(text):
                started = now()
                engine.suggest(SuggestRequest(typed))
                taken = (now() - started) * 1000
                if number >= warm:
                    times[source, place].append(taken)
                    times[source, ALL].append(taken)
    return times


def _texts(options: argparse.Namespace) -> dict[str, Sequence[str]]:
    """As many texts of each source; of the real queries also those that no article answers."""
    chance = random.Random(SEED)
    with gzip.open(options.queries, "rt", encoding="utf-8") as lines:
        real = [line.split("\t")[1] for line in lines]
    titles = [
        article.title for article in corpus.load(options.headlines, min(options.articles, 100_000))
    ]
    return {
        "real": chance.sample(real, options.count),
        "titles": chance.sample(titles, options.count),
    }


def _keystrokes(text: str) -> Iterator[tuple[str, str]]:
    text = text[:LONGEST]
    for size in range(1, len(text) + 1):
        typed = text[:size]
        place = LATER if " " in typed.strip() else FIRST if size > 1 else ONE
        yield place, typed


def _bars(times: Times, articles: int) -> Iterator[Bar]:
    limit = P95_MS_MILLION if articles >= MILLION else P95_MS
    for (source, place), taken in times.items():
        what = f"{place} ({source}), p95 ms"
        yield Bar(what, float(np.percentile(taken, 95)), limit, 1)


def _report(options: argparse.Namespace, times: Times) -> str:
    rows = [
        (
            f"{place} ({source})",
            f"{len(taken):,}",
            *(tables.figure(float(np.percentile(taken, percent))) for percent in (50, 95, 99, 100)),
        )
        for (source, place), taken in times.items()
    ]
    return (
        f"# Suggestions, {options.articles:,} articles\n\n{tables.machine()}. "
        f"{tables.CLOCKS[options.clock].capitalize()} of `Engine.suggest` in ms, ten suggestions, "
        "each keystroke once; no answer is kept.\n\n"
        + tables.table(("typed", "keystrokes", "p50", "p95", "p99", "longest"), rows)
    )


def _options() -> argparse.Namespace:
    parser = command("suggest", __doc__, ARTICLES, QUERIES, CLOCK, INDEXES, BARS)
    parser.add_argument("--count", type=int, default=300, help="texts of each source")
    return parser.parse_args()


if __name__ == "__main__":
    main()
