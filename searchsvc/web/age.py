"""How long ago something was published, in words, as of an hour.

The hour is the engine's, which every cached page is tagged with: a page never tells an age that
another page of the same hour does not.
"""

from __future__ import annotations

from datetime import datetime, time

from searchsvc.web.languages import Wording

_HOUR = 3600
_DAYS = 7
"""Older articles are told by their date."""


def age(moment: datetime, now: datetime, wording: Wording) -> str | None:
    """An age such as `3 hours ago`, of moments in UTC.

    None for a week and more, and for a moment after the hour `now`.
    """
    if is_day(moment):
        days = (now.date() - moment.date()).days
        return wording.say("today") if days == 0 else _of_days(days, wording)
    hours = int(now.timestamp() // _HOUR - moment.timestamp() // _HOUR)
    if hours == 0:
        return wording.say("less than an hour ago")
    if 0 < hours < 24:
        return wording.say_many("%(count)s hour ago", "%(count)s hours ago", hours)
    return _of_days(hours // 24, wording)


def is_day(moment: datetime) -> bool:
    """Whether the moment stands for a date: an article dated without a time begins at midnight."""
    return moment.time() == time()


def _of_days(days: int, wording: Wording) -> str | None:
    if not 0 < days < _DAYS:
        return None
    return wording.say_many("%(count)s day ago", "%(count)s days ago", days)
