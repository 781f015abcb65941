"""Ready responses, kept in memory up to a number of bytes; the engine itself always computes."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from cachetools import LRUCache

from searchsvc.requestlog import SearchOutcome

ENTRY_OVERHEAD = 500
"""Bytes that an entry costs besides its body: key, dict and list nodes, what is known of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """What is answered, and for a search what it came to.

    One that is not whole, as it was cut short, must not be kept.
    """

    content: bytes
    is_whole: bool = True
    outcome: SearchOutcome | None = None

    def __len__(self) -> int:
        """What it takes of the cache."""
        texts = (self.outcome.query, self.outcome.corrected_to) if self.outcome else ()
        return len(self.content) + sum(4 * len(text or "") for text in texts)


class ResponseCache:
    """Drops the least recently used body first. Keys name the generation, so none expires."""

    def __init__(self, megabytes: int) -> None:
        self._bodies: LRUCache[str, Body] = LRUCache(
            megabytes * 1_000_000, getsizeof=lambda body: len(body) + ENTRY_OVERHEAD
        )
        self._lock = threading.Lock()

    @property
    def is_on(self) -> bool:
        return self._bodies.maxsize > 0

    def get(self, key: str) -> Body | None:
        with self._lock:
            return self._bodies.get(key)

    def put(self, key: str, body: Body) -> None:
        """Keep a body, unless it alone is larger than the cache."""
        with self._lock:
            if len(body) + ENTRY_OVERHEAD <= self._bodies.maxsize:
                self._bodies[key] = body
