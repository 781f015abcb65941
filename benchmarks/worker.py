"""Each engine in a process of its own, so that memory is its own and no one's heap slows others.

Only one of the processes works at a time.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal, TypeVar

from benchmarks import articles as corpus
from benchmarks.peers import peer
from benchmarks.workload import Query

AT_LEAST = 10
"""Queries of a class that even the slowest engine answers in every run."""
_SPAWN = multiprocessing.get_context("spawn")
_PROBE = Query("all", ("president",))

T = TypeVar("T")
Clock = Literal["wall", "cpu"]
"""What times are taken with. On a machine that others use too, `cpu` does not count waiting."""
CLOCKS: dict[Clock, Callable[[], float]] = {
    "wall": time.perf_counter,
    "cpu": time.process_time,
}


@dataclass(frozen=True, slots=True)
class Built:
    """`peak_mb` of the whole process, of which `before_mb` were in use when indexing began.

    `seconds` by the clock on the wall, `cpu_seconds` of all its threads and children together.
    """

    articles: int
    seconds: float
    cpu_seconds: float
    index_mb: float
    before_mb: float
    peak_mb: float

    def speed(self, clock: Clock) -> float:
        """Articles a second."""
        return self.articles / (self.seconds if clock == "wall" else self.cpu_seconds)


@dataclass(frozen=True, slots=True)
class Opened:
    """Milliseconds to open the index, and from there to the first answer.

    An engine's code is loaded before, in `load_ms`. Of `open_ms`, `verify_ms` go to the checksums
    of `verified_mb`, if it has any.
    """

    load_ms: float
    open_ms: float
    first_ms: float
    verify_ms: float = 0.0
    verified_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over the queries of a class: as many as fitted into the time."""

    times_ms: list[float]
    totals: list[int]
    exact: bool


def build(name: str, headlines: Path, count: int, body_words: int, folder: Path) -> Built:
    """Index `count` articles into an empty folder."""
    return _once(Built, _build, name, headlines, count, body_words, folder)


def open_time(name: str, folder: Path, clock: Clock) -> Opened:
    return _once(Opened, _open_time, name, folder, clock)


class Worker:
    """An engine that is open and waits for queries."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(theirs, name, folder), daemon=True)
        self._process.start()
        theirs.close()

    def run(self, queries: Sequence[Query], highlight: bool, seconds: float, clock: Clock) -> Run:
        """As many of the queries, in their order, as fit into `seconds` on the wall."""
        return self._ask(Run, "run", (list(queries), highlight, seconds, clock))

    def private_mb(self) -> float:
        """Memory of its own: not the index's files, which are mapped and shared with others."""
        return self._ask(float, "private", ())

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join()

    def _ask(self, kind: type[T], what: str, arguments: tuple[Any, ...]) -> T:
        self._pipe.send((what, arguments))
        return _received(kind, self._pipe, self.name)


def _once(kind: type[T], function: Any, *arguments: Any) -> T:
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=_answer, args=(theirs, function, arguments))
    process.start()
    theirs.close()
    try:
        return _received(kind, ours, str(arguments[0]))
    finally:
        process.join()


def _received(kind: type[T], pipe: Connection, name: str) -> T:
    try:
        answer = pipe.recv()
    except EOFError:
        raise SystemExit(f"{name} failed; its error is above") from None
    assert isinstance(answer, kind)
    return answer


def _answer(pipe: Connection, function: Any, arguments: tuple[Any, ...]) -> None:
    pipe.send(function(*arguments))


def _build(name: str, headlines: Path, count: int, body_words: int, folder: Path) -> Built:
    engine = peer(name)
    articles = corpus.load(headlines, count, body_words)
    gc.collect()
    before = _resident_mb()
    started, cpu_before = time.perf_counter(), _cpu_seconds()
    engine.index(articles, folder)
    seconds, cpu = time.perf_counter() - started, _cpu_seconds() - cpu_before
    return Built(count, seconds, cpu, _size_mb(folder), before, _peak_mb())


def _open_time(name: str, folder: Path, clock: Clock) -> Opened:
    now = CLOCKS[clock]
    started = now()
    engine: Any = peer(name)
    if hasattr(engine, "load"):
        engine.load()
    loaded = now()
    verified_mb, verify_seconds = 0.0, 0.0
    if hasattr(engine, "verify"):
        engine.verify(folder)  # reads the files for the first time
        began = now()
        verified_mb = engine.verify(folder)
        verify_seconds = now() - began
    verified = now()
    opened = engine(folder)
    ready = now()
    opened.search(_PROBE)
    answered = now()
    return Opened(
        load_ms=(loaded - started) * 1e3,
        open_ms=(ready - verified) * 1e3,
        first_ms=(answered - ready) * 1e3,
        verify_ms=verify_seconds * 1e3,
        verified_mb=verified_mb,
    )


def _serve(pipe: Connection, name: str, folder: Path) -> None:
    engine = peer(name)(folder)
    while (asked := pipe.recv()) is not None:
        what, arguments = asked
        pipe.send(_private_mb() if what == "private" else _run(engine, *arguments))


def _run(engine: Any, queries: list[Query], highlight: bool, seconds: float, clock: Clock) -> Run:
    times, totals, exact = [], [], True
    gc.collect()
    now = CLOCKS[clock]
    end = time.perf_counter() + seconds
    for query in queries:
        started = now()
        answer = engine.search(query, highlight=highlight)
        times.append((now() - started) * 1e3)
        totals.append(answer.total)
        exact &= answer.exact
        if time.perf_counter() > end and len(times) >= AT_LEAST:
            break
    return Run(times, totals, exact)


def _size_mb(folder: Path) -> float:
    """Bytes on disk; a file with several names counts once."""
    found = {stat.st_ino: stat.st_size for path in folder.rglob("*") if (stat := path.stat())}
    return sum(found.values()) / 1e6


def _cpu_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def _peak_mb() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) * unit / 1e6


def _resident_mb() -> float:
    return _memory("/proc/self/status", "VmRSS:")


def _private_mb() -> float:
    return _memory("/proc/self/smaps_rollup", "Private_Dirty:")


def _memory(file: str, key: str) -> float:
    """The sum of a file's lines that begin so; 0 where there is no such file."""
    try:
        lines = Path(file).read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith(key)) * 1024 / 1e6
