"""What the writer makes of a chunk of text is what the analysis makes of it."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from searchsvc.analysis import title_key, words
from searchsvc.batch.wordtable import WordTable


@given(st.lists(st.text("abNETsé1.,:;!?-+#&'’‘“”\"()[]", min_size=1, max_size=6), max_size=6))
@example([".NET", "NET", ".net.", "(C++)", "C#,", "'tis", "U.S.", "A.", "’s"])
def test_a_chunk_has_the_terms_of_its_text(chunks: list[str]) -> None:
    table = WordTable("en")
    entries = [table[chunk] for chunk in chunks]
    assert [table.key_of[entry] for entry in entries] == [title_key(chunk) for chunk in chunks]
    arrays = table.arrays()
    for chunk, entry in zip(chunks, entries, strict=True):
        expected = [
            (term, word.position + at) for word in words(chunk) for at, term in word.terms.indexed
        ]
        found = range(arrays.starts[entry], arrays.starts[entry + 1])
        assert [
            (arrays.exact.strings[arrays.terms[i]].decode(), arrays.offsets[i]) for i in found
        ] == expected
        assert arrays.advances[entry] == sum(len(word.terms.parts) for word in words(chunk))


def test_signs_around_letters_share_the_entry_of_the_letters() -> None:
    table = WordTable("en")
    assert len({table[chunk] for chunk in ("word", "Word,", "(WORD)", "“word”", "word?!")}) == 1
