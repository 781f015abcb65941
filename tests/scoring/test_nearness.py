"""One typing mistake, against the definition of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.columnar import Terms
from searchsvc.scoring import kernels

letters = st.sampled_from("abcé量")
words = st.lists(st.text(letters, min_size=1, max_size=7), min_size=1, max_size=25, unique=True)


def distance(a: str, b: str) -> int:
    """Letters added, left out, replaced or swapped with a neighbour."""
    rows = [list(range(len(b) + 1))]
    for i in range(1, len(a) + 1):
        row = [i]
        for j in range(1, len(b) + 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 2 : i] == b[j - 1] + b[j - 2]:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def is_near(typed: str, word: str, whole: bool) -> bool:
    if whole:
        return distance(typed, word) == 1
    if word.startswith(typed):
        return False
    return any(distance(typed, word[:size]) <= 1 for size in range(len(word) + 1))


def near(vocabulary: list[str], typed: str, whole: bool, count: int = 50) -> list[str]:
    listed = sorted(vocabulary, key=str.encode)
    terms = Terms.of(word.encode() for word in listed)
    scores = np.arange(1, len(listed) + 1, dtype=np.float32)
    found = kernels.near_words(
        terms.blob, terms.offsets.astype(np.int64), scores, typed.encode(), whole, count
    )
    return [listed[place] for place in found]


@settings(deadline=None)
@given(words, st.text(letters, min_size=2, max_size=6), st.booleans())
def test_it_finds_just_the_words_that_one_mistake_explains(vocabulary, typed, whole):
    expected = [word for word in vocabulary if is_near(typed, word, whole)]
    assert sorted(near(vocabulary, typed, whole)) == sorted(expected)


def test_the_best_come_first_and_no_more_than_asked_for():
    vocabulary = ["quantum", "quantums", "quantumx", "other"]
    assert near(vocabulary, "qauntum", False, 2) == ["quantumx", "quantums"]


def test_a_mistake_that_nothing_confirms_comes_last():
    assert near(["quantity", "quantum"], "quantm", False)[0] == "quantum"


def test_words_without_live_articles_are_not_found():
    terms = Terms.of([b"quantum"])
    nothing = np.zeros(1, np.float32)
    found = kernels.near_words(
        terms.blob, terms.offsets.astype(np.int64), nothing, b"quantm", False, 3
    )
    assert not len(found)
