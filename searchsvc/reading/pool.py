"""Reading the files of a corpus, by several processes where there are many.

Parsing YAML is most of what a full reindex costs, and Python's threads would take turns at it.
Workers are started afresh rather than forked, so they inherit neither the writer's lock nor any
open file, and by name rather than by `multiprocessing`, which would run the caller's own script
again.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from searchsvc import corpus
from searchsvc.corpus import CorpusFile, Reading
from searchsvc.errors import SearchsvcError
from searchsvc.reading import frames

FEW_FILES = 800
"""Up to so many, one process is done before two have started."""
BATCH = 256
"""Files sent at a time, about a tenth of a second's work: what waits between two is nothing."""
AHEAD = 3
"""Batches a worker has before it is asked for the first of them."""


class ReaderFailed(SearchsvcError):
    """A reader process ended before its work was done."""


def read_all(root: Path, files: Sequence[CorpusFile], processes: int = 2) -> Iterator[Reading]:
    """Reads all files, in the order given; whatever is wrong with one is in its reading.

    Raises ReaderFailed when a worker dies, whose work is then lost.
    """
    if processes < 2 or len(files) <= FEW_FILES:
        for file in files:
            yield corpus.read(root, file)
        return
    readers = [_Reader(root) for _ in range(processes)]
    try:
        yield from _read_in_turn(readers, files)
    finally:
        for reader in readers:
            reader.close()


def _read_in_turn(readers: Sequence[_Reader], files: Sequence[CorpusFile]) -> Iterator[Reading]:
    """Deals batches out in turn, and takes them back in the same order."""
    waiting: deque[Future[list[Reading]]] = deque()
    for number, start in enumerate(range(0, len(files), BATCH)):
        if len(waiting) == AHEAD * len(readers):
            yield from waiting.popleft().result()
        reader = readers[number % len(readers)]
        waiting.append(reader.submit(files[start : start + BATCH]))
    while waiting:
        yield from waiting.popleft().result()


class _Reader:
    """One worker process, and the thread that talks with it.

    The thread sends a batch only when it has the answer to the one before: were both ends of a
    full pipe to write, both would wait for ever.
    """

    def __init__(self, root: Path) -> None:
        self._thread = ThreadPoolExecutor(1, "reader")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "searchsvc.reading.worker", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
            process_group=0,  # Ctrl-C is for this process alone; its end is theirs
        )
        self._root = str(root.absolute())

    def submit(self, files: Sequence[CorpusFile]) -> Future[list[Reading]]:
        return self._thread.submit(self._read, files)

    def close(self) -> None:
        """Ends the process, whatever it is at."""
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            with suppress(OSError):
                stream.close()
        self._process.wait()

    def _read(self, files: Sequence[CorpusFile]) -> list[Reading]:
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            frames.send(process.stdin, [self._root, [frames.row_of_file(file) for file in files]])
            rows = frames.receive(process.stdout)
        except (EOFError, OSError):
            rows = None
        if rows is None:
            raise self._failure()
        return [frames.reading_of(file, row) for file, row in zip(files, rows, strict=True)]

    def _failure(self) -> ReaderFailed:
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return ReaderFailed(f"a process that read the corpus ended early ({how})")
