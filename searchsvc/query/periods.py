"""Dates in queries: a year, a month, a day, or so long ago."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from searchsvc.articles import dates
from searchsvc.query.nodes import Published

_AGO = re.compile(r"([0-9]{1,4})([hdwmy])", re.IGNORECASE)
_LENGTHS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_MONTHS = {"m": 1, "y": 12}
_SECOND = timedelta(seconds=1)


def published(name: str, text: str, now: datetime) -> Published | None:
    """What `when:`, `after:` or `before:` lets pass; None if the text is no date.

    `after:` begins with the first second of its date, `before:` ends ahead of it: a year is
    `after:2020 before:2021`. `7d` is the time seven days ago, and `when:7d` all since.
    """
    try:
        ago = _AGO.fullmatch(text)
        if ago:
            first = _before(now, int(ago[1]), ago[2].lower())
            last = None
        else:
            first, last = dates.parse_period(text)
        match name:
            case "when":
                return Published(first, last)
            case "after":
                return Published(first, None)
            case _:
                return Published(None, first - _SECOND)
    except (ValueError, OverflowError):
        return None


def _before(now: datetime, count: int, unit: str) -> datetime:
    """Calendar months keep the day, or take the month's last. Raises ValueError, OverflowError."""
    if unit in _LENGTHS:
        return now - count * _LENGTHS[unit]
    months = now.year * 12 + now.month - 1 - count * _MONTHS[unit]
    first = now.replace(year=months // 12, month=months % 12 + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first.replace(day=min(now.day, (following - timedelta(days=1)).day))
