"""What one worker counts."""

from __future__ import annotations

import logging
import os
import threading
from bisect import bisect_left
from pathlib import Path

from searchsvc.metrics import cells
from searchsvc.metrics.cells import Row
from searchsvc.metrics.declarations import BUCKETS, Event, Level
from searchsvc.metrics.layout import Layout

_SUM = len(BUCKETS) + 1
_LOG = logging.getLogger(__name__)


class Tally:
    """Shared by the threads of a worker.

    It begins with the first count, in the process that counts: a server may load the application
    before it forks its workers. Without a folder, or with one that cannot be used, it tells of
    this process alone.
    """

    def __init__(self, layout: Layout, folder: Path | None = None) -> None:
        self.layout = layout
        self._folder = folder
        self._lock = threading.Lock()
        self._cells: memoryview[float] | None = None

    def open(self) -> memoryview[float]:
        """Begins, unless it has."""
        with self._lock:
            if self._cells is None:
                found = self._claimed()
                for level in Level:
                    found[level] = 0.0
                found[Level.PROCESS] = os.getpid()
                found[self.layout.event(Event.WORKER_START)] += 1
                self._cells = found
            return self._cells

    def request(self, route: str, status: int, seconds: float) -> None:
        """One that was answered."""
        place = self.layout.timed(route, status)
        found = self._cells or self.open()
        with self._lock:
            found[place + bisect_left(BUCKETS, seconds)] += 1
            found[place + _SUM] += seconds

    def count(self, *events: Event) -> None:
        found = self._cells or self.open()
        with self._lock:
            for event in events:
                found[self.layout.event(event)] += 1

    def set(self, level: Level, value: float) -> None:
        found = self._cells or self.open()
        found[level] = value

    def rows(self) -> list[Row]:
        """The cells of all workers."""
        own = self.open()
        if self._folder is None:
            return [Row(list(own), is_live=True)]
        return list(cells.read(self._folder, self.layout))

    def _claimed(self) -> memoryview[float]:
        if self._folder is not None:
            try:
                return cells.claim(self._folder, self.layout)
            except OSError as error:
                _LOG.warning("%s: metrics are of one worker alone: %s", self._folder, error)
                self._folder = None
        return cells.private(self.layout)
