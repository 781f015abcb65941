"""Stems: what the forms of a word have in common, by the rules of one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

from searchsvc.analysis import english
from searchsvc.analysis.folding import fold
from searchsvc.analysis.languages import LANGUAGES
from searchsvc.analysis.scripts import MARKS
from searchsvc.analysis.token_forms import Terms
from searchsvc.remembering import Memo

_STEMMED = re.compile(rf"(?:[^\W\d_]|[{MARKS}])+")
_SINGULARS = {
    "es": [(re.compile("(?<=[áéíóú].[aeiou][nlr])es$|(?<=[áéíóú]..[aeiou][nlr])es$"), "")],
    "pt": [
        (re.compile("ões$"), "ão"),
        (re.compile("éis$|(?<=[áéíóú]v)eis$"), "el"),
    ],
}
"""Plurals whose ending Snowball does not undo: jóvenes, líderes; eleições, hotéis, níveis."""
_ARABIC_KEYBOARD = str.maketrans("\u06cc\u06a9", "\u064a\u0643")
"""Folding writes these letters as Persian does."""


class Stemming:
    """Stems the terms of one language. Words of `kept` (folded) are names: a plural with s is their
    only other form.

    Snowball's rules are written with accents, so a word with accents is stemmed as written, then
    folded. A text has such a word as two terms, the folded one and the written one, each with a
    stem; where these would be the same, the written term stands for itself alone.

    Not for two threads at a time: Snowball keeps the word it works on in itself.
    """

    def __init__(self, language: str, kept: frozenset[str] = frozenset()) -> None:
        algorithm = LANGUAGES[language]
        self._stem_word: Callable[[str], str] = Stemmer(algorithm, 0).stemWord if algorithm else str
        self._is_english = language == "en"
        self._is_arabic = language == "ar"
        self._singulars = _SINGULARS.get(language, ())
        self._apart = english.APART if self._is_english else {}
        self._kept = kept

    def index_stem(self, term: str) -> str:
        """The stem of a term as an index holds it."""
        if term.isascii() or (folded := fold(term)) == term:
            return self._of_folded(term)
        if folded in self._kept:
            return term
        stem = self._of_written(term)
        return term if stem == self._of_folded(folded) else stem

    def query_stem(self, terms: Terms) -> str:
        """The stem that a word is looked for by: its only part, or its joined form."""
        term = terms.solid or terms.parts[0]
        if terms.written is None or term in self._kept:
            return self._of_folded(term)
        return self._of_written(terms.written)

    def query_stems(self, terms: Terms) -> tuple[str, ...]:
        """The query stem, and that of a text without accents, if it is another: ÉTÉ as ETE."""
        stem, plain = self.query_stem(terms), self._of_folded(terms.solid or terms.parts[0])
        return (stem,) if stem == plain else (stem, plain)

    def _of_folded(self, term: str) -> str:
        if term in self._kept:
            return term
        if self._kept and term.endswith("s") and term[:-1] in self._kept:
            return term[:-1]
        if not (term.isascii() and term.isalpha()) and not _STEMMED.fullmatch(term):
            return term
        if self._is_english:
            term = english.normal(term)
            return self._apart.get(term) or self._stem_word(term)
        if self._is_arabic:
            term = term.translate(_ARABIC_KEYBOARD)
        return self._stem_word(term) if term.isascii() else fold(self._stem_word(term))

    def _of_written(self, term: str) -> str:
        """In English accents are no part of the grammar."""
        if self._is_english or not _STEMMED.fullmatch(term):
            return self._of_folded(fold(term))
        for plural, ending in self._singulars:
            term = plural.sub(ending, term)
        return fold(self._stem_word(term.translate(_ARABIC_KEYBOARD) if self._is_arabic else term))


class MemoisedStemming:
    """Stemming that remembers, for any number of threads; called with a term, `index_stem`."""

    def __init__(self, language: str, kept: frozenset[str] = frozenset()) -> None:
        stemming, lock = Stemming(language, kept), Lock()

        def index_stem(term: str) -> str:
            with lock:
                return stemming.index_stem(term)

        remembered = Memo(index_stem).__getitem__

        def query_stem(terms: Terms) -> str:
            term = terms.solid or terms.parts[0]
            if terms.written is None and term.isascii():
                return remembered(term)  # the same for words without accents
            with lock:
                return stemming.query_stem(terms)

        def query_stems(terms: Terms) -> tuple[str, ...]:
            with lock:
                return stemming.query_stems(terms)

        self.index_stem: Callable[[str], str] = remembered
        self.query_stem: Callable[[Terms], str] = query_stem
        self.query_stems: Callable[[Terms], tuple[str, ...]] = query_stems

    def __call__(self, term: str) -> str:
        return self.index_stem(term)


@lru_cache(maxsize=8)
def stemmer(language: str, kept: frozenset[str] = frozenset()) -> MemoisedStemming:
    """The memoised stemming of a code of LANGUAGES."""
    return MemoisedStemming(language, kept)


def index_stems(
    language: str, terms: Iterable[str], kept: frozenset[str] = frozenset()
) -> list[str]:
    """The stems of many terms of an index, which are not remembered."""
    return list(map(Stemming(language, kept).index_stem, terms))


stems = index_stems
