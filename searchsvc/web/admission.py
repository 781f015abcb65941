"""Who is admitted: one request at a time, while so many wait; the others are told at once.

A worker's threads do nothing but wait in it: more than one at work would only pass the
interpreter's lock to and fro. Whether the process answers is told beside it.
"""

from __future__ import annotations

import threading

from searchsvc.errors import SearchsvcError

WAIT_SECONDS = 5.0
"""A request that has waited for so long is not worked on any more: its reader has gone."""


class Overloaded(SearchsvcError):
    """More wait than may; asked again later, the service answers."""


class Admission:
    """A gate, used as a context. Raises Overloaded on the way in.

    `limit` is how many may wait, 0 any number.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._gate = threading.Lock()
        self._counting = threading.Lock()
        self._waiting = 0
        self._is_closed = False

    def close(self) -> None:
        """Lets nobody in any more: those who wait are told, one after the other."""
        self._is_closed = True

    def __enter__(self) -> None:
        if not self._gate.acquire(blocking=False):
            self._wait()
        if self._is_closed:
            self._gate.release()
            raise Overloaded("the service is stopping; ask again")

    def __exit__(self, *error: object) -> None:
        self._gate.release()

    def _wait(self) -> None:
        with self._counting:
            if self._limit and self._waiting >= self._limit:
                raise Overloaded(f"{self._waiting} requests wait already; ask again in a moment")
            self._waiting += 1
        try:
            if not self._gate.acquire(timeout=WAIT_SECONDS):
                raise Overloaded(f"not answered within {WAIT_SECONDS:g} seconds; ask again later")
        finally:
            with self._counting:
                self._waiting -= 1
