"""Ready responses, kept in memory up to a number of bytes; the engine itself always computes."""

from __future__ import annotations

import threading

from cachetools import LRUCache

ENTRY_OVERHEAD = 300
"""Bytes that an entry costs besides its body: key, dict and list nodes."""


class ResponseCache:
    """Drops the least recently used body first. Keys name the generation, so none expires."""

    def __init__(self, megabytes: int) -> None:
        self._bodies: LRUCache[str, bytes] = LRUCache(
            megabytes * 1_000_000, getsizeof=lambda body: len(body) + ENTRY_OVERHEAD
        )
        self._lock = threading.Lock()

    @property
    def is_on(self) -> bool:
        return self._bodies.maxsize > 0

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._bodies.get(key)

    def put(self, key: str, body: bytes) -> None:
        """Keep a body, unless it alone is larger than the cache."""
        with self._lock:
            if len(body) + ENTRY_OVERHEAD <= self._bodies.maxsize:
                self._bodies[key] = body
