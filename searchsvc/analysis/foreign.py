"""Articles in another language than the index: their words have the stems of both.

A text is found by the stems of the index's language, like all others, and by those of its own,
each with a mark behind it that no text holds: only queries in that language look for these.
"""

from __future__ import annotations

from functools import lru_cache

from searchsvc.analysis.stemming import stemmer
from searchsvc.analysis.token_forms import Terms

MARK = "\ue002"


def marked(text: str, language: str) -> str:
    """The chunks of a text, each with its language behind it."""
    return " ".join([f"{chunk}{MARK}{language}" for chunk in text.split()])


class ForeignStemming:
    """The stems that queries in another language look for; threads share it."""

    def __init__(self, language: str) -> None:
        self._own = stemmer(language)
        self._behind = MARK + language

    def index_stem(self, term: str) -> str:
        return self._own.index_stem(term) + self._behind

    def query_stem(self, terms: Terms) -> str:
        return self._own.query_stem(terms) + self._behind

    def query_stems(self, terms: Terms) -> tuple[str, ...]:
        return tuple(stem + self._behind for stem in self._own.query_stems(terms))

    def __call__(self, term: str) -> str:
        return self.index_stem(term)


foreign_stemmer = lru_cache(maxsize=None)(ForeignStemming)
"""Of one of LANGUAGES."""
