"""What counting a request and logging it cost: the hook that runs once an answer is complete.

    python -m benchmarks.observing

One request after the other in one process, whose standard output goes to a file. `--clock cpu`
counts the thread that writes the log, too.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from flask import Flask, Response

from benchmarks import tables
from benchmarks.bars import Bar
from benchmarks.options import BARS, CLOCK, command
from benchmarks.report import publish
from searchsvc.metrics import Event
from searchsvc.requestlog import SearchOutcome, stdout_writer
from searchsvc.settings import Settings
from searchsvc.web import create_app, observing

REQUESTS = 20_000
RUNS = 5
LIMIT_US = 20.0
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
VARIANTS = {
    "counted": {"access_log": False},
    "counted and logged": {},
    "counted and logged, with texts": {"log_queries": True},
}


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory(prefix="observing-") as scratch:
        folder = Path(scratch)
        settings = replace(Settings(), index=folder / "index", metrics_dir=folder / "metrics")
        found = {}
        with _stdout_to(folder / "access.log"):
            for name, changes in VARIANTS.items():
                app = create_app(replace(settings, **changes))
                found[name] = median(_run(app, options.clock) for _ in range(RUNS))
    judged = [Bar(f"{name}, microseconds", taken, LIMIT_US, 1) for name, taken in found.items()]
    publish(options, "observing", _report(options, found), judged)


def _run(app: Flask, clock: str) -> float:
    """Microseconds a request."""
    now = CLOCKS[clock]
    (hook,) = (
        hook for hook in app.after_request_funcs[None] if hook.__module__ == observing.__name__
    )
    outcome = SearchOutcome("nvidia geforce shortage", 40, corrected=True, corrected_to="geforce")
    with app.test_request_context("/search?q=nvidia+gforce+shortage"):
        from flask import request

        response = Response(b"x" * 5000, mimetype="application/json")
        started = now()
        for _ in range(REQUESTS):
            observing.begin(request.environ)
            observing.note(outcome, Event.CACHE_MISS)
            hook(response)
        taken = now() - started
        stdout_writer().flush()
        if clock == "cpu":
            taken = now() - started
    return taken / REQUESTS * 1e6


@contextmanager
def _stdout_to(path: Path) -> Iterator[None]:
    kept = os.dup(1)
    with path.open("wb") as stream:
        os.dup2(stream.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _report(options: argparse.Namespace, found: dict[str, float]) -> str:
    rows = [(name, tables.figure(taken)) for name, taken in found.items()]
    return (
        f"# A request, counted and logged\n\nPython {platform.python_version()}, "
        f"{os.cpu_count()} cores. {tables.CLOCKS[options.clock].capitalize()}, microseconds a "
        f"request; the median of {RUNS} runs of {REQUESTS:,}.\n\n"
        + tables.table(("", "microseconds"), rows)
    )


def _options() -> argparse.Namespace:
    return command("observing", __doc__, CLOCK, BARS).parse_args()


if __name__ == "__main__":
    main()
