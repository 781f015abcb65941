"""The catalogues: complete, true to their placeholders, and compiled as they stand."""

from __future__ import annotations

import gettext
import json
import re

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.plurals import get_plural

from searchsvc.settings import UI_LANGUAGES
from searchsvc.web.languages import build
from searchsvc.web.languages.wording import CALENDARS, CATALOGUES

TEMPLATE = build.messages()
LANGUAGES = build.TRANSLATED
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?\w+>")
COUNTS = {"%(count)s", "%(number)s"}


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def ids_of(catalogue: Catalog) -> set[object]:
    return {message.id for message in catalogue if message.id}


def numbers_of(catalogue: Catalog) -> list[set[int]]:
    """For each plural form, the numbers up to 1,000 and the million that take it."""
    index = gettext.c2py(catalogue.plural_expr)
    taken: list[set[int]] = [set() for _ in range(catalogue.num_plurals)]
    for number in (*range(1_001), 1_000_000):
        taken[index(number)].add(number)
    return taken


def test_there_is_a_catalogue_for_each_language_but_that_of_the_messages() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == set(LANGUAGES)
    assert set(LANGUAGES) | {"en"} == set(UI_LANGUAGES)
    assert len(ids_of(TEMPLATE)) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    catalogue = build.catalogue_of(language)
    assert ids_of(catalogue) == ids_of(TEMPLATE), "run python -m searchsvc.web.languages.build"
    assert not catalogue.obsolete
    untranslated = [
        message.id
        for message in catalogue
        if message.id and (message.fuzzy or not all(map(str.strip, forms_of(message))))
    ]
    assert untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_plural_forms_are_as_many_as_the_language_has(language: str) -> None:
    catalogue = build.catalogue_of(language)
    assert catalogue.num_plurals == get_plural(language).num_plurals
    assert all(numbers_of(catalogue)), "a form that no number takes"
    for message in catalogue:
        if message.pluralizable and message.id:
            assert len(forms_of(message)) == catalogue.num_plurals, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_have_the_placeholders_of_their_messages(language: str) -> None:
    """A form for one number alone may write it in words: `two articles`."""
    catalogue = build.catalogue_of(language)
    numbers = numbers_of(catalogue)
    for message in catalogue:
        if not message.id:
            continue
        asked = message.id[-1] if message.pluralizable else message.id
        expected = sorted(PLACEHOLDER.findall(asked))
        for place, form in enumerate(forms_of(message)):
            found = sorted(PLACEHOLDER.findall(form))
            if message.pluralizable and len(numbers[place]) == 1:
                assert [one for one in found if one not in COUNTS] == [
                    one for one in expected if one not in COUNTS
                ], (message.id, form)
            else:
                assert found == expected, (message.id, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_the_catalogue(language: str) -> None:
    with (CATALOGUES / f"{language}.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    for message in build.catalogue_of(language):
        if not message.id:
            continue
        if message.pluralizable:
            for place, numbers in enumerate(numbers_of(build.catalogue_of(language))):
                found = read.ngettext(message.id[0], message.id[1], min(numbers))
                assert found == forms_of(message)[place]
        else:
            assert read.gettext(message.id) == message.string


def test_calendars_are_those_of_the_cldr() -> None:
    assert json.loads(CALENDARS.read_text("utf-8")) == {
        language: build.calendar_of(language) for language in UI_LANGUAGES
    }


def test_the_box_has_its_strings_in_each_language() -> None:
    assert {path.stem for path in build.BOX_STRINGS.iterdir()} == set(LANGUAGES)
    for language in LANGUAGES:
        strings = json.loads((build.BOX_STRINGS / f"{language}.json").read_text("utf-8"))
        assert strings == build.box_strings(language)


def test_the_box_knows_the_languages_and_the_english_strings() -> None:
    script = (build.WEB / "static" / "searchbox.js").read_text("utf-8")
    (listed,) = re.findall(r"const LANGUAGES = \[(.*?)\]", script)
    assert tuple(re.findall(r'"(\w+)"', listed)) == LANGUAGES
    (strings,) = re.findall(r"const STRINGS = \{(.*?)\n  \};", script, re.DOTALL)
    texts = dict(re.findall(r'^    (\w+): "(.*)",$', strings, re.MULTILINE))
    assert texts == {name: text for name, text in build.BOX.items() if name != "count"}
