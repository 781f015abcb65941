"""Dates as articles and readers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles import dates

NOON = datetime(2020, 5, 20, 12, 59, tzinfo=UTC)
ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=ZONES).map(
    lambda moment: moment.replace(microsecond=0)
)


@pytest.mark.parametrize(
    "text",
    [
        "2020-05-20T12:59:00Z",
        "2020-05-20t12:59:00z",
        "2020-05-20T12:59:00",
        "2020-05-20T12:59",
        "2020-05-20T12:59Z",
        "2020-05-20 12:59:00",
        "2020-05-20 12:59:00 UTC",
        "2020-05-20 12:59:00 GMT",
        "2020-05-20T12:59:00.123Z",
        "2020-05-20T12:59:00.123456789+00:00",
        "2020-05-20T05:59:00-07:00",
        "2020-05-20T05:59:00-0700",
        "2020-05-20T05:59:00 -7",
        "2020-05-20T18:29:00+05:30",
        "2020-05-21T02:59:00+14:00",
        " 2020-5-20 12:59:00 ",
        "20200520T125900Z",
        "20200520T125900",
        "20200520T1259Z",
        "20200520T145900.5+0200",
        "20200520t125900z",
    ],
)
def test_a_moment_is_read_in_utc(text: str) -> None:
    assert dates.parse_moment(text) == NOON
    assert dates.parse_moment(text).tzinfo is UTC


def test_a_date_alone_is_its_first_second() -> None:
    for text in ("2020-02-29", "20200229"):
        assert dates.parse_moment(text) == datetime(2020, 2, 29, tzinfo=UTC)
        first, last = dates.parse_period(text)
        assert last - first == timedelta(days=1, seconds=-1)


def test_a_zone_is_for_those_that_name_none() -> None:
    zone = timezone(timedelta(hours=2))
    assert dates.parse_moment("2020-05-20 14:59", zone) == NOON
    assert dates.parse_moment("20200520T145900", zone) == NOON
    assert dates.parse_moment("2020-05-20T12:59Z", zone) == NOON
    assert dates.parse_moment("2020-05-21", zone) == datetime(2020, 5, 20, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "May 20, 2020",
        "20/05/2020",
        "2020520",
        "20201320",
        "20200520 125900",
        "20200520T12",
        "2020",
        "2020-05",
        "2020-13-01",
        "2021-02-29",
        "2020-05-20T25:00:00Z",
        "2020-05-20T12:60:00Z",
        "2020-05-20T12",
        "2020-05-20T12:59:00+25:00",
        "2020-05-20T12:59:00 PST",
        "2020-05-20Z",
        "2020-05-20 and more",
        "0000-01-01",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    ],
)
def test_what_is_no_date_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        dates.parse_moment(text)


@given(st.text(alphabet="0123456789-:TZ+. ", max_size=30) | st.text())
def test_any_text_is_a_moment_or_a_value_error(text: str) -> None:
    for parse in (dates.parse_moment, dates.parse_period):
        try:
            parse(text)
        except ValueError:
            continue


@given(MOMENTS)
def test_what_is_written_is_read_back(moment: datetime) -> None:
    assert dates.parse_moment(dates.iso(moment)) == moment
    assert dates.parse_moment(moment.isoformat()) == moment
    assert dates.from_timestamp(moment.timestamp()) == moment


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (NOON, "2020-05-20T12:59:00Z"),
        (NOON.replace(microsecond=999_999), "2020-05-20T12:59:00Z"),
        (NOON.astimezone(timezone(timedelta(hours=-7))), "2020-05-20T12:59:00Z"),
        (datetime(987, 6, 5, tzinfo=UTC), "0987-06-05T00:00:00Z"),
    ],
)
def test_moments_are_written_in_utc_to_the_second(moment: datetime, text: str) -> None:
    assert dates.iso(moment) == text


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021", "2021-01-01T00:00:00Z", "2021-12-31T23:59:59Z"),
        ("2021-03", "2021-03-01T00:00:00Z", "2021-03-31T23:59:59Z"),
        ("2021-12", "2021-12-01T00:00:00Z", "2021-12-31T23:59:59Z"),
        ("2020-2", "2020-02-01T00:00:00Z", "2020-02-29T23:59:59Z"),
        (" 2021-03-04 ", "2021-03-04T00:00:00Z", "2021-03-04T23:59:59Z"),
        ("2021-03-04T10:00:00Z", "2021-03-04T10:00:00Z", "2021-03-04T10:00:00Z"),
        ("2021-03-04 10:00 +02:00", "2021-03-04T08:00:00Z", "2021-03-04T08:00:00Z"),
        ("9999", "9999-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("9999-12", "9999-12-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("9999-12-31", "9999-12-31T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("0001", "0001-01-01T00:00:00Z", "0001-12-31T23:59:59Z"),
    ],
)
def test_a_period_has_a_first_and_a_last_second(text: str, first: str, last: str) -> None:
    assert tuple(map(dates.iso, dates.parse_period(text))) == (first, last)


@pytest.mark.parametrize("text", ["", "21", "2021-00", "2021-13", "0000", "0000-01", "2021-3-40"])
def test_what_is_no_period_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        dates.parse_period(text)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_lies_within_its_month_and_its_year(day: date) -> None:
    spans = [dates.parse_period(text) for text in (f"{day:%Y}".zfill(4), day.isoformat()[:7])]
    first, last = dates.parse_period(day.isoformat())
    assert last - first == timedelta(hours=23, minutes=59, seconds=59)
    assert all(start <= first and last <= end for start, end in spans)


@pytest.mark.parametrize(
    ("given_", "utc"),
    [
        (date(2020, 5, 20), datetime(2020, 5, 20, tzinfo=UTC)),
        (datetime(2020, 5, 20, 12, 59), NOON),
        (NOON, NOON),
        (datetime(2020, 5, 20, 14, 59, tzinfo=timezone(timedelta(hours=2))), NOON),
    ],
)
def test_dates_of_python_become_utc(given_: date, utc: datetime) -> None:
    assert dates.as_utc(given_) == utc
    assert dates.as_utc(given_).tzinfo is UTC
