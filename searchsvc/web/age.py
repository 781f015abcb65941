"""How long ago something was published, in words, as of an hour.

The hour is the engine's, which every cached page is tagged with: a page never tells an age that
another page of the same hour does not.
"""

from __future__ import annotations

from datetime import datetime, time

_HOUR = 3600
_DAYS_IN_DAYS = 14
"""Older articles are told in weeks, as `2 weeks ago`."""
_DAYS_IN_WEEKS = 60


def age(moment: datetime, now: datetime) -> str | None:
    """An age such as `3 hours ago`, of moments in UTC; None for a moment after the hour `now`."""
    if is_day(moment):
        days = (now.date() - moment.date()).days
        return "today" if days == 0 else _of_days(moment, now, days)
    hours = int(now.timestamp() // _HOUR - moment.timestamp() // _HOUR)
    if 0 <= hours < 24:
        return _ago(hours, "hour") if hours else "less than an hour ago"
    return _of_days(moment, now, hours // 24)


def is_day(moment: datetime) -> bool:
    """Whether the moment stands for a date: an article dated without a time begins at midnight."""
    return moment.time() == time()


def _of_days(moment: datetime, now: datetime, days: int) -> str | None:
    if days < 0:
        return None
    if days < _DAYS_IN_DAYS:
        return _ago(days, "day")
    if days < _DAYS_IN_WEEKS:
        return _ago(days // 7, "week")
    months = (now.year - moment.year) * 12 + now.month - moment.month - (now.day < moment.day)
    if months < 12:
        return _ago(max(months, 2), "month")
    return _ago(months // 12, "year")


def _ago(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'} ago"
