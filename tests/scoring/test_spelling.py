"""Neighbours in a vocabulary, against a plain table of distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.columnar import Terms
from searchsvc.scoring.neighbours import ByLength


def distance(a: str, b: str) -> int:
    """Optimal string alignment, as its definition reads."""
    table = [[i + j if not i * j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[-1][-1]


def near(word: str, limit: int, vocabulary: list[str]) -> dict[str, int]:
    terms = Terms.of(sorted(other.encode() for other in vocabulary))
    by_length = ByLength.of(Terms(terms.blob, terms.offsets.astype(np.int64)))
    places, edits = by_length.near(word, limit)
    return {
        terms[place].decode(): edit
        for place, edit in zip(places.tolist(), edits.tolist(), strict=True)
    }


LETTERS = st.text("abcмжαß힣𐐨", min_size=1, max_size=9)


@settings(deadline=None)
@given(LETTERS, st.sets(LETTERS, min_size=1, max_size=40), st.integers(1, 2))
def test_the_neighbours_are_those_within_the_limit(
    word: str, vocabulary: set[str], limit: int
) -> None:
    expected = {other: edits for other in vocabulary if (edits := distance(word, other)) <= limit}
    assert near(word, limit, list(vocabulary)) == expected


@settings(deadline=None)
@given(st.text("abcdefghij", min_size=1, max_size=12), st.data())
def test_a_word_with_one_random_edit_finds_the_word(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcxyz"))
    kind = data.draw(st.sampled_from(["put in", "left out", "replaced", "swapped"]))
    typed = {
        "put in": word[:place] + letter + word[place:],
        "left out": word[:place] + word[place + 1 :],
        "replaced": word[:place] + letter + word[place + 1 :],
        "swapped": word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
    }[kind]
    assert word in near(typed or "a", 1, [word]) or not typed


@pytest.mark.parametrize("word", ["covid19", "2021", "c++", ".net", "at&t", "x" * 64])
def test_numbers_signs_and_endless_words_are_nobodys_neighbours(word: str) -> None:
    assert near(word, 2, [word]) == {}


def test_more_neighbours_than_there_was_room_for_are_all_found() -> None:
    vocabulary = [first + second + "cd" for first in "abcdefghijkl" for second in "abcdefghijkl"]
    assert len(near("abcd", 2, vocabulary)) == len(vocabulary)
