"""A reindex that is killed anywhere leaves a whole index answering."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.soak import kills
from benchmarks.soak.promises import broken
from benchmarks.soak.readers import Taken
from benchmarks.soak.site import Site
from benchmarks.soak.versions import ARTICLES, Kind, Versions


def test_killed_before_every_kind_of_call_and_at_20_moments_under_four_clients(
    tmp_path: Path,
) -> None:
    assert broken(kills.run(tmp_path / "site", kills.ends_of_runs, moments=20)) == []


def test_calls_in_a_row_from_one_place_are_killed_at_their_first_and_last() -> None:
    assert kills.ends_of_runs(["a", "b", "b", "b", "a", "a"]) == [1, 2, 4, 5, 6]
    assert kills.every(["a", "b", "b"]) == [1, 2, 3]


def test_a_wrong_answer_would_be_noticed(tmp_path: Path) -> None:
    published = {"g1": "version1", "g2": "version2"}
    articles = Versions(Site(tmp_path), published=published)
    first, second = frozenset({"version1"}), frozenset({"version2"})
    right = Kind("g1", first, ARTICLES)
    assert articles.faults(right) is None
    for wrong in (
        Kind("g1", first | second, ARTICLES),
        Kind("g1", second, ARTICLES),
        Kind("g9", second, ARTICLES),
        Kind("g1", first, ARTICLES - 1),
    ):
        assert articles.faults(wrong)
        assert broken(articles.promises(Taken(Counter[object]({right: 5, wrong: 1}))))
