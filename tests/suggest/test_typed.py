"""How what stands in the box is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.suggest.typed import Typed, read


def readings(text: str) -> list[tuple[str, list[str], str]]:
    return [
        (typed.head, [" ".join(word.terms.parts) for word in typed.before], typed.last)
        for typed in read(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sup", ("", [], "sup")),
        ("  Sup", ("", [], "sup")),
        ("Quantum  C", ("Quantum ", ["quantum"], "c")),
        ("quantum ", ("quantum ", ["quantum"], "")),
        ("quantum, ", ("quantum, ", ["quantum"], "")),
        ("quantum &", ("quantum & ", ["quantum", "and"], "")),
        ('quantum "', ('quantum "', ["quantum"], "")),
        ("Café cr", ("Café ", ["cafe"], "cr")),
        ("Microsoft's", ("", [], "microsoft")),
        ("U.S", ("", [], "us")),
        ("c++", ("", [], "c++")),
        ("AT&", ("", [], "at")),
        ('"machine lear', ('"machine ', ["machine"], "lear")),
        ("title:sup", ("title:", [], "sup")),
        ("topic:mic", ("topic:", [], "mic")),
        ('topic:"AI" sup', ('topic:"AI" ', [], "sup")),
        ("cloud -azure sup", ("cloud -azure ", ["cloud"], "sup")),
        ("cloud OR sup", ("cloud OR ", ["cloud"], "sup")),
        ("量", ("", [], "量")),
        ("量子計", ("量", ["量子"], "子計")),
        ("ＳＵＰ", ("", [], "sup")),
        ("gold 10,00", ("gold ", ["gold"], "1000")),
    ],
)
def test_the_first_reading(text, expected):
    assert readings(text)[0] == expected


def test_a_compound_may_be_one_word_or_several():
    assert readings("new covid-1") == [
        ("new ", ["new"], "covid1"),
        ("new covid ", ["new", "covid"], "1"),
    ]


@pytest.mark.parametrize("text", ["", "   ", "?!", "((", '"', "-", "...", "\u200b"])
def test_no_word_no_reading(text):
    assert readings(text) == []


@pytest.mark.parametrize(
    ("text", "is_filter"),
    [("-sup", True), ("a -sup", True), ("topic:mic", True), ('-topic:"mic', True)]
    + [("title:sup", False), ("e-mail", False), ("sup", False), ("a: b", False)],
)
def test_what_filters_or_excludes(text, is_filter):
    assert next(read(text)).is_filter is is_filter


def test_joined_is_as_titles_are_kept():
    assert [typed.joined for typed in read("The Who")] == ["the who"]
    assert [typed.joined for typed in read("The Who ")] == ["the who "]


def test_a_word_spelt_otherwise_takes_its_place():
    (typed,) = read("new quantm computers c")
    right = typed.with_word(1, "quantum")
    assert right.head == "new quantum computers "
    assert [right.head[word.start : word.end] for word in right.before] == [
        *("new", "quantum", "computers")
    ]
    assert right.with_last("chip").joined == "new quantum computers chip"


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read(text):
    for typed in read(text):
        assert isinstance(typed, Typed) and typed.joined.strip()
        assert typed.before or typed.last
