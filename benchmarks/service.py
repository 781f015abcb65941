"""The whole way of the data, timed: full build, unchanged run, changed run, real queries.

    python benchmarks/service.py CORPUS QUERIES.tsv.gz [--changed 500] [--queries 1000]

CORPUS is a folder of articles (it is copied, the copy is changed); QUERIES holds lines of source,
query and hits, as many as you like. Prints a Markdown table. Every run of the indexer is a process
of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from searchsvc import SearchRequest, open_engine
from searchsvc.settings import Settings


def reindex(corpus: Path, index: Path) -> tuple[dict[str, object], float, float]:
    """The report, seconds and peak memory in MB of one run."""
    command = [sys.executable, "-m", "searchsvc", "reindex", str(corpus), "--index", str(index)]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        raise SystemExit(f"reindex failed: {output}")
    return json.loads(output.splitlines()[-1]), seconds, usage.ru_maxrss / 1024


def change(corpus: Path, count: int) -> None:
    """Give `count` articles another word in their title."""
    files = sorted(corpus.rglob("*.md"))
    for path in random.Random(1).sample(files, count):
        text = path.read_text("utf-8")
        path.write_text(text.replace('title: "', 'title: "Updated ', 1), "utf-8")


def real_queries(path: Path, count: int) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        found = [row[1] for row in rows if int(row[2]) > 0 and len(row[1].split()) <= 32]
    return random.Random(1).sample(found, count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--changed", type=int, default=500)
    parser.add_argument("--count", type=int, default=1000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        corpus, index = Path(temporary, "corpus"), Path(temporary, "index")
        shutil.copytree(args.corpus, corpus)
        rows = [("full build", *reindex(corpus, index))]
        rows.append(("nothing changed", *reindex(corpus, index)))
        change(corpus, args.changed)
        rows.append((f"{args.changed} changed", *reindex(corpus, index)))
        print("| reindex | articles | s | articles/s | peak MB |\n|---|---|---|---|---|")
        for name, report, seconds, megabytes in rows:
            articles = int(str(report["articles"]))
            print(
                f"| {name} | {articles:,} | {seconds:.1f} | {articles / seconds:,.0f} "
                f"| {megabytes:,.0f} |"
            )
        live = index / "generations" / (index / "CURRENT").read_text().strip()
        size = sum(path.stat().st_size for path in live.iterdir())
        print(f"\nIndex {size / 1e6:,.0f} MB.\n")
        time_queries(index, real_queries(args.queries, args.count))


def time_queries(index: Path, queries: list[str]) -> None:
    engine = open_engine(Settings(index=index, time_budget_ms=60_000))
    started = time.perf_counter()
    engine.search(SearchRequest(queries[0]))
    print(f"Opened and first query answered in {time.perf_counter() - started:.2f} s.\n")
    print("| 1,000 real queries, ten articles each | p50 ms | p95 ms | p99 ms |\n|---|---|---|---|")
    for name, highlight in (("without highlights", False), ("with highlights", True)):
        taken = []
        for query in queries:
            request = SearchRequest(query, highlight=highlight)
            started = time.perf_counter()
            for hit in engine.search(request).hits:
                assert hit.title
            taken.append((time.perf_counter() - started) * 1000)
        cuts = statistics.quantiles(taken, n=100)
        print(f"| {name} | {cuts[49]:.2f} | {cuts[94]:.2f} | {cuts[98]:.2f} |")
    print(f"\nPeak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB.")


if __name__ == "__main__":
    main()
