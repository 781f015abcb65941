"""Looking up terms among sorted byte strings."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from searchsvc.kernels import SortedStrings

untimed = settings(deadline=None)

TEXTS = st.binary(max_size=4) | st.sampled_from([b"", b"a", b"ab", b"abc", b"b", b"\x00", b"\xff"])


def table(strings: list[bytes]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    """Strings as one blob and where each starts."""
    offsets = np.cumsum([0, *map(len, strings)], dtype=np.uint32)
    return np.frombuffer(b"".join(strings), np.uint8), offsets


@untimed
@given(st.sets(TEXTS), st.lists(TEXTS))
def test_a_term_is_found_at_its_index_and_what_is_absent_is_minus_one(
    strings: set[bytes], texts: list[bytes]
) -> None:
    terms = sorted(strings)
    blob, offsets = table(terms)
    expected = [terms.index(text) if text in strings else -1 for text in texts]
    assert list(map(SortedStrings(blob, offsets).find, texts)) == expected


@untimed
@given(st.lists(TEXTS), TEXTS)
def test_the_lower_bound_is_the_first_string_not_below_the_text(
    strings: list[bytes], text: bytes
) -> None:
    strings.sort()
    assert SortedStrings(*table(strings)).lower_bound(text) == bisect_left(strings, text)


def test_offsets_need_not_begin_at_zero() -> None:
    blob = np.frombuffer(b"xxxabab", np.uint8)
    offsets = np.array([3, 5, 7], np.uint32)
    assert SortedStrings(blob, offsets).lower_bound(b"b") == 2
    single = SortedStrings(blob, np.array([3, 4, 5], np.uint32))
    assert list(map(single.find, [b"a", b"b", b"x"])) == [0, 1, -1]
