"""Who is admitted: one request at a time, while so many wait; the others are told at once.

A worker's threads do nothing but wait in it: more than one at work would only pass the
interpreter's lock to and fro. Where requests wait for a cluster, several are at work. Whether the
process answers is told beside it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from searchsvc.errors import SearchsvcError
from searchsvc.metrics import Event

WAIT_SECONDS = 5.0
"""A request that has waited for so long is not worked on any more: its reader has gone."""


AT_WORK_ON_A_CLUSTER = 8
"""Requests of a worker that wait for the cluster together."""


class Overloaded(SearchsvcError):
    """More wait than may; asked again later, the service answers. `event` is how it is counted."""

    def __init__(self, message: str, event: Event) -> None:
        super().__init__(message)
        self.event = event


class Admission:
    """A gate, used as a context. Raises Overloaded on the way in.

    `limit` is how many may wait, 0 any number; `at_work` how many are let in at a time. `tell` is
    called with how many wait, as that changes.
    """

    def __init__(
        self,
        limit: int,
        tell: Callable[[int], None] = lambda waiting: None,
        at_work: int = 1,
    ) -> None:
        self._limit = limit
        self._tell = tell
        self._gate = threading.Lock() if at_work == 1 else threading.BoundedSemaphore(at_work)
        self._counting = threading.Lock()
        self._waiting = 0
        self._is_closed = False
        self._began: dict[int, float] = {}

    def seconds_at_work(self) -> float:
        """For how long the request that is at work longest has been."""
        began = min(self._began.copy().values(), default=None)
        return 0.0 if began is None else time.monotonic() - began

    def close(self) -> None:
        """Lets nobody in any more: those who wait are told, one after the other."""
        self._is_closed = True

    def __enter__(self) -> None:
        if not self._gate.acquire(blocking=False):
            self._wait()
        if self._is_closed:
            self._gate.release()
            raise Overloaded("the service is stopping; ask again", Event.STOPPING)
        self._began[threading.get_ident()] = time.monotonic()

    def __exit__(self, *error: object) -> None:
        self._began.pop(threading.get_ident(), None)
        self._gate.release()

    def _wait(self) -> None:
        with self._counting:
            if self._limit and self._waiting >= self._limit:
                message = f"{self._waiting} requests wait already; ask again in a moment"
                raise Overloaded(message, Event.QUEUE_FULL)
            self._waiting += 1
            self._tell(self._waiting)
        try:
            if not self._gate.acquire(timeout=WAIT_SECONDS):
                message = f"not answered within {WAIT_SECONDS:g} seconds; ask again later"
                raise Overloaded(message, Event.WAITED_TOO_LONG)
        finally:
            with self._counting:
                self._waiting -= 1
                self._tell(self._waiting)
