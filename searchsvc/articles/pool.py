"""Walking and reading a corpus, by several processes where there are many files.

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
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchsvc.articles import frames, listing
from searchsvc.articles.listing import CorpusFile, Listing
from searchsvc.errors import SearchsvcError

if TYPE_CHECKING:
    from searchsvc.articles.corpus import Reading

FEW_FILES = 1_500
"""Up to so many, one process has read before two have started."""
MANY_FILES = 5_000
"""From so many, a process has walked them before another one has loaded what it needs to index."""
BATCH = 256
"""Files sent at a time, about a tenth of a second's work: what waits between two is nothing."""
AHEAD = 3
"""Batches a worker has before it is asked for the first of them."""


class ReaderFailed(SearchsvcError):
    """The corpus, or a process that was to read it, cannot be relied on."""


class Readers:
    """The processes that walk and read one corpus, `processes` at most; to be used in a `with`.

    None is started where this process has done it before they could begin. Whatever is asked of
    them raises ReaderFailed when one of them dies.
    """

    def __init__(self, root: Path, processes: int) -> None:
        self._root = root
        self._processes = processes
        self._readers: list[_Reader] = []
        self._walk: Future[Listing] | None = None

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *error: object) -> None:
        for reader in self._readers:
            reader.close()

    def begin_to_walk(self, expected: int) -> None:
        """Have the corpus walked aside if about so many files are `expected`."""
        if self._processes > 1 and expected >= MANY_FILES:
            self._readers.append(_Reader(self._root, walks=True))
            self._walk = self._readers[0].listing()

    def are_walking(self) -> bool:
        """Whether `walk` would wait for another process."""
        return self._walk is not None and not self._walk.done()

    def walk(self) -> Listing:
        """The files of the corpus. Raises ReaderFailed also if its folder cannot be read."""
        try:
            return self._walk.result() if self._walk else listing.walk(self._root)
        except OSError as error:
            reason = f"the corpus {self._root} cannot be read: {error.strerror}"
            raise ReaderFailed(reason) from None

    def read(self, files: Sequence[CorpusFile]) -> Iterator[Reading]:
        """Reads all files, in the order given; whatever is wrong with one is in its reading.

        Other processes begin at once, this one when the first reading is asked for.
        """
        if len(files) <= FEW_FILES or self._processes < 2:
            return self._read_here(files)
        while len(self._readers) < self._processes:
            self._readers.append(_Reader(self._root))
        batches = (files[start : start + BATCH] for start in range(0, len(files), BATCH))
        turns = zip(batches, cycle(self._readers))
        first = islice(turns, AHEAD * len(self._readers))
        return _in_turn(deque(reader.submit(batch) for batch, reader in first), turns)

    def _read_here(self, files: Sequence[CorpusFile]) -> Iterator[Reading]:
        from searchsvc.articles import corpus

        return (corpus.read(self._root, file) for file in files)


def _in_turn(
    waiting: deque[Future[list[Reading]]],
    turns: Iterator[tuple[Sequence[CorpusFile], _Reader]],
) -> Iterator[Reading]:
    """Takes batches back in the order in which they are dealt out."""
    while waiting:
        readings = waiting.popleft().result()
        waiting.extend(reader.submit(batch) for batch, reader in islice(turns, 1))
        yield from readings


class _Reader:
    """One worker process, and the thread that talks with it.

    The thread sends a batch only when it has the answer to the one before: were both ends of a
    full pipe to write, both would wait for ever.
    """

    def __init__(self, root: Path, *, walks: bool = False) -> None:
        self._root = str(root.absolute())
        self._thread = ThreadPoolExecutor(1, "reader")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", "searchsvc.articles.worker", str(os.getpid())),
                *([self._root] if walks else []),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)},
            process_group=0,  # Ctrl-C is for this process alone; its end is theirs
        )

    def listing(self) -> Future[Listing]:
        """Of one that walks: what it has found."""
        return self._thread.submit(lambda: frames.listing_of(self._receive()))

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
        assert self._process.stdin is not None
        with suppress(OSError):  # what it died of is told below
            rows = [frames.row_of_file(file) for file in files]
            frames.send(self._process.stdin, [self._root, rows])
        answers = zip(files, self._receive(), strict=True)
        return [frames.reading_of(file, row) for file, row in answers]

    def _receive(self) -> Any:
        assert self._process.stdout is not None
        with suppress(EOFError, OSError):
            message = frames.receive(self._process.stdout)
            if message is not None:
                return message
        raise self._failure()

    def _failure(self) -> ReaderFailed:
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return ReaderFailed(f"a process that read the corpus ended early ({how})")
