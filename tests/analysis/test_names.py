"""Which forms of a stem are names, by how articles write them."""

from __future__ import annotations

import pytest

from searchsvc.analysis import (
    IN_SMALL,
    OTHER,
    WITH_CAPITAL,
    Written,
    case_of,
    is_in_small_letters,
    names_among,
)

SOME = Written(capital=40, small=0, articles=60)
NEVER = Written(capital=0, small=40, articles=60)


@pytest.mark.parametrize(
    ("stem", "forms", "names"),
    [
        ("harri", {"harris": SOME, "harry": SOME, "harried": NEVER}, {"harris", "harry"}),
        ("davi", {"davis": SOME, "davies": SOME}, {"davis", "davies"}),
        ("mari", {"mary": SOME, "marie": SOME}, {"mary", "marie"}),
        ("main", {"maine": SOME, "main": NEVER, "mainly": NEVER}, {"maine"}),
    ],
)
def test_names_of_another_spelling_are_apart(
    stem: str, forms: dict[str, Written], names: set[str]
) -> None:
    assert set(names_among(forms, stem)) == names


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("american", {"american": SOME, "americans": SOME}),
        ("isra", {"israeli": SOME, "israelis": SOME}),
        ("tori", {"tory": SOME, "tories": SOME}),
        ("cowboy", {"cowboys": SOME, "cowboy": NEVER}),
        ("islam", {"islam": SOME, "islamic": SOME}),
        ("offic", {"office": Written(9, 60, 69), "officer": Written(1, 70, 71)}),
        ("success", {"success": Written(2, 60, 62), "succession": Written(9, 20, 29)}),
        ("elect", {"elections": NEVER, "elected": NEVER}),
    ],
)
def test_plurals_derived_words_and_common_words_stay(stem: str, forms: dict[str, Written]) -> None:
    assert not set(names_among(forms, stem))


def test_a_name_stays_one_while_a_few_articles_write_it_small() -> None:
    forms = {"harris": Written(40, 2, 42), "harry": NEVER}
    assert set(names_among(forms, "harri")) == {"harris"}
    assert not set(names_among(forms | {"harris": Written(40, 3, 43)}, "harri"))


def test_what_few_articles_write_is_no_name_yet() -> None:
    assert not set(names_among({"harris": Written(2, 0, 2), "harry": NEVER}, "harri"))


def test_the_plural_of_a_rare_word_is_a_name() -> None:
    """Rarer than any singular would be, "Pari" is a slip, or another word."""
    assert set(names_among({"paris": Written(200, 0, 200), "pari": Written(1, 2, 3)}, "pari")) == {
        "paris"
    }


def test_the_case_of_a_word_is_that_of_its_first_letter() -> None:
    assert [case_of(word) for word in ("Harris", "iPhone", "Élysée", "(Harris", "2020")] == [
        *(WITH_CAPITAL, IN_SMALL, WITH_CAPITAL, OTHER, OTHER)
    ]


def test_sentences_begin_behind_points_and_titles_are_in_capitals() -> None:
    words = ["met", "élu", "Met", "met.", "met,", "9"]
    assert [is_in_small_letters(word) for word in words] == [True, True, *[False] * 4]
