"""How many suggestions of each kind are shown."""

from __future__ import annotations

import pytest

from searchsvc.suggest.mix import apportion


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, {"query": 1, "article": 0, "topic": 0, "provider": 0}),
        (4, {"query": 2, "article": 1, "topic": 1, "provider": 0}),
        (8, {"query": 4, "article": 2, "topic": 1, "provider": 1}),
        (10, {"query": 5, "article": 3, "topic": 1, "provider": 1}),
    ],
)
def test_of_plenty(size, expected):
    plenty = {"query": 99, "article": 99, "topic": 99, "provider": 99}
    assert apportion(plenty, size) == expected


def test_what_one_kind_lacks_the_others_get():
    assert apportion({"query": 2, "article": 99, "topic": 0, "provider": 1}, 10) == {
        "query": 2,
        "article": 7,
        "topic": 0,
        "provider": 1,
    }


def test_no_more_than_there_are():
    assert apportion({"query": 1, "article": 1}, 10) == {"query": 1, "article": 1}
    assert apportion({"query": 0, "article": 0}, 10) == {"query": 0, "article": 0}
