"""Lines written beside the requests: whoever logs never waits for whoever reads the log."""

from __future__ import annotations

import atexit
import os
import select
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache

PIPE_BYTES = 4096
"""What is written at once at most: other processes' lines never come in between (PIPE_BUF)."""
MAX_BYTES = 4_000_000
"""Lines that wait to be written; more are dropped, should nobody read."""
DELAY_SECONDS = 0.1
"""For how long lines are gathered."""
EXIT_SECONDS = 1.0
"""For how long the end of a process waits for whoever reads."""


class LineWriter:
    """Writes whole lines to a file descriptor, by a thread that is there once it is needed."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._begin()

    def _begin(self) -> None:
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._lines: list[bytes] = []
        self._bytes = 0
        self._lost = 0
        self._is_wanted = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, line: bytes) -> bool:
        """Whether the line is taken; it is dropped where too many wait."""
        with self._lock:
            if self._bytes + len(line) > MAX_BYTES:
                return False
            self._lines.append(line)
            self._bytes += len(line)
            is_first = len(self._lines) == 1
        if is_first:
            self._wake()
        return True

    def take_lost(self) -> int:
        """How many lines that were taken could not be written, since this was last asked."""
        with self._lock:
            lost, self._lost = self._lost, 0
        return lost

    def flush(self, seconds: float = EXIT_SECONDS) -> None:
        """Writes what waits, if somebody takes it within so long."""
        deadline = time.monotonic() + seconds
        if self._writing.acquire(timeout=seconds):
            try:
                self._write(deadline)
            finally:
                self._writing.release()

    def after_fork(self) -> None:
        """In a child process: what waits is the parent's to write."""
        self._begin()

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True)
            with suppress(RuntimeError):  # no thread can be started: the next line tries again
                self._thread.start()
        self._is_wanted.set()

    def _run(self) -> None:
        while True:
            self._is_wanted.wait()
            self._is_wanted.clear()
            time.sleep(DELAY_SECONDS)
            with self._writing:
                self._write(None)

    def _write(self, deadline: float | None) -> None:
        with self._lock:
            lines, self._lines, self._bytes = self._lines, [], 0
        for chunk in _chunks(lines):
            while chunk:
                if deadline is not None and not self._is_writable(deadline):
                    return
                try:
                    chunk = chunk[os.write(self._handle, chunk) :]
                except BlockingIOError:
                    time.sleep(DELAY_SECONDS)
                except OSError:  # full, closed, or nobody reads any more
                    with self._lock:
                        self._lost += chunk.count(b"\n")
                    break

    def _is_writable(self, deadline: float) -> bool:
        try:
            left = max(deadline - time.monotonic(), 0)
            return bool(select.select([], [self._handle], [], left)[1])
        except (OSError, ValueError):
            return False


def _chunks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines together, as many as may be written at once; a longer one alone."""
    found = b""
    for line in lines:
        if found and len(found) + len(line) > PIPE_BYTES:
            yield found
            found = b""
        found += line
    if found:
        yield found


@cache
def stdout_writer() -> LineWriter:
    """The one of this process, which writes what is left when the process ends."""
    writer = LineWriter(1)
    atexit.register(writer.flush)
    os.register_at_fork(after_in_child=writer.after_fork)
    return writer
