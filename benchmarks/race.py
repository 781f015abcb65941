"""One run, one machine, the same articles and queries: searchsvc against other engines.

python -m benchmarks.race --headlines headlines.jsonl.gz --queries queries.tsv.gz
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import articles as corpus
from benchmarks import bars, measure, plots, tables, worker, workload
from benchmarks.measure import Results
from benchmarks.peers import NAMES, SHARED_INDEX
from benchmarks.worker import Built

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    work = options.work or Path(tempfile.mkdtemp(prefix="race-"))
    try:
        results = run(options, work)
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    judged = bars.of_race(results)
    stem = f"race-{options.articles}"
    (options.out / f"{stem}.md").write_text(tables.race(results, judged), encoding="utf-8")
    plots.race(results, options.out, stem)
    print(tables.race(results, judged))
    if options.enforce and (failure := bars.failures(judged)):
        raise SystemExit(failure)


def run(options: argparse.Namespace, work: Path) -> Results:
    results = Results(options.articles, options.runs, options.count, options.clock)
    folders = {name: work / f"{SHARED_INDEX.get(name, name)}" for name in options.peers}
    for name, folder in folders.items():
        if SHARED_INDEX.get(name) not in options.peers:
            _index(results, name, folder, options, work)
    results.opened = {
        name: measure.opened(name, folder, options.runs, options.clock)
        for name, folder in folders.items()
    }
    articles = corpus.load(options.headlines, options.articles)
    asked = workload.make(articles, options.queries, options.count)
    del articles
    highlights = (False, True) if options.highlights else (False,)
    measure.race(results, folders, asked, highlights, options.seconds)
    return results


def _index(
    results: Results, name: str, folder: Path, options: argparse.Namespace, work: Path
) -> None:
    """Build, or take over what an earlier run with the same --work has built."""
    record = folder.with_suffix(f".{options.articles}.built")
    if record.exists():
        results.built[name] = Built(**json.loads(record.read_text()))
        return
    for old in work.glob(f"{folder.name}.*.built"):
        old.unlink()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    scratch = work / "corpus"
    built = worker.build(name, options.headlines, options.articles, folder, scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    record.write_text(json.dumps(asdict(built)))
    results.built[name] = built
    print(f"{name}: {built.speed('wall'):,.0f} articles/s, {built.index_mb:.1f} MB", flush=True)


def _names(text: str) -> Sequence[str]:
    names = text.split(",")
    if unknown := set(names) - set(NAMES):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(NAMES)}")
    return names


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.race",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--headlines", type=Path, required=True, help="articles, one JSON object a line, gzipped")
    add("--queries", type=Path, required=True, help="real queries with their hits, gzipped TSV")
    add("--articles", type=int, default=100_000, help="how many; beyond the file's, recombined")
    add("--highlights", action="store_true", help="measure every class with highlights as well")
    add("--peers", type=_names, default=NAMES, metavar="A,B", help=f"of {','.join(NAMES)}")
    add("--count", type=int, default=200, help="queries a class and source")
    add("--runs", type=int, default=3, help="the median of so many is reported")
    add("--seconds", type=float, default=5.0, help="the most a peer may take for a class in a run")
    add(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu: where others use the machine"
    )
    add("--work", type=Path, help="keep the indexes here, and use those of an earlier run")
    add("--out", type=Path, default=RESULTS, help="folder for tables and plots")
    add("--assert", dest="enforce", action="store_true", help="exit with 1 if a bar is lost")
    return parser.parse_args()


if __name__ == "__main__":
    main()
