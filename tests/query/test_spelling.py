"""What may be misspelt in a query, and its text put right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import Terms, terms_of
from searchsvc.query import spelling
from searchsvc.query.spelling import Candidate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("machinelearning azure", "machine learning azure"),
        ("machinelearning OR azure", "(machine learning) OR azure"),
        ("azure OR machinelearning cloud", "azure OR (machine learning) cloud"),
    ],
)
def test_two_words_for_one_beside_an_or_are_in_brackets(text: str, expected: str) -> None:
    assert spelling.rewritten(text, terms_of("machinelearning"), "machine learning") == expected


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("cat", 0),
        ("cats", 1),
        ("computer", 1),
        ("computers", 2),
        ("covid19", 0),
        ("285000", 0),
        ("hello٣", 0),
        ("at&t", 0),
        ("москва", 1),
        ("हिन्दी", 1),
    ],
)
def test_long_words_may_have_more_edits_and_numbers_none(word: str, edits: int) -> None:
    assert spelling.edits_allowed(word) == edits


@pytest.mark.parametrize(
    ("typed", "place", "may_be"),
    [
        ("supercomptuer", 0, True),
        ("supercomptuer", 3, True),
        ("Supercomptuer", 0, True),
        ("Micorsoft", 1, False),
        ("NASAA", 0, False),
        ("iPhoen", 0, False),
        ("McDonlads", 0, False),
        ("covid19", 0, False),
        ("285000", 1, False),
        ("münchn", 1, True),
    ],
)
def test_names_acronyms_and_numbers_are_as_they_should_be(
    typed: str, place: int, may_be: bool
) -> None:
    assert spelling.may_be_misspelt(typed, place) == may_be


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("azure supercomptuer", ["azure", "supercomptuer"]),
        ("azure azure", ["azure"]),
        ("launch of SpaceEx", ["launch"]),
        ("the big chip", ["chip"]),
        ("Azure Supercomptuer", ["azure", "supercomptuer"]),
        ("NASA Supercomptuer", ["supercomptuer"]),
        ("AZURE SUPERCOMPTUER", ["supercomptuer"]),
        ("UNHCR", []),
        ('"azure" -cray topic:chips super*', []),
        ("azure supercomptuer for all of us again today", []),
        ("azure supercomptuer for all of us", ["azure", "supercomptuer"]),
        ("covid-19 wi-fii", []),
        ("supercomptuer-ready", ["supercomptuer ready"]),
        ("москва погдоа", ["москва", "погдоа"]),
    ],
)
def test_few_words_of_few_are_corrected(text: str, words: list[str]) -> None:
    assert [" ".join(terms.parts) for terms in spelling.correctable(text)] == words


def test_one_edit_is_likelier_than_two_a_letter_left_out_likelier_than_a_wrong_one() -> None:
    def cost(typed: str, meant: str, edits: int = 1, articles: int = 10) -> float:
        return Candidate(typed, meant, edits).unlikeliness(articles)

    assert cost("computr", "computer") < cost("computr", "compute") < cost("computr", "cumpute", 2)
    assert cost("tpyes", "types") < cost("tpyes", "tapes")
    assert cost("aple", "apple", articles=1000) < cost("aple", "apple", articles=10)
    assert cost("aple", "able") < cost("aple", "mple")
    assert cost("chipp", "chip") < cost("chipp", "chips")
    assert cost("newyork", "newyorks") < cost("newyork", "new york")


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("Azure SUPERCOMPTUER -cray", "supercomptuer", "Azure supercomputer -cray"),
        ("supercomptuer, supercomptuer", "supercomptuer", "supercomputer, supercomputer"),
        ("“supercomptuer” supercomptuer", "supercomptuer", "“supercomptuer” supercomputer"),
        ('x "a supercomptuer', "supercomptuer", 'x "a supercomputer'),
        ("-supercomptuer supercomptuer", "supercomptuer", "-supercomptuer supercomputer"),
        ("supercomptuer's heat", "supercomptuer", "supercomputer heat"),
        ("(a OR supercomptuer) b", "supercomptuer", "(a OR supercomputer) b"),
        ("title:supercomptuer", "supercomptuer", "title:supercomputer"),
        ("topic:supercomptuer", "supercomptuer", "topic:supercomptuer"),
        ("supercomptuer*", "supercomptuer", "supercomptuer*"),
        ("azure NOT supercomptuer", "supercomptuer", "azure NOT supercomptuer"),
        (
            "NOT (a supercomptuer) supercomptuer",
            "supercomptuer",
            "NOT (a supercomptuer) supercomputer",
        ),
        ('55" supercomptuer "tv"', "supercomptuer", '55" supercomputer "tv"'),
        (") supercomptuer", "supercomptuer", ") supercomputer"),
    ],
)
def test_only_plain_words_are_rewritten_and_all_else_is_kept(
    text: str, typed: str, expected: str
) -> None:
    assert spelling.rewritten(text, terms_of(typed), "supercomputer") == expected


def test_neighbours_are_run_together_unless_one_is_quoted_or_a_number() -> None:
    assert list(spelling.joined("a super computer 19")) == [
        ("asuper computer 19", Candidate("a super", "asuper")),
        ("a supercomputer 19", Candidate("super computer", "supercomputer")),
    ]
    assert list(spelling.joined('super "computer"')) == []
    assert list(spelling.joined("super OR computer")) == []
    assert list(spelling.joined("super, computer")) == []


def test_a_word_splits_into_halves_of_three_letters_or_more() -> None:
    assert list(spelling.splits("newyork")) == [("new", "york"), ("newy", "ork")]
    assert list(spelling.splits("short")) == []


def test_quotation_marks_of_all_kinds_go() -> None:
    assert spelling.unquoted("“machine  learning” azure") == "machine learning azure"


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("machne  learning", '"machne"  "learning"'),
        (
            '"as it is" -not title:this super* (either OR other)',
            '"as it is" -not title:"this" super* ("either" OR "other")',
        ),
        ("", ""),
    ],
)
def test_words_that_are_to_be_taken_as_they_stand_are_quoted(text: str, quoted: str) -> None:
    assert spelling.verbatim(text) == quoted


@settings(deadline=None)
@given(st.text(max_size=60) | st.text('ab "-()*ORNT:.', max_size=30), st.text(max_size=10))
def test_no_text_is_too_strange(text: str, word: str) -> None:
    spelling.rewritten(text, Terms((word,)), "other")
    list(spelling.joined(text))
    spelling.unquoted(text)
    spelling.verbatim(text)
    spelling.edits_allowed(word)
    spelling.correctable(text)
