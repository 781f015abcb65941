"""One language: messages with their plurals, and how it writes dates and numbers."""

from __future__ import annotations

import gettext
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CATALOGUES = FOLDER / "catalogues"
CALENDARS = FOLDER / "calendars.json"
SOURCE = "en"
"""The language of the messages themselves; it has no catalogue."""
_TAGS = {SOURCE: "en-GB"}
_RIGHT_TO_LEFT = frozenset(("ar", "he"))


def N_(message: str) -> str:
    """Marks a message that is translated elsewhere, by `Wording.say`."""
    return message


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a language writes dates and numbers, from the CLDR.

    months              twelve names for each of `MMM`, `MMMM` and `LLLL`, as the CLDR calls them
    days                seven names, Monday's first
    patterns            of `day`, `long_day`, `weekday` and `month`: `{d} {MMM} {y}`
    group               what stands between thousands
    minimum_grouping    digits before the first `group` that there must be
    """

    months: dict[str, list[str]]
    days: list[str]
    patterns: dict[str, str]
    group: str
    minimum_grouping: int

    def write(self, pattern: str, moment: datetime) -> str:
        names = {name: months[moment.month - 1] for name, months in self.months.items()}
        day = self.days[moment.weekday()]
        return self.patterns[pattern].format(
            d=moment.day, M=moment.month, y=moment.year, EEEE=day, **names
        )


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """The words of the page. Values in messages stand as `%(name)s`."""

    language: str
    calendar: Calendar
    translations: gettext.NullTranslations

    @property
    def tag(self) -> str:
        """The page's `lang`."""
        return _TAGS.get(self.language, self.language)

    @property
    def direction(self) -> str:
        return "rtl" if self.language in _RIGHT_TO_LEFT else "ltr"

    def say(self, message: str, **values: Any) -> str:
        return self.translations.gettext(message) % values if values else self.raw(message)

    def raw(self, message: str) -> str:
        return self.translations.gettext(message)

    def say_many(self, one: str, many: str, count: int) -> str:
        """The form for a number, which stands in it as `%(count)s`."""
        return self.translations.ngettext(one, many, count) % {"count": self.number(count)}

    def number(self, value: int) -> str:
        """A whole number with its thousands apart: `1,234`, `1.234`, `1 234`."""
        digits = f"{value:,}"
        head = digits.split(",")[0]
        if digits.count(",") == 1 and len(head) < self.calendar.minimum_grouping:
            return str(value)
        return digits.replace(",", self.calendar.group)

    def day(self, moment: datetime) -> str:
        """A short date: `20 May 2020`."""
        return self.calendar.write("day", moment)

    def long_day(self, moment: datetime) -> str:
        """A date: `20 September 2020`."""
        return self.calendar.write("long_day", moment)

    def weekday(self, moment: datetime) -> str:
        """A date with its day of the week."""
        return self.calendar.write("weekday", moment)

    def month(self, moment: datetime) -> str:
        """`September 2020`."""
        return self.calendar.write("month", moment)


@lru_cache
def wording_of(language: str) -> Wording:
    """The words of one of the languages that the setting `ui_language` takes."""
    calendars = json.loads(CALENDARS.read_text("utf-8"))
    translations = gettext.NullTranslations()
    if language != SOURCE:
        with (CATALOGUES / f"{language}.mo").open("rb") as file:
            translations = gettext.GNUTranslations(file)
    return Wording(language, Calendar(**calendars[language]), translations)
