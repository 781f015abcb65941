"""Requests a second over HTTP: searchsvc against Flask apps over stock Whoosh and SQLite FTS5.

    python -m benchmarks.http --queries queries.tsv.gz --work FOLDER

FOLDER is the --work of a race with the peers ours, whoosh and fts5: their indexes are served. With
`--apps ours,opensearch` the service over a cluster is a peer: SEARCHSVC_OPENSEARCH_URL and
SEARCHSVC_OPENSEARCH_INDEX name what `benchmarks.engines` has loaded. Needs `wrk`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.parse import quote_plus

from benchmarks import plots, tables
from benchmarks.bars import Bar
from benchmarks.options import BARS, QUERIES, SERVICE, command
from benchmarks.report import publish
from benchmarks.servers import OWN, Load, Server, served, wrk
from benchmarks.workload import PLAIN_WORD, SEED, real_texts

WORKERS = (1, 2)
GUNICORN = ("gunicorn sync", "gunicorn gthread")
SERVERS = ("granian", *GUNICORN)
LABELS = {
    "ours": "searchsvc",
    "whoosh": "Flask + stock Whoosh",
    "fts5": "Flask + SQLite FTS5",
    "opensearch": "searchsvc on OpenSearch",
}
USUAL = ("ours", "whoosh", "fts5")
Loads = dict[Server, list[Load]]


def main() -> None:
    options = _options()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is not installed; on Debian or Ubuntu: apt-get install wrk")
    servers = [
        Server(app, kind, workers)
        for workers in WORKERS
        for app in options.apps
        for kind in (("granian",) if app in OWN else SERVERS)
    ]
    with tempfile.TemporaryDirectory(prefix="http-") as folder:
        queries = Path(folder) / "queries.txt"
        count = write_queries(options.queries, queries)
        loads = measure(servers, queries, options)
    judged = list(_bars(loads))
    values = {_label(server): _speed(loads[server]) for server in servers}
    plots.bars(values, "requests a second", "HTTP, all highlighted", options.out / "http.svg")
    publish(options, "http", _report(loads, count, options), judged)


def write_queries(source: Path, target: Path) -> int:
    """The real queries that are plain words and match something, encoded for a URL."""
    texts = dict.fromkeys(real_texts(source))
    plain = [text for text in texts if all(map(PLAIN_WORD.fullmatch, text.split()))]
    target.write_text("".join(f"{quote_plus(text)}\n" for text in plain))
    return len(plain)


def measure(servers: Sequence[Server], queries: Path, options: argparse.Namespace) -> Loads:
    """In each run every server is started, warmed up, put under load and stopped.

    The load does not begin with what has just been asked: an engine may remember that.
    """
    loads: Loads = {server: [] for server in servers}
    for run in range(options.runs):
        for server in servers if run % 2 == 0 else reversed(servers):
            with served(server, options.work, options.port) as service:
                wrk(service, queries, options.warm_up, SEED + 100)
                loads[server].append(wrk(service, queries, options.seconds, SEED))
            found = loads[server][-1]
            print(f"run {run + 1}: {_label(server)}: {found.speed:,.0f}/s", flush=True)
    return loads


def _speed(loads: Sequence[Load]) -> float:
    return median(load.speed for load in loads)


def _bars(loads: Loads) -> list[Bar]:
    """Against the better of gunicorn's workers, and against the same server as ours."""
    found = []
    for workers in WORKERS:
        if (ours := Server("ours", "granian", workers)) not in loads:
            continue
        for app, kinds, limit in (
            ("whoosh", SERVERS, 10.0),
            ("fts5", GUNICORN, 3.0),
            ("fts5", ("granian",), 1.5),
        ):
            rivals = [Server(app, kind, workers) for kind in kinds]
            speeds = {_speed(loads[rival]): rival for rival in rivals if rival in loads}
            if speeds:
                best = max(speeds)
                what = f"requests/s, against {_label(speeds[best])}"
                found.append(Bar(what, _speed(loads[ours]), best, limit, at_least=True))
    return found


def _report(loads: Loads, count: int, options: argparse.Namespace) -> str:
    rows = [
        (
            _label(server),
            f"{_speed(found):,.0f}",
            tables.figure(median(load.p50 for load in found)),
            tables.figure(median(load.p99 for load in found)),
            tables.figure(median(load.cpu_ms for load in found)),
            sum(load.errors for load in found),
            tables.figure(median(load.bytes / load.requests for load in found)),
        )
        for server, found in loads.items()
    ]
    head = (
        "service",
        "requests/s",
        "p50 ms",
        "p99 ms",
        "CPU ms a request",
        "errors",
        "bytes a response",
    )
    return (
        f"# HTTP\n\n{tables.machine()}. Median of {options.runs} runs of {options.seconds} s, "
        f"{count:,} different real queries, ten results as JSON, all with totals and highlights; "
        "no answer cache. The load comes from the same machine.\n\n" + tables.table(head, rows)
    )


def _label(server: Server) -> str:
    return f"{LABELS[server.app]}, {server.kind}, {server.workers} w."


def _options() -> argparse.Namespace:
    parser = command("http", __doc__, QUERIES, SERVICE, BARS)
    add = parser.add_argument
    add("--apps", type=lambda text: text.split(","), default=list(USUAL), metavar="A,B")
    add("--runs", type=int, default=3)
    add("--seconds", type=int, default=8, help="of load, for each server in each run")
    add("--warm-up", type=int, default=3, help="seconds of load before that")
    return parser.parse_args()


if __name__ == "__main__":
    main()
