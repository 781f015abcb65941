"""Edits between a typed word and those of a dictionary, against the recurrence in plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.kernels import SortedStrings
from tests.kernels.plain_edits import edits_between, edits_to_beginnings

untimed = settings(deadline=None)

WORDS = st.text("abcäж力𐐨", max_size=9) | st.text(max_size=9)


def table(strings: list[bytes]) -> SortedStrings:
    offsets = np.cumsum([0, *map(len, strings)], dtype=np.uint32)
    return SortedStrings(np.frombuffer(b"".join(strings), np.uint8), offsets)


def edits(typed: str, words: list[str], cutoff: int, *, is_beginning: bool = False) -> list[int]:
    strings = table([word.encode("utf-8", "surrogatepass") for word in words])
    places = np.arange(len(words), dtype=np.int32)
    return strings.edits(typed, places, cutoff, is_beginning=is_beginning).tolist()


@untimed
@given(WORDS, st.lists(WORDS), st.integers(0, 4))
def test_the_edits_to_a_word_up_to_the_cutoff(typed: str, words: list[str], cutoff: int) -> None:
    expected = [min(edits_between(typed, word), cutoff + 1) for word in words]
    assert edits(typed, words, cutoff) == expected


@untimed
@given(WORDS, st.lists(WORDS), st.integers(0, 4))
def test_the_edits_to_the_nearest_beginning(typed: str, words: list[str], cutoff: int) -> None:
    expected = [min(min(edits_to_beginnings(typed, word)), cutoff + 1) for word in words]
    assert edits(typed, words, cutoff, is_beginning=True) == expected


@untimed
@given(st.text("ab", max_size=30), st.text("ab", max_size=30), st.sampled_from([9, 70, 254]))
def test_a_high_cutoff_leaves_no_distance_out(typed: str, word: str, cutoff: int) -> None:
    assert edits(typed, [word], cutoff) == [min(edits_between(typed, word), cutoff + 1)]


@pytest.mark.parametrize(
    ("typed", "word", "count"),
    [
        ("form", "from", 1),
        ("ca", "abc", 3),
        ("strase", "straße", 1),
        ("мир", "пир", 1),
        ("\ud800a", "a", 1),
        ("", "", 0),
        ("", "a", 1),
    ],
)
def test_letters_are_counted_not_bytes_and_none_is_edited_twice(
    typed: str, word: str, count: int
) -> None:
    assert edits(typed, [word], 4) == [count]


@pytest.mark.parametrize("letter", ["a", "ж", "𐐨"])
def test_words_of_more_than_64_letters_are_near_none(letter: str) -> None:
    most, more = letter * 64, letter * 65
    assert edits(most, [most, most[:-1], more], 1) == [0, 1, 2]
    assert edits(more, [most, more], 1) == [2, 2]
    assert edits(most, [most, more], 1, is_beginning=True) == [0, 0]
    assert edits(more, [more], 1, is_beginning=True) == [2]


@untimed
@given(st.text("aж", max_size=4), st.lists(st.binary(max_size=6)), st.booleans())
def test_bytes_that_are_no_letters_are_like_none_that_is_typed(
    typed: str, strings: list[bytes], is_beginning: bool
) -> None:
    """A byte each; where they are read past the end, the sanitizers notice."""
    places = np.arange(len(strings), dtype=np.int32)
    found = table(strings).edits(typed, places, 9, is_beginning=is_beginning)
    for text, count in zip(strings, found.tolist(), strict=True):
        whole = text.decode("utf-8", "replace")
        assert is_beginning or (count == 0) == (whole == typed)


def test_a_letter_cut_short_is_one_edit() -> None:
    strings = table([b"a\xd0", b"a\xf0\x90", "aж".encode()])
    assert strings.edits("a", np.arange(3, dtype=np.int32), 3).tolist() == [1, 2, 1]
    assert strings.edits("aж", np.arange(3, dtype=np.int32), 3).tolist() == [1, 2, 0]


def test_the_strings_asked_for_are_looked_at_in_that_order() -> None:
    strings = table([b"moon", b"noon", b"soon", b"spoon"])
    assert strings.edits("moon", np.array([3, 0, 2], np.int32), 2).tolist() == [2, 0, 1]
    assert strings.edits("moon", np.zeros(0, np.int32), 2).tolist() == []


def test_what_is_no_cutoff_is_refused() -> None:
    for cutoff in -1, 255:
        with pytest.raises(ValueError, match="cutoff"):
            edits("a", ["b"], cutoff)
