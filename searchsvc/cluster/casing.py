"""Counts how articles write words, and so finds which are names: they have no other forms."""

from __future__ import annotations

from collections import defaultdict

from searchsvc.analysis import (
    IN_SMALL,
    LANGUAGES_WITH_NAMES,
    OTHER,
    WITH_CAPITAL,
    Written,
    case_of,
    index_stems,
    is_in_small_letters,
    names_among,
    words,
)
from searchsvc.articles.article import Article


class NameFinder:
    """Of all articles of a full run. It takes some hundred bytes for each word that they have."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, article: Article) -> None:
        if self._language not in LANGUAGES_WITH_NAMES:
            return
        texts = (article.title, *article.labels, article.excerpt, article.body)
        language = self._language
        terms = {t for text in texts for w in words(text, language) for _, t in w.terms.indexed}
        for term in terms:
            self._counts[term][2] += 1
        cases: dict[str, int] = defaultdict(int)
        for running in (article.excerpt, article.body):
            self._note_cases(running, cases)
        for term, case in cases.items():
            self._counts[term][0] += bool(case & WITH_CAPITAL)
            self._counts[term][1] += bool(case & IN_SMALL)

    def _note_cases(self, text: str, cases: dict[str, int]) -> None:
        """How words are written that stand behind one in small letters."""
        is_behind = False
        for chunk in text.split():
            if is_behind and (case := case_of(chunk)) != OTHER:
                found = list(words(chunk, self._language))
                if len(found) == 1 and len(found[0].terms.parts) == 1:
                    for _, term in found[0].terms.indexed:
                        cases[term] |= case
            is_behind = is_in_small_letters(chunk)

    def names(self) -> frozenset[str]:
        """The names among words that share their stem with others."""
        forms: defaultdict[str, list[str]] = defaultdict(list)
        for term, stem in zip(self._counts, index_stems(self._language, self._counts), strict=True):
            forms[stem].append(term)
        names: set[str] = set()
        for stem, terms in forms.items():
            if len(terms) > 1 and any(self._counts[t][0] > self._counts[t][1] for t in terms):
                names.update(names_among({t: Written(*self._counts[t]) for t in terms}, stem))
        return frozenset(names)
