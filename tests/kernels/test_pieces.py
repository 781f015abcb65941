"""Which pieces of a text are worth reading."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.kernels import pairs_table, pieces_with

SPACES = " \n\t\u00a0\u2003\u3000\x1f"
TEXTS = st.text(st.sampled_from("abAB09c-.,'’—“…_+#&éß日\ud800" + SPACES), max_size=40)
PAIRS = st.lists(st.text("abc09", min_size=1, max_size=2), max_size=4)


def expected(text: str, pairs: list[str]) -> list[tuple[int, int]]:
    found = []
    for piece in re.finditer(r"\S+", text):
        bare = re.sub(r"[-.,'’—“…_]", "", piece[0].lower())
        is_odd = re.search(r"[^a-z0-9]", bare) is not None
        beside = {a + b for a, b in pairwise(bare)}
        has_pair = any(
            pair in beside or len(pair) == 1 < len(bare) and pair in bare for pair in pairs
        )
        if bare and (is_odd or len(bare) == 1 or has_pair):
            found.append(piece.span())
    return found


@given(TEXTS, PAIRS)
def test_pieces_have_a_pair_or_one_letter_or_are_of_other_signs(
    text: str, pairs: list[str]
) -> None:
    assert list(pieces_with(text, pairs_table(pairs))) == expected(text, pairs)


@given(st.text(max_size=30))
def test_without_a_table_they_are_what_stands_between_white_space(text: str) -> None:
    assert [text[start:end] for start, end in pieces_with(text, None)] == text.split()


def test_a_table_has_its_size() -> None:
    with pytest.raises(ValueError, match="table"):
        pieces_with("a", b"\x01")
