"""How the main process learns that a worker does nothing any more, and ends it.

Workers send beats. Whoever stays silent is ended, and granian starts another in its place.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

BEAT_SECONDS = 0.5
"""How often a worker beats."""
SILENT_SECONDS = 20.0
"""A worker that has not beaten for so long is stuck."""
TELL_SECONDS = 1.0
"""What a stuck worker has to write down where it is stuck."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """Sent by a worker. `started_after` is in its first one that serves: seconds it took."""

    process: int
    started_after: float | None = None


class Heart:
    """A worker's end of the line. It travels to the worker's process and beats there."""

    def __init__(self, sender: Connection) -> None:
        self._sender = sender

    def beat(self, started_after: float | None = None) -> None:
        """Never waits: a beat that finds the line full is left out."""
        os.set_blocking(self._sender.fileno(), False)
        with suppress(OSError):
            self._sender.send(Beat(os.getpid(), started_after))


class Watchdog:
    """The main process's end. `on_start` is told of each worker that serves, and what that took."""

    def __init__(self, on_start: Callable[[float], None]) -> None:
        self._receiver, sender = multiprocessing.Pipe(duplex=False)
        self.heart = Heart(sender)
        self._on_start = on_start
        self._beats: dict[int, float] = {}

    def watch(self) -> None:
        """Look after the workers for as long as the process lives."""
        looked = time.monotonic()
        while True:
            self._receive()
            now = time.monotonic()
            if now - looked > SILENT_SECONDS / 2:
                # This process was suspended itself, most likely together with its workers.
                self._beats = dict.fromkeys(self._beats, now)
            looked = now
            for process in [at for at, last in self._beats.items() if now - last > SILENT_SECONDS]:
                del self._beats[process]
                _end(process)

    def _receive(self) -> None:
        """All that has been sent, or what comes within a beat's time."""
        patience = BEAT_SECONDS
        while self._receiver.poll(patience):
            beat: Beat = self._receiver.recv()
            self._beats[beat.process] = time.monotonic()
            if beat.started_after is not None:
                self._on_start(beat.started_after)
            patience = 0


def _end(process: int) -> None:
    """End this worker, unless it has ended already: then its number may be another's."""
    worker = next(
        (child for child in multiprocessing.active_children() if child.pid == process), None
    )
    if worker is None:
        return
    _LOG.error("worker %d has been stuck for %g seconds: it is ended", process, SILENT_SECONDS)
    _signal(worker, signal.SIGABRT)
    worker.join(TELL_SECONDS)
    if worker.is_alive():
        worker.kill()


def _signal(worker: BaseProcess, number: signal.Signals) -> None:
    assert worker.pid is not None
    with suppress(ProcessLookupError):
        os.kill(worker.pid, number)
