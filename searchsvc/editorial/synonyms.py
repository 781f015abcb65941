"""Words that stand for each other: `synonyms.yaml`.

- [nyc, new york, new york city]            each finds the others
- from: gpu                                 finds these, which do not find it
  to: [graphics card, video card]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchsvc.analysis import Terms, words
from searchsvc.articles.rejection import Rejected, Rejection
from searchsvc.editorial import document
from searchsvc.editorial.document import Faults, YamlValue

MAX_ENTRIES = 10_000
MAX_FORMS = 50
"""In one list; and others that one form finds, in all entries."""
MAX_WORDS = 8
"""Of one form."""

Form = tuple[Terms, ...]
"""The words of one way to write it."""


@dataclass(frozen=True, slots=True, eq=False)
class Synonyms:
    """For each form, the others it finds, in the order of the file; and how each is written.

    A file is read as English: what is wrong with it is the same for every index.
    """

    others: Mapping[Form, tuple[Form, ...]] = field(default_factory=dict)
    texts: Mapping[Form, str] = field(default_factory=dict)

    def in_language(self, language: str) -> Synonyms:
        """With the forms as the words of a language: `l'économie` is économie in French."""
        if language == "en":
            return self
        forms = {form: _form(text, language) or form for form, text in self.texts.items()}
        others: dict[Form, dict[Form, None]] = {}
        for form, found in self.others.items():
            own = forms.get(form, form)
            more = [forms.get(other, other) for other in found]
            others.setdefault(own, {}).update((other, None) for other in more if other != own)
        return Synonyms({form: tuple(found) for form, found in others.items()})


def parse(content: bytes, path: str) -> tuple[Synonyms, list[Rejection]]:
    """The synonyms of a file, and what is wrong with it: then there are none."""
    reader = _SynonymsReader(Faults(path))
    try:
        listed = document.entries(content)
        if len(listed) > MAX_ENTRIES:
            raise Rejected(f"more than {MAX_ENTRIES:,} entries", listed[MAX_ENTRIES].line)
    except Rejected as error:
        return Synonyms(), [error.at(path)]
    for entry in listed:
        reader.faults.attempt(reader.entry, entry)
    if reader.faults.found:
        return Synonyms(), reader.faults.found
    others = {form: tuple(others) for form, others in reader.others.items()}
    return Synonyms(others, reader.texts), []


class _SynonymsReader:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.others: dict[Form, dict[Form, None]] = {}
        self.texts: dict[Form, str] = {}

    def entry(self, entry: YamlValue) -> None:
        if isinstance(entry.content, dict):
            sides = entry.keys("from", "to")
            for side in ("from", "to"):
                if side not in sides:
                    raise Rejected(f"no `{side}`: an entry has `from` and `to`", entry.line)
            found, others = self._forms(sides["from"]), self._forms(sides["to"])
        elif isinstance(entry.content, list):
            found = others = self._forms(entry)
            if len(found) < 2:
                raise Rejected("a list of one: it needs another form", entry.line)
        else:
            raise Rejected(f"{entry.shape}: an entry is a list, or `from:` and `to:`", entry.line)
        for form in found:
            known = self.others.setdefault(form, {})
            known.update((other, None) for other in others if other != form)
            if len(known) > MAX_FORMS:
                raise Rejected(f"one form finds more than {MAX_FORMS} others", entry.line)

    def _forms(self, value: YamlValue) -> list[Form]:
        """The different forms of a list."""
        forms: dict[Form, None] = {}
        for item in value.texts():
            text = item.text()
            form = _form(text)
            if not form:
                raise Rejected(f"there is no word in `{text}`", item.line)
            if len(form) > MAX_WORDS:
                raise Rejected(f"`{text}` has {len(form)} words, more than {MAX_WORDS}", item.line)
            forms[form] = None
            self.texts.setdefault(form, text)
        if not forms:
            raise Rejected("no form: a list has some", value.line)
        if len(forms) > MAX_FORMS:
            raise Rejected(f"{len(forms)} forms, more than {MAX_FORMS}", value.line)
        return list(forms)


def _form(text: str, language: str = "en") -> Form:
    return tuple(word.terms for word in words(text, language))
