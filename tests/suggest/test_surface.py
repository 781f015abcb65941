"""Terms as articles write them."""

from __future__ import annotations

import pytest

from searchsvc.suggest.surface import surface


@pytest.mark.parametrize(
    ("terms", "title", "expected"),
    [
        (["supercomputer"], "A Supercomputer!", "supercomputer"),
        (["microsoft"], "Microsoft’s promise", "microsoft"),
        (["microsoft", "promise"], "Microsoft’s promise", "microsoft’s promise"),
        (["cafe"], "Le Café", "café"),
        (["covid", "19"], "COVID-19 again", "covid-19"),
        (["covid"], "COVID-19 again", "covid"),
        (["covid19"], "COVID-19 again", "covid-19"),
        (["covid", "19", "vaccine"], "COVID-19 vaccine", "covid-19 vaccine"),
        (["dont"], "Don't", "don't"),
        (["us", "court"], "The U.S. court", "u.s court"),
        (["apple", "google"], "Apple: Google", "apple google"),
        (["at&t"], "AT&T pays", "at&t"),
        (["c++"], "C++ at forty", "c++"),
        (["量子", "子計", "計算"], "量子計算機", "量子計算"),
        (["量子"], "量子", "量子"),
        (["car"], "Cars and carts", "car"),
        (["car"], "A cart, a Car.", "car"),
        (["now"], "Now.then", "now"),
        (["cafe"], "Cafés, a cafe", "cafe"),
    ],
)
def test_as_the_title_has_them(terms, title, expected):
    assert surface(terms, [title]) == expected


def test_as_the_first_text_that_has_them():
    assert surface(["ete"], ["Winter", "Été", "ete"]) == "été"


def test_as_they_are_where_no_text_has_them():
    assert surface(["a", "b"], ["c", ""]) == "a b"
