"""What may be misspelt in a query, and its text put right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.analysis import terms_of
from searchsvc.query import spelling
from searchsvc.query.spelling import Reading


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


def test_one_edit_is_likelier_than_two_a_letter_left_out_likelier_than_a_wrong_one() -> None:
    def cost(typed: str, meant: str, edits: int = 1, articles: int = 10) -> float:
        return Reading(typed, meant, edits).unlikeliness(articles)

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
    ],
)
def test_only_plain_words_are_rewritten_and_all_else_is_kept(
    text: str, typed: str, expected: str
) -> None:
    assert spelling.rewritten(text, terms_of(typed), "supercomputer") == expected


def test_neighbours_are_run_together_unless_one_is_quoted_or_a_number() -> None:
    assert list(spelling.joined("a super computer 19")) == [
        ("asuper computer 19", Reading("a super", "asuper")),
        ("a supercomputer 19", Reading("super computer", "supercomputer")),
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
@given(st.text(max_size=60), st.text(max_size=10))
def test_no_text_is_too_strange(text: str, word: str) -> None:
    spelling.rewritten(text, terms_of(word), "other")
    list(spelling.joined(text))
    spelling.unquoted(text)
    spelling.verbatim(text)
    spelling.edits_allowed(word)
