"""What `searchsvc reindex` takes: everything, nothing new, few changes; against stock Whoosh.

python -m benchmarks.reindex --headlines headlines.jsonl.gz
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks import articles as corpus
from benchmarks import tables
from benchmarks.bars import Bar
from benchmarks.options import ARTICLES, BARS, command
from benchmarks.peers.ours import SETTINGS
from benchmarks.report import publish

SEED = 42
TEXT_CHANGES = 0.005
HEAT_CHANGES = 0.05
FULL, NOTHING = "full build", "nothing changed"
FEW, HEAT = f"{TEXT_CHANGES:.1%} changed", f"heat of {HEAT_CHANGES:.0%} changed"
"""500 and 5,000 of 100,000 articles."""
STOCK, HELP = "stock Whoosh, full build", "searchsvc --help"
HELP_RUNS = 5
BASELINE = (
    "import sys; from pathlib import Path; from benchmarks.peers.stock_whoosh import index_files;"
    " print(index_files(Path(sys.argv[1]), Path(sys.argv[2])))"
)
_TITLE = re.compile(r'^title: "', re.MULTILINE)
_HEAT = re.compile(r"^heat: (\d+)$", re.MULTILINE)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="reindex-", dir=options.scratch) as folder:
        seconds, peak = run(options, Path(folder))
    judged = _bars(seconds)
    publish(options, f"reindex-{options.articles}", _report(options, seconds, peak), judged)


def run(options: argparse.Namespace, folder: Path) -> tuple[dict[str, float], float]:
    """Seconds of each step (the median of the runs), and searchsvc's peak memory in MB."""
    files, index = folder / "corpus", folder / "index"
    corpus.write_corpus(corpus.load(options.headlines, options.articles), files)
    chance = random.Random(SEED)
    few = round(options.articles * TEXT_CHANGES)
    many = round(options.articles * HEAT_CHANGES)
    found: dict[str, list[float]] = {}

    def step(name: str, expected: int, *flags: str) -> None:
        before = time.perf_counter()
        report = _reindex(files, index, *flags)
        found.setdefault(name, []).append(time.perf_counter() - before)
        got = report["changed"] if "--full" not in flags else report["articles"]
        if got != expected:
            raise SystemExit(f"{name}: {got} articles, {expected} expected: {report}")
        print(f"{name}: {found[name][-1]:.1f} s", flush=True)

    for _ in range(options.runs):
        step(FULL, options.articles, "--full")
        step(NOTHING, 0)
        _change(files, few, chance, lambda text: _TITLE.sub('title: "Update ', text, count=1))
        step(FEW, few)
        _change(files, many, chance, _warmer)
        step(HEAT, many)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    seconds = {name: median(times) for name, times in found.items()}
    seconds[HELP] = median(_help() for _ in range(HELP_RUNS))
    if options.baseline:
        seconds[STOCK] = _baseline(files, folder / "baseline")
    return seconds, peak


def _reindex(files: Path, index: Path, *flags: str) -> dict[str, object]:
    command = [sys.executable, "-m", "searchsvc", "reindex", str(files), "--index", str(index)]
    done = subprocess.run(
        [*command, "--json", *flags],
        env=os.environ | SETTINGS,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    report: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return report


def _change(files: Path, count: int, chance: random.Random, edit: Callable[[str], str]) -> None:
    """Edit so many files, wherever in the corpus; those that the edit leaves alone do not count."""
    paths = sorted(files.rglob("*.md"))
    chance.shuffle(paths)
    changed = 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if (edited := edit(text)) != text:
            path.write_text(edited, encoding="utf-8")
            changed += 1
        if changed == count:
            return
    raise SystemExit(f"only {changed} files can be changed so, {count} are needed")


def _warmer(text: str) -> str:
    return _HEAT.sub(lambda found: f"heat: {int(found[1]) + 7}", text, count=1)


def _help() -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "searchsvc", "--help"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _baseline(files: Path, folder: Path) -> float:
    folder.mkdir()
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", BASELINE, str(files), str(folder)], check=True)
    return time.perf_counter() - started


def _bars(seconds: dict[str, float]) -> list[Bar]:
    full = seconds[FULL]
    found = [
        Bar(f"{FEW}, against a full build", seconds[FEW], full, 0.15),
        Bar(f"{HEAT}, against a full build", seconds[HEAT], full, 0.20),
        Bar("searchsvc --help, against 0.15 s", seconds[HELP], 0.15, 1),
    ]
    if stock := seconds.get(STOCK):
        found.append(Bar("full build, against stock Whoosh", full, stock, 1 / 8))
    return found


def _report(options: argparse.Namespace, seconds: dict[str, float], peak: float) -> str:
    rows = [(name, tables.figure(value)) for name, value in seconds.items()]
    return (
        f"# reindex of {options.articles:,} files\n\n{tables.machine()}. Median of "
        f"{options.runs} runs (the baseline: one), the whole command; peak {peak:,.0f} MB.\n\n"
        + tables.table(("step", "seconds"), rows)
    )


def _options() -> argparse.Namespace:
    parser = command("reindex", __doc__, ARTICLES, BARS)
    add = parser.add_argument
    add("--runs", type=int, default=3)
    add("--no-baseline", dest="baseline", action="store_false", help="leave out stock Whoosh")
    add("--scratch", type=Path, help="where to write corpus and index for the time of the run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
