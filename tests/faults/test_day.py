"""Many changes through `watch` while clients ask take up no more and more, and none is lost."""

from __future__ import annotations

from pathlib import Path

from benchmarks.soak import day
from benchmarks.soak.day import Sample
from benchmarks.soak.promises import broken


def test_200_changes_under_queries_give_what_a_full_build_gives(tmp_path: Path) -> None:
    found = day.run(tmp_path / "site", articles=300, changes=200, seconds=5, queries=60)
    assert broken(found) == []


def test_what_grows_and_grows_would_be_noticed() -> None:
    level = [Sample(50, 40, 30, 8, 3.0)] * 9
    assert broken(day.flat(level)) == []
    for grown in (
        Sample(90, 40, 30, 8, 3.0),
        Sample(50, 80, 30, 8, 3.0),
        Sample(50, 40, 60, 8, 3.0),
        Sample(50, 40, 30, 9, 3.0),
    ):
        assert len(broken(day.flat([*level, grown]))) == 1
