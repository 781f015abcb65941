"""Dates as articles and readers write them, all turned into UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

_ZONE = r"[ \t]*(?P<zone>[Zz]|UTC|GMT|(?P<sign>[+-])(?P<zh>\d{1,2})(?::?(?P<zm>\d{2}))?)"
_EXTENDED = re.compile(
    rf"""(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})
        (?:(?:[Tt]|[ \t]+)(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})
           (?::(?P<second>\d{{2}})(?:[.,]\d*)?)?(?:{_ZONE})?)?""",
    re.VERBOSE,
)
_BASIC = re.compile(
    rf"""(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})
        (?:[Tt](?P<hour>\d{{2}})(?P<minute>\d{{2}})
           (?:(?P<second>\d{{2}})(?:[.,]\d*)?)?(?:{_ZONE})?)?""",
    re.VERBOSE,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAY_NAME = r"(?:[A-Za-z]{3,9},?[ \t]+)?"
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_MONTH_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_IN_WORDS = re.compile(
    rf"""{_DAY_NAME}(?:{_MONTH}[ \t]+{_MONTH_DAY}|{_MONTH_DAY.replace("day", "first")}[ \t]+
        {_MONTH.replace("name", "second_name")}),?[ \t]+(?P<year>\d{{4}})
        (?:,?[ \t]+(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?
           (?:{_ZONE})?)?""",
    re.VERBOSE,
)
_PERIOD = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_DAY = timedelta(days=1)
_LAST_SECOND = timedelta(seconds=1)


def parse_moment(text: str, zone: tzinfo = UTC) -> datetime:
    """An ISO 8601 or YAML date or date-time in UTC; `zone` is that of one that names none.

    A date alone is its first second. Raises ValueError.
    """
    text = text.strip()
    found = _EXTENDED.fullmatch(text) or _BASIC.fullmatch(text)
    if not found:
        raise ValueError(f"not a date: {text!r}")
    part = found.groupdict(default="0")
    if part["zone"] != "0":
        zone = _zone(part["sign"], int(part["zh"]), int(part["zm"]))
    moment = datetime(
        int(part["year"]),
        int(part["month"]),
        int(part["day"]),
        int(part["hour"]),
        int(part["minute"]),
        int(part["second"]),
        tzinfo=zone,
    )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"out of range: {text!r}") from None


def parse_written(text: str, zone: tzinfo = UTC) -> datetime:
    """Also with the month in English words: `Jul 08 2022`, `Wed, 20 May 2020 12:59:00 GMT`.

    Raises ValueError.
    """
    try:
        return parse_moment(text, zone)
    except ValueError:
        found = _IN_WORDS.fullmatch(text.strip())
        if not found:
            raise
    name, day = found["name"] or found["second_name"], found["day"] or found["first"]
    month = _MONTHS.index(name[:3].lower()) + 1
    time = f"{found['hour'] or '0'}:{found['minute'] or '00'}:{found['second'] or '00'}"
    return parse_moment(f"{found['year']}-{month}-{day}T{time}{found['zone'] or ''}", zone)


def _zone(sign: str, hours: int, minutes: int) -> timezone:
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if sign == "-" else offset)


def parse_period(text: str) -> tuple[datetime, datetime]:
    """The first and last second of a year, a month, a day, or one moment twice. Raises ValueError.

    `2021`, `2021-03`, `2021-03-04`, `2021-03-04T10:00:00Z`.
    """
    text = text.strip()
    if found := _PERIOD.fullmatch(text):
        year, month = int(found[1]), int(found[2] or 1)
        first = datetime(year, month, 1, tzinfo=UTC)
        try:
            after = _first_of_next_month(first) if found[2] else first.replace(year=year + 1)
        except ValueError:  # the year 9999 has no next
            return first, datetime.max.replace(microsecond=0, tzinfo=UTC)
        return first, after - _LAST_SECOND
    first = parse_moment(text)
    is_day = not set(":Tt").intersection(text)
    return first, first + (_DAY - _LAST_SECOND) if is_day else first


def _first_of_next_month(first: datetime) -> datetime:
    if first.month == 12:
        return first.replace(year=first.year + 1, month=1)
    return first.replace(month=first.month + 1)


def iso(moment: datetime) -> str:
    """As responses write it: `2020-05-20T12:59:00Z`."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def from_timestamp(seconds: int | float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def as_utc(moment: datetime | date) -> datetime:
    """A date-time without a zone is UTC, a date is its first second."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
