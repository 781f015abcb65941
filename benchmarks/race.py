"""One run, one machine, the same articles and queries: searchsvc against other engines.

python -m benchmarks.race --headlines headlines.jsonl.gz --queries queries.tsv.gz
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import articles as corpus
from benchmarks import bars, indexes, measure, plots, tables, workload
from benchmarks.measure import Results
from benchmarks.options import ARTICLES, BARS, CLOCK, INDEXES, QUERIES, command
from benchmarks.peers import NAMES, SHARED_INDEX
from benchmarks.report import publish


def main() -> None:
    options = _options()
    work = options.work or Path(tempfile.mkdtemp(prefix="race-"))
    try:
        results = run(options, work)
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    judged = bars.of_race(results)
    stem = f"race-{options.articles}" + (f"+{options.body_words}" if options.body_words else "")
    plots.race(results, options.out, stem)
    publish(options, stem, tables.race(results), judged)


def run(options: argparse.Namespace, work: Path) -> Results:
    runs = 1 if options.new else options.runs
    results = Results(options.articles, runs, options.count, options.clock, options.new)
    folders = {name: work / f"{SHARED_INDEX.get(name, name)}" for name in options.peers}
    for name, folder in folders.items():
        if SHARED_INDEX.get(name) not in options.peers:
            results.built[name] = indexes.build(name, options, folder)
    results.opened = {
        name: measure.opened(name, folder, options.runs, options.clock)
        for name, folder in folders.items()
    }
    articles = corpus.load(options.headlines, options.articles)
    asked = warm_up = workload.make(articles, options.queries, options.count * (1 + options.new))
    if options.new:
        warm_up, asked = workload.halves(asked)
    del articles
    highlights = (False, True) if options.highlights else (False,)
    if options.new:
        highlights = (options.highlights,)  # the second time a query is not new
    measure.race(results, folders, asked, warm_up, highlights, options.seconds)
    return results


def _names(text: str) -> Sequence[str]:
    names = text.split(",")
    if unknown := set(names) - set(NAMES):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(NAMES)}")
    return names


def _options() -> argparse.Namespace:
    parser = command("race", __doc__, ARTICLES, QUERIES, CLOCK, INDEXES, BARS)
    add = parser.add_argument
    add("--highlights", action="store_true", help="measure every class with highlights as well")
    add("--peers", type=_names, default=NAMES, metavar="A,B", help=f"of {','.join(NAMES)}")
    add("--count", type=int, default=200, help="queries a class and source")
    add("--runs", type=int, default=3, help="the median of so many is reported")
    add("--new", action="store_true", help="one run, of queries that were not asked before")
    add("--seconds", type=float, default=5.0, help="the most a peer may take for a class in a run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
