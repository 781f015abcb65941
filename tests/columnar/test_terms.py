from bisect import bisect_left

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.columnar import ByteStrings, Terms

texts = st.binary(max_size=4)
sorted_terms = st.sets(texts | st.text("aé\U0010ffff", max_size=3).map(str.encode)).map(sorted)


@given(sorted_terms, texts)
def test_terms_are_found_by_binary_search(terms: list[bytes], wanted: bytes) -> None:
    laid_out = Terms.of(terms)
    assert list(laid_out) == terms
    assert laid_out.lower_bound(wanted) == bisect_left(terms, wanted)
    assert laid_out.find(wanted) == (terms.index(wanted) if wanted in terms else -1)


@given(sorted_terms, texts | st.just(b"\xff") | st.just(b"a\xff\xff"))
def test_the_terms_with_a_prefix_are_one_run(terms: list[bytes], prefix: bytes) -> None:
    run = Terms.of(terms).prefix_range(prefix)
    assert [terms[index] for index in run] == [term for term in terms if term.startswith(prefix)]


@given(st.lists(texts), st.data())
def test_byte_strings_are_a_sequence(strings: list[bytes], data: st.DataObject) -> None:
    laid_out = ByteStrings.of(strings)
    assert len(laid_out) == len(strings)
    assert list(laid_out) == strings
    assert [laid_out[-i - 1] for i in range(len(strings))] == strings[::-1]
    assert laid_out[1:3] == strings[1:3]
    taken = data.draw(st.lists(st.integers(0, len(strings) - 1)) if strings else st.just([]))
    indices = np.array(taken, np.int64)
    assert list(laid_out.take(indices)) == [strings[index] for index in taken]


def test_there_is_no_string_past_the_last() -> None:
    with pytest.raises(IndexError):
        ByteStrings.of([b"a"])[1]
    with pytest.raises(IndexError):
        ByteStrings.of([b"a"])[-2]
