"""The quick stemmers say what Snowball's own say, in every language."""

from __future__ import annotations

import pytest
import snowballstemmer
from hypothesis import given, settings
from hypothesis import strategies as st
from snowballstemmer.basestemmer import BaseStemmer

from searchsvc.analysis import LANGUAGES
from searchsvc.stemming import snowball


def affixes(algorithm: str) -> list[str]:
    """Every ending and beginning that the language's rules look for."""
    kind = type(snowballstemmer.stemmer(algorithm))
    lists = [value for name, value in vars(kind).items() if name.startswith("a_")]
    return sorted({affix.s for of in lists for affix in of})


@pytest.mark.parametrize("algorithm", sorted(LANGUAGES.values()))
def test_words_made_of_the_language_s_affixes(algorithm: str) -> None:
    plain, quick = snowballstemmer.stemmer(algorithm), snowball(algorithm)
    assert isinstance(plain, BaseStemmer)
    parts = st.sampled_from(affixes(algorithm)) | st.text("abdeinorstuy", max_size=4)

    @settings(max_examples=150, deadline=None)
    @given(st.lists(parts, min_size=1, max_size=5).map("".join))
    def agree(word: str) -> None:
        assert quick.stemWord(word) == plain.stemWord(word)

    agree()
