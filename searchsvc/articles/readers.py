"""Walking and reading a corpus, by several processes where there are many files.

Parsing YAML is most of what a full reindex costs, and Python's threads would take turns at it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from searchsvc.articles import listing
from searchsvc.articles.listing import CorpusFile, Listing
from searchsvc.errors import SearchsvcError

if TYPE_CHECKING:
    from searchsvc.articles.corpus import FileReading
    from searchsvc.articles.interpretation import Conventions

FEW_FILES = 1_500
"""Up to so many, one process has read before two have started."""
MANY_FILES = 5_000
"""From so many, a process has walked them before another one has loaded what it needs to index."""
BATCH = 256
"""Files sent at a time."""
AHEAD = 3
"""Batches for each process that are asked for before the first of them is needed."""


class ReaderFailed(SearchsvcError):
    """The corpus, or a process that was to read it, cannot be relied on."""


class Readers:
    """The processes that walk and read one corpus, `processes` at most; to be used in a `with`.

    None is started where this process is quicker alone.
    Whatever is asked of them raises ReaderFailed when one of them dies.
    """

    def __init__(self, root: Path, processes: int, conventions: Conventions | None = None) -> None:
        self._root = root.absolute()
        self._conventions = conventions
        # A process of a multiprocessing pool may have no children.
        self._processes = 1 if multiprocessing.current_process().daemon else processes
        self._pool: ProcessPoolExecutor | None = None
        self._walk: Future[Listing] | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def begin_to_walk(self, expected: int) -> bool:
        """Has the corpus walked aside if about so many files are `expected`; whether it does."""
        if self._processes > 1 and expected >= MANY_FILES:
            self._walk = self._submit(listing.walk, self._root)
        return self._walk is not None

    def walk(self) -> Listing:
        """The files of the corpus. Raises ReaderFailed also if its folder cannot be read."""
        try:
            with _death_told():
                return self._walk.result() if self._walk else listing.walk(self._root)
        except OSError as error:
            reason = f"the corpus {self._root} cannot be read: {error.strerror}"
            raise ReaderFailed(reason) from None

    def read(self, files: Sequence[CorpusFile]) -> Iterator[FileReading]:
        """Reads all files, in the order given; whatever is wrong with one is in its reading.

        Other processes begin at once, this one when the first reading is asked for.
        """
        batches = (files[start : start + BATCH] for start in range(0, len(files), BATCH))
        if len(files) <= FEW_FILES or self._processes < 2:
            return (one for batch in batches for one in _read(self._root, self._conventions, batch))
        read = partial(_read, self._root, self._conventions)
        futures = (self._submit(read, batch) for batch in batches)
        return _in_turn(deque(islice(futures, AHEAD * self._processes)), futures)

    def _submit(self, function: Callable[..., Any], *arguments: object) -> Future[Any]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes, multiprocessing.get_context("spawn"), _follow_parent
            )
        with _death_told(), _without_main(), _interrupts_held_back():
            return self._pool.submit(function, *arguments)


def _read(
    root: Path, conventions: Conventions | None, files: Sequence[CorpusFile]
) -> list[FileReading]:
    from searchsvc.articles import corpus  # takes as long as to walk thousands of files

    conventions = conventions or corpus.AS_USUAL
    return [corpus.read(root, file, conventions) for file in files]


def _in_turn(
    waiting: deque[Future[list[FileReading]]], others: Iterator[Future[list[FileReading]]]
) -> Iterator[FileReading]:
    """Takes batches back in the order in which they are dealt out."""
    while waiting:
        with _death_told():
            readings = waiting.popleft().result()
        waiting.extend(islice(others, 1))
        yield from readings


@contextmanager
def _death_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise ReaderFailed("a process that read the corpus ended early") from None


@contextmanager
def _without_main() -> Iterator[None]:
    """Starts processes that do not run the caller's script again, guarded or not.

    `multiprocessing` looks in `__main__` for what to run first.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Starts processes that Ctrl-C does not reach: they inherit what is blocked."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _follow_parent() -> None:
    """Ends this process when the one that started it ends, however it ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
