"""Makes of the catalogues what the page and the box read; for translators, with Babel.

    python -m searchsvc.web.languages.build

puts new messages into each `.po` file, and writes the `.mo` files, the calendars and the box's
strings. Run it after a message or a translation has changed. Babel is in the extra `test`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from searchsvc.settings import UI_LANGUAGES
from searchsvc.web.languages.wording import CALENDARS, CATALOGUES, SOURCE, wording_of

WEB = CATALOGUES.parent.parent
BOX_STRINGS = WEB / "static" / "strings"
TRANSLATED = tuple(language for language in UI_LANGUAGES if language != SOURCE)
BOX = {
    "label": "Search",
    "submit": "Search",
    "clear": "Clear the search",
    "suggestions": "Suggestions",
    "query": "Searches",
    "topic": "Topics",
    "provider": "Sources",
    "article": "Articles",
    "recent": "Recent searches",
    "forget": "Clear recent searches",
    "all": "See all results",
    "count": "Suggestions: {count}",
    "none": "No suggestions",
    "failed": "No suggestions just now. Press Enter to search.",
    "offline": "You seem to be offline. Suggestions will be back.",
}
"""The box's strings by name; its script has the English ones itself."""
_METHODS = [
    ("**.py", "python"),
    ("**.html", "jinja2.ext:babel_extract"),
    ("**.xml", "jinja2.ext:babel_extract"),
]
_KEYWORDS = {"N_": None, "say": None, "say_many": (1, 2), "gettext": None, "ngettext": (1, 2)}
_SKELETONS = {"day": "yMMMd", "long_day": "yMMMMd", "month": "yMMMM"}
_IDLE_HEADERS = re.compile(
    rb'^"(?:Report-Msgid|PO-Revision|Last-Translator|Language-Team|Generated-By)[\w-]*: .*"\n', re.M
)
_FOUR_TOGETHER = frozenset(("es", "pl"))
"""Where 1234 is written without a separator: `minimumGroupingDigits`, which Babel leaves out."""
_TOKEN = re.compile(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+")


def messages() -> Catalog:
    """Every message of the page and of the box."""
    template = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(WEB),
        _METHODS,
        {"**.html": {"trimmed": "true"}, "**.xml": {}},
        _KEYWORDS,
        strip_comment_tags=True,
    )
    for _, _, message, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        template.add(message, auto_comments=comments, context=context)
    for message in BOX.values():
        template.add(message)
    return template


def catalogue_of(language: str) -> Catalog:
    """A language's catalogue as it stands."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The `.mo` file of a catalogue."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def box_strings(language: str) -> dict[str, str]:
    """The box's strings in a language that has a catalogue."""
    wording = wording_of(language)
    return {name: wording.raw(message) for name, message in BOX.items()}


def calendar_of(language: str) -> dict[str, Any]:
    """A language's part of `calendars.json`."""
    locale = Locale.parse("en_GB" if language == SOURCE else language)
    months = {
        name: [str(locale.months[use][width][month]) for month in range(1, 13)]
        for name, use, width in (
            ("MMM", "format", "abbreviated"),
            ("MMMM", "format", "wide"),
            ("LLLL", "stand-alone", "wide"),
        )
    }
    patterns = {
        name: str(locale.datetime_skeletons[key].pattern) for name, key in _SKELETONS.items()
    }
    patterns["weekday"] = str(locale.date_formats["full"].pattern)
    return {
        "months": months,
        "days": [str(locale.days["format"]["wide"][day]) for day in range(7)],
        "patterns": {name: "".join(_fields(pattern)) for name, pattern in patterns.items()},
        "group": str(locale.number_symbols["latn"]["group"]),
        "minimum_grouping": 2 if language in _FOUR_TOGETHER else 1,
    }


def _fields(pattern: str) -> Iterator[str]:
    """The CLDR's `d 'de' MMMM` as Python's `{d} de {MMMM}`."""
    for token in _TOKEN.finditer(pattern):
        if token[1] is not None:
            yield token[1] or "'"
        else:
            yield f"{{{token[0]}}}" if token[2] else token[0]


def build() -> None:
    template = messages()
    for language in TRANSLATED:
        catalogue = catalogue_of(language)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        (CATALOGUES / f"{language}.po").write_bytes(_written(catalogue))
        (CATALOGUES / f"{language}.mo").write_bytes(compiled(catalogue))
    calendars = {language: calendar_of(language) for language in UI_LANGUAGES}
    _write_json(CALENDARS, calendars)
    BOX_STRINGS.mkdir(exist_ok=True)
    for language in TRANSLATED:
        _write_json(BOX_STRINGS / f"{language}.json", box_strings(language))


def _written(catalogue: Catalog) -> bytes:
    """A `.po` file without the headers of which nobody knows anything."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, sort_output=True)
    return _IDLE_HEADERS.sub(b"", file.getvalue())


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    build()
