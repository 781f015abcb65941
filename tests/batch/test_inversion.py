"""Values of documents become postings in byte order, whatever the bytes are."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.batch.inversion import value_postings
from searchsvc.batch.termlist import SortedTerms
from searchsvc.columnar import ByteStrings

_STRINGS = st.lists(st.text("ab\0é東", max_size=10) | st.text(max_size=12), max_size=40)


@settings(deadline=None)
@given(_STRINGS)
@example(["", "a", "", "a"])
@example(["b", "abcdefgh", "abcdefghi", "abcdefg", "b"])
def test_each_value_is_posted_with_its_documents(values: list[str]) -> None:
    postings = value_postings(ByteStrings.of(value.encode() for value in values))
    expected: dict[bytes, list[int]] = {}
    for doc, value in enumerate(values):
        if value:
            expected.setdefault(value.encode(), []).append(doc)
    if postings is None:
        assert not expected
        return
    assert list(postings.terms) == sorted(expected)
    for number, term in enumerate(postings.terms):
        start, stop = postings.extent(number)
        assert postings.doc_ids[start:stop].tolist() == expected[term]


@settings(deadline=None)
@given(_STRINGS.map(lambda strings: list(dict.fromkeys(strings))))
def test_a_term_s_rank_is_its_place_in_byte_order(terms: list[str]) -> None:
    in_order, ranks = SortedTerms.of(terms)
    assert list(in_order.strings) == sorted(term.encode() for term in terms)
    assert [in_order.strings[rank].decode() for rank in ranks.tolist()] == terms
