"""Documents by the 65,536: within so many their numbers take two bytes."""

from __future__ import annotations

SHARD = 1 << 16


def shards_of(documents: int) -> int:
    """How many shards so many documents make; one at least."""
    return max(-(-documents // SHARD), 1)
