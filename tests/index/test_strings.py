"""Many byte strings as flat arrays, and sorted ones as a dictionary."""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.index.strings import ByteStrings, TermDictionary, decoded, encoded
from tests.index.worlds import quick

texts = st.lists(st.binary(max_size=4) | st.sampled_from([b"ab", b"abc", b"\xff", b"\xff\xff"]))
term_sets = st.sets(st.binary(max_size=3) | st.sampled_from([b"\xff", b"\xff\xff", b"a\xff"]))


@quick
@given(st.text(st.characters()))
@example("caf\u00e9 \ud800")
def test_any_text_is_kept_as_it_is(text: str) -> None:
    """A lone surrogate, too: what is typed need be no text that can be stored."""
    assert decoded(encoded(text)) == decoded(memoryview(encoded(text))) == text


@quick
@given(texts)
def test_strings_read_as_they_were_given(strings: list[bytes]) -> None:
    laid_out = ByteStrings.of(strings)
    assert len(laid_out) == len(strings)
    assert list(laid_out) == strings == laid_out[:]
    assert [laid_out[i] for i in range(len(strings))] == strings
    assert laid_out[1:5:2] == strings[1:5:2]
    assert list(map(bytes, laid_out.views(range(len(strings))))) == strings


@quick
@given(texts, texts, st.data())
def test_some_of_several(one: list[bytes], other: list[bytes], data: st.DataObject) -> None:
    both = ByteStrings.concatenate([ByteStrings.of(one), ByteStrings.of(other)])
    assert list(both) == one + other
    places = st.lists(st.sampled_from(range(len(both)))) if len(both) else st.just([])
    chosen = data.draw(places)
    assert list(both.take(np.array(chosen, np.int64))) == [both[place] for place in chosen]
    assert list(ByteStrings.concatenate([])) == []


@quick
@given(term_sets, st.binary(max_size=4))
def test_terms_are_found_by_binary_search(terms: set[bytes], wanted: bytes) -> None:
    listed = sorted(terms)
    dictionary = TermDictionary.of(listed)
    assert dictionary.find_all(listed) == list(range(len(listed)))
    assert dictionary.find(wanted) == (listed.index(wanted) if wanted in terms else -1)
    assert dictionary.lower_bound(wanted) == bisect_left(listed, wanted)
    first, last = dictionary.prefix_range(wanted)
    assert listed[first:last] == [term for term in listed if term.startswith(wanted)]


@quick
@given(term_sets.flatmap(lambda terms: st.permutations(list(terms))))
def test_distinct_terms_are_sorted_and_numbered(terms: list[bytes]) -> None:
    dictionary, numbers = TermDictionary.sorted_of(terms)
    assert list(dictionary) == sorted(terms)
    assert [dictionary[number] for number in numbers] == terms


def test_strings_on_disk_are_those_in_memory(tmp_path: Path) -> None:
    strings = [b"", b"ab", b"", b"c" * 100_000]
    ByteStrings.of(strings).save(tmp_path, "some")
    assert list(ByteStrings.load(tmp_path, "some", 4)) == strings
    with pytest.raises(ValueError, match="some"):
        ByteStrings.load(tmp_path, "some", 5)
    np.save(tmp_path / "some.offsets.npy", np.array([0, 2, 1, 2, 100_002]))
    with pytest.raises(ValueError, match="some"):
        ByteStrings.load(tmp_path, "some")
    (tmp_path / "some.bytes.npy").unlink()
    with pytest.raises(OSError):
        ByteStrings.load(tmp_path, "some")
