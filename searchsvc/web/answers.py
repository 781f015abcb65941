"""Ready answers, kept in memory up to a number of bytes; the engine itself always computes."""

from __future__ import annotations

import threading

from cachetools import LRUCache

ENTRY_OVERHEAD = 300
"""Bytes that an entry costs besides its answer: key, dict and list nodes."""


class AnswerCache:
    """The least recently asked goes first. Keys name the generation, so nothing ever expires."""

    def __init__(self, megabytes: int) -> None:
        self._answers: LRUCache[str, bytes] = LRUCache(
            megabytes * 1_000_000, getsizeof=lambda answer: len(answer) + ENTRY_OVERHEAD
        )
        self._lock = threading.Lock()

    @property
    def is_on(self) -> bool:
        return self._answers.maxsize > 0

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._answers.get(key)

    def put(self, key: str, answer: bytes) -> None:
        """Keep an answer, unless it alone is larger than the cache."""
        with self._lock:
            if len(answer) + ENTRY_OVERHEAD <= self._answers.maxsize:
                self._answers[key] = answer
