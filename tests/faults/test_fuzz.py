"""Requests that no client would send, over real HTTP, are no errors of the service."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.soak import fuzz
from benchmarks.soak.promises import broken


def test_2000_fuzzed_requests(tmp_path: Path) -> None:
    assert broken(fuzz.run(tmp_path / "site", 2_000, articles=500)) == []


def test_the_same_seed_makes_the_same_requests_of_all_kinds() -> None:
    requests = [fuzz.Fuzz(1).request() for _ in range(2)]
    assert requests[0] == requests[1]
    one = fuzz.Fuzz(2)
    first_words = Counter(one.request().split(b" ")[0] for _ in range(2_000))
    assert first_words[b"GET"] > 1_000 and first_words[b"POST"]
    assert len(first_words) > len(set(fuzz.METHODS)), "and noise"
