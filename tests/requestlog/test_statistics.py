"""What a log tells by day, exactly up to bounds that are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.requestlog import DayNumbers, LogEntry, LogStatistics
from tests.requestlog.entries import NOON, asked, corrected, searched


def _of(*entries: LogEntry, **bounds: int) -> LogStatistics:
    statistics = LogStatistics(**bounds)
    for entry in entries:
        statistics.add(entry)
    return statistics


def _day(*entries: LogEntry) -> DayNumbers:
    (day,) = _of(*entries).days()
    return day


def _texts(day: DayNumbers, name: str) -> list[str]:
    return [query.text for query in day.lists(10)[name]]


def test_the_most_asked_come_first_whatever_their_case_and_spaces() -> None:
    day = _day(searched("b"), searched("GPU  shortage"), searched("gpu shortage "), searched("a"))
    assert _texts(day, "top") == ["gpu shortage", "a", "b"]
    assert [query.searches for query in day.lists(10)["top"]] == [2, 1, 1]
    assert [query.text for query in day.lists(1)["top"]] == ["gpu shortage"]


def test_each_list_has_what_its_name_says() -> None:
    day = _day(
        searched("none", 0),
        searched("none", 0),
        searched("nil", 0),
        corrected("chps", "chips", ms=5),
        searched("slow", ms=900),
        searched("slow", ms=2, relaxed=True, partial=True),
    )
    assert _texts(day, "zero_results") == ["none", "nil"]
    assert _texts(day, "corrections") == ["chps"]
    assert day.lists(10)["corrections"][0].corrected_to == "chips"
    assert _texts(day, "slow")[:2] == ["slow", "chps"]
    assert day.lists(10)["slow"][0].slowest == 900
    counts = (day.searches, day.zero, day.corrected, day.relaxed, day.partial)
    assert counts == (6, 3, 1, 1, 1)


def test_further_pages_words_half_typed_feeds_and_lists_are_no_searches() -> None:
    day = _day(
        searched("chips", page=2),
        searched("chi", typing=True),
        replace(searched("chips"), route="/feed"),
        searched("  "),
        asked("/healthz"),
        asked("/search", 503),
    )
    assert (day.requests, day.searches, day.errors, day.queries) == (6, 0, 1, {})


def test_without_texts_searches_are_counted_all_the_same() -> None:
    day = _day(searched(None, 0), searched(None))
    assert (day.searches, day.zero, day.without_text, day.queries) == (2, 1, 2, {})


def test_days_are_utc_and_in_order() -> None:
    later = replace(searched("b"), time=NOON + timedelta(days=1))
    assert [str(day.day) for day in _of(later, searched("a")).days()] == [
        "2026-11-30",
        "2026-12-01",
    ]


@given(st.lists(st.floats(0.01, 100_000), min_size=1, max_size=50))
def test_latencies_are_right_to_five_per_cent(times: list[float]) -> None:
    day = _day(*(searched("a", ms=ms) for ms in times))
    ranked = sorted(times)
    assert day.latency(0.5) == pytest.approx(ranked[(len(ranked) - 1) // 2], rel=0.06)
    assert day.latency(1.0) == pytest.approx(ranked[-1], rel=0.06)


@settings(max_examples=50)
@given(
    st.lists(st.integers(0, 40).map(lambda n: int(n**0.5)), max_size=300),
    st.integers(2, 12),
)
def test_what_is_asked_most_is_kept_and_what_is_missed_is_bounded(
    numbers: list[int], most: int
) -> None:
    statistics = _of(*(searched(f"q{number}") for number in numbers), max_queries=most)
    truth = Counter(f"q{number}" for number in numbers)
    found = {
        query.text: query.searches for day in statistics.days() for query in day.queries.values()
    }
    assert len(found) <= most
    for text, count in truth.items():
        assert found.get(text, 0) <= count <= found.get(text, 0) + statistics.missed
    if len(truth) <= most:
        assert found == truth and statistics.missed == 0


def test_of_too_many_days_the_oldest_are_left_out() -> None:
    entries = [replace(searched("a"), time=NOON + timedelta(days=day)) for day in (3, 1, 2, 0, 5)]
    statistics = _of(*entries, max_days=3)
    assert [day.day.day for day in statistics.days()] == [2, 3, 5]
    assert statistics.dropped_days == 2
