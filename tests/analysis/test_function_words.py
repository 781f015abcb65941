"""The commonest words of a language."""

from __future__ import annotations

import pytest

from searchsvc.analysis import LANGUAGES, fold, function_words


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "the"),
        ("de", "und"),
        ("fr", "meme"),
        ("pl", "jest"),
        ("el", "ειναι"),
        ("ar", "الی"),
        ("fa", "این"),
        ("uk", "та"),
    ],
)
def test_function_words_are_folded(language: str, word: str) -> None:
    assert word in function_words(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_function_words_are_terms(language: str) -> None:
    assert all(fold(word) == word for word in function_words(language))


def test_a_language_without_a_list_has_none() -> None:
    assert function_words("ja") == function_words("none") == frozenset()
