"""What the writer makes of texts, chunk by chunk, is what the analysis makes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchsvc.analysis import title_key, words
from searchsvc.batch.wordtable import WordTable

_SIGNS = "abNETsSéİKſ1.,:;!?-+#&'’‘“”\"()[] \n\t\0\x1c\x85\xa0\u2028\u3000\u0307\ufe0f東京😀"
_TEXTS = st.lists(st.text(_SIGNS, max_size=9) | st.text(max_size=9), max_size=6)


def _terms_and_key(table: WordTable, texts: Sequence[str]) -> list[tuple[list[object], str]]:
    """Of each text, its terms with their positions, and its title key."""
    entries, counts = table.look_up(texts)
    arrays = table.arrays()
    done, found = 0, []
    for count in counts.tolist():
        position, terms, keys = 0, [], []
        for entry in entries[done : done + count].tolist():
            for i in range(arrays.starts[entry], arrays.starts[entry + 1]):
                term = arrays.exact.strings[arrays.terms[i]].decode()
                terms.append((position + int(arrays.offsets[i]), term))
            position += int(arrays.advances[entry])
            keys.append(arrays.title_keys[entry].decode())
        found.append((terms, " ".join(filter(None, keys))))
        done += count
    return found


def _expected(text: str) -> tuple[list[object], str]:
    terms = [(w.position + at, term) for w in words(text) for at, term in w.terms.indexed]
    return terms, title_key(text)


@settings(max_examples=400, deadline=None)
@given(_TEXTS, _TEXTS)
@example([".NET NET .net. (C++) C#, 'tis U.S. A. ’s"], ["Boys' “Don’t” TRUMP’S 5’s A's' 's s's"])
def test_texts_have_the_terms_that_the_analysis_gives_them(
    texts: list[str], later: list[str]
) -> None:
    table = WordTable("en")
    for some in (texts, later):
        assert _terms_and_key(table, some) == [_expected(text) for text in some]


def test_signs_and_case_make_no_other_entry_of_letters() -> None:
    entries, counts = WordTable("en").look_up(["word Word, (WORD) “word” word?! Word’s", "words"])
    assert counts.tolist() == [6, 1]
    assert len(set(entries[:6].tolist())) == 1
    assert entries[6] != entries[0]


@pytest.mark.parametrize("blocks", [1, 7])
def test_many_words_are_told_apart(blocks: int) -> None:
    table = WordTable("en")
    for block in range(blocks):
        texts = [f"w{block}a{number} common" for number in range(9_000)]
        entries, _ = table.look_up(texts)
        assert len(set(entries[::2].tolist())) == len(texts)
        assert len(set(entries[1::2].tolist())) == 1
    assert len(table) == 9_000 * blocks + 2
    assert table.look_up(["w0a5"])[0].tolist() == [7]
