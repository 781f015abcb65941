"""How long ago, in words, by the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.web.age import age

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T12:59:59", "less than an hour ago"),
        ("2026-11-24T12:00:01", "less than an hour ago"),
        ("2026-11-24T11:59:59", "1 hour ago"),
        ("2026-11-23T13:00:01", "23 hours ago"),
        ("2026-11-23T12:30:00", "1 day ago"),
        ("2026-11-11T12:00:01", "13 days ago"),
        ("2026-11-10T12:30:00", "2 weeks ago"),
        ("2026-09-26T12:30:00", "8 weeks ago"),
        ("2026-09-25T12:30:00", "2 months ago"),
        ("2025-11-25T12:30:00", "11 months ago"),
        ("2025-11-24T12:30:00", "1 year ago"),
        ("2020-05-20T12:59:00", "6 years ago"),
        ("0001-01-01T00:00:01", "2025 years ago"),
    ],
)
def test_an_age_in_the_unit_that_suits_it(moment: str, words: str) -> None:
    assert age(datetime.fromisoformat(moment).replace(tzinfo=UTC), NOW) == words


@pytest.mark.parametrize(("day", "words"), [(24, "today"), (23, "1 day ago"), (10, "2 weeks ago")])
def test_a_date_without_a_time_has_no_hours(day: int, words: str) -> None:
    assert age(datetime(2026, 11, day, tzinfo=UTC), NOW) == words


@pytest.mark.parametrize("hour", [13, 23])
def test_what_lies_ahead_has_no_age(hour: int) -> None:
    assert age(datetime(2026, 11, 24, hour, 1, tzinfo=UTC), NOW) is None
    assert age(datetime(2026, 11, 25, tzinfo=UTC), NOW) is None


_UNITS = {"hour": 3600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_557_600}


@given(st.timedeltas(timedelta(hours=1), timedelta(days=20_000)))
def test_an_age_is_never_further_off_than_one_of_its_unit(gone: timedelta) -> None:
    words = age(NOW - gone, NOW) or ""
    if words in ("today", "less than an hour ago"):
        return
    count, unit, _ = words.split()
    assert (count == "1") == (not unit.endswith("s"))
    length = _UNITS[unit.removesuffix("s")]
    assert abs(gone.total_seconds() - int(count) * length) <= length * 1.05
