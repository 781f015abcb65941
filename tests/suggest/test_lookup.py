"""Names found by what any of their words begins with."""

from __future__ import annotations

import numpy as np
import pytest

from searchsvc.suggest.building import names_of
from searchsvc.suggest.names import NameFinder

LABELS = ("Artificial Intelligence", "Art", "Café Culture", "U.S. News", "日本語", "?!")
COUNTS = (5, 3, 2, 4, 1, 9)


@pytest.fixture
def finder() -> NameFinder:
    return NameFinder.of(LABELS, names_of(LABELS), np.array(COUNTS, np.int64))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a", ["Artificial Intelligence", "Art"]),
        ("art", ["Artificial Intelligence", "Art"]),
        ("art ", ["Artificial Intelligence", "Art"]),
        ("int", ["Artificial Intelligence"]),
        ("artificial in", ["Artificial Intelligence"]),
        ("cafe", ["Café Culture"]),
        ("us n", ["U.S. News"]),
        ("日", ["日本語"]),
        ("rt", []),
        ("zzz", []),
    ],
)
def test_by_the_beginning_of_words_those_of_most_articles_first(finder, typed, found):
    assert finder.find(typed, 10) == found


def test_no_more_than_asked_for_and_none_without_articles():
    finder = NameFinder.of(("Aa", "Ab", "Ac"), names_of(("Aa", "Ab", "Ac")), np.array([1, 0, 2]))
    assert finder.find("a", 1) == ["Ac"]
    assert finder.find("a", 9) == ["Ac", "Aa"]
    assert finder.commonest(9) == ["Ac", "Aa"]


def test_a_name_is_found_once_though_several_words_begin_so():
    labels = ("Press Press Press", "Presto")
    finder = NameFinder.of(labels, names_of(labels), np.array([2, 1]))
    assert finder.find("pres", 2) == ["Press Press Press", "Presto"]


def test_long_names_are_found_by_their_beginning():
    labels = ("x" * 500,)
    finder = NameFinder.of(labels, names_of(labels), np.array([1]))
    assert finder.find("xx", 3) == list(labels)
