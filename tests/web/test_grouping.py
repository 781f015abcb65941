"""The page groups stories unless told not to; /search does the reverse."""

from __future__ import annotations

import pytest

from searchsvc.search import SearchRequest, parameters
from searchsvc.web import grouping


@pytest.mark.parametrize(
    ("pairs", "collapse"),
    [
        ([], "story"),
        ([("collapse", "")], "story"),
        ([("collapse", "story")], "story"),
        ([("collapse", "none")], None),
        ([("collapse", "none"), ("collapse", " none ")], None),
    ],
)
def test_a_page_without_a_word_on_it_is_grouped(pairs, collapse):
    assert parameters.parse(grouping.of_page([("q", "a"), *pairs])).collapse == collapse


@pytest.mark.parametrize("pairs", [[("collapse", "all")], [("collapse", n) for n in "ab"]])
def test_what_it_cannot_be_is_left_to_be_complained_of(pairs):
    assert grouping.of_page(pairs) == pairs


@pytest.mark.parametrize("collapse", [None, "story"])
def test_an_address_says_what_it_was_made_of(collapse):
    asked = SearchRequest("a", topic=("b",), page=2, collapse=collapse)
    assert parameters.parse(grouping.of_page(grouping.to_page(asked))) == asked


def test_the_usual_way_is_not_in_the_address():
    assert grouping.to_page(SearchRequest("a", collapse="story")) == [("q", "a")]
    assert grouping.to_page(SearchRequest("a")) == [("q", "a"), ("collapse", "none")]
