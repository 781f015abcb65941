"""A corpus with hostile files: all others are indexed, each is named, and memory is bounded."""

from __future__ import annotations

from pathlib import Path

from benchmarks.soak import hostile
from benchmarks.soak.promises import broken


def test_one_of_each_kind_among_twenty_times_as_many_articles(tmp_path: Path) -> None:
    count = len(hostile.HOSTILE) * hostile.SHARE
    assert broken(hostile.run(tmp_path / "site", count)) == []
