"""What a parameter takes, told to readers in their language."""

from __future__ import annotations

import pytest

from searchsvc.search import parameters
from searchsvc.web.fitting import fitting
from searchsvc.web.languages import wording_of


@pytest.mark.parametrize(
    ("takes", "text"),
    [
        ("a whole number from 1 to 100", "eine ganze Zahl von 1 bis 100"),
        ("a whole number from 1 to 9 at this size", "eine ganze Zahl von 1 bis 9"),
        ("one of relevance, newest", "eins von relevance, newest"),
        ("a date such as 2020-05-20", "ein Datum wie 2020-05-20"),
        ("one value: a date such as 2020-05-20", "nur einen Wert"),
        ("at most 100 parameters", "höchstens 100 davon"),
        ("something new", "einen anderen Wert"),
    ],
)
def test_in_german(takes: str, text: str) -> None:
    assert fitting(takes, wording_of("de")) == text


@pytest.mark.parametrize("name", ["page", "size", "sort", "from", "to", "typing", "highlight"])
def test_what_parameters_of_the_page_take_is_told_in_full(name: str) -> None:
    takes = parameters.PARAMETERS[name].type.takes
    assert fitting(takes, wording_of("en")) == takes
    assert fitting(takes, wording_of("de")) != wording_of("de").say("another value")
