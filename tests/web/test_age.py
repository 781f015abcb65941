"""How long ago, in words, by the hour; a week and more is told by the date."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.web import age as ages
from searchsvc.web.languages import wording_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ENGLISH = wording_of("en")


def age(moment: datetime) -> str | None:
    return ages.age(moment, NOW, ENGLISH)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T12:59:59", "less than an hour ago"),
        ("2026-11-24T12:00:01", "less than an hour ago"),
        ("2026-11-24T11:59:59", "1 hour ago"),
        ("2026-11-23T13:00:01", "23 hours ago"),
        ("2026-11-23T12:30:00", "1 day ago"),
        ("2026-11-17T13:00:01", "6 days ago"),
    ],
)
def test_an_age_in_the_unit_that_suits_it(moment: str, words: str) -> None:
    assert age(datetime.fromisoformat(moment).replace(tzinfo=UTC)) == words


@pytest.mark.parametrize("moment", ["2026-11-17T12:30:00", "2020-05-20T12:59", "0001-01-01T00:01"])
def test_a_week_and_more_is_no_age(moment: str) -> None:
    assert age(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is None


@pytest.mark.parametrize(("day", "words"), [(24, "today"), (23, "1 day ago"), (18, "6 days ago")])
def test_a_date_without_a_time_has_no_hours(day: int, words: str) -> None:
    assert age(datetime(2026, 11, day, tzinfo=UTC)) == words
    assert age(datetime(2026, 11, 17, tzinfo=UTC)) is None


@pytest.mark.parametrize("hour", [13, 23])
def test_what_lies_ahead_has_no_age(hour: int) -> None:
    assert age(datetime(2026, 11, 24, hour, 1, tzinfo=UTC)) is None
    assert age(datetime(2026, 11, 25, tzinfo=UTC)) is None


_UNITS = {"hour": 3600, "day": 86_400}


@given(st.timedeltas(timedelta(hours=1), timedelta(days=20_000)))
def test_an_age_is_never_further_off_than_one_of_its_unit(gone: timedelta) -> None:
    words = age(NOW - gone)
    if words is None:
        assert gone > timedelta(days=6)
        return
    if words in ("today", "less than an hour ago"):
        return
    count, unit, _ = words.split()
    assert (count == "1") == (not unit.endswith("s"))
    length = _UNITS[unit.removesuffix("s")]
    assert abs(gone.total_seconds() - int(count) * length) <= length * 1.05


@pytest.mark.parametrize(
    ("language", "words"), [("de", "vor 3 Stunden"), ("pl", "3 godziny temu"), ("ja", "3時間前")]
)
def test_in_the_words_of_the_page(language: str, words: str) -> None:
    moment = NOW - timedelta(hours=3)
    assert ages.age(moment, NOW, wording_of(language)) == words
