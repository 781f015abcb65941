"""Words one typing mistake away, against comparing with every word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.index.strings import TermDictionary
from searchsvc.suggest.near_words import NearWords
from tests.kernels.plain_edits import edits_between, edits_to_beginnings

WORDS = ["government", "governor", "market", "marker", "quantum", "вышка", "straße"]


def near(term, words=WORDS, scores=None, least=0.0, count=9, is_whole=True):
    terms, numbers = TermDictionary.sorted_of(word.encode() for word in words)
    scored = np.zeros(len(words), np.float32)
    scored[numbers] = np.arange(len(words), 0, -1) if scores is None else scores
    return NearWords(terms).find(term, scored, least, count, is_whole=is_whole)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ("quantm", ["quantum"]),
        ("qauntum", ["quantum"]),
        ("uantum", ["quantum"]),
        ("quanntum", ["quantum"]),
        ("marked", ["market", "marker"]),
        ("market", ["marker"]),
        ("вушка", ["вышка"]),
        ("straße", []),
        ("qant", []),
        ("quant1", []),
    ],
)
def test_one_mistake_from_the_fifth_letter(term, found):
    assert near(term) == found


def test_the_beginning_of_a_word():
    assert near("gavern", is_whole=False) == ["government", "governor"]
    assert near("goernme", is_whole=False) == ["government"]


def test_only_words_that_count_as_much_as_is_asked_for():
    assert near("marked", scores=[1, 1, 5, 9, 1, 1, 1], least=6) == ["marker"]
    assert near("marked", scores=[1, 1, 0, 0, 1, 1, 1]) == []
    assert near("marked", count=1) == ["market"]
    assert near("marked", words=[]) == []


spelt = st.text("abcäж", min_size=1, max_size=8)


@given(st.text("abcäж", min_size=5, max_size=7), st.sets(spelt, min_size=1, max_size=20))
def test_no_near_word_is_overlooked(term, words):
    listed = sorted(words)
    expected = {word for word in listed if word != term and edits_between(term, word) <= 1}
    assert set(near(term, listed, count=99)) == expected
    beginning = {
        word for word in listed if word != term and min(edits_to_beginnings(term, word)) <= 1
    }
    assert set(near(term, listed, count=99, is_whole=False)) == beginning
