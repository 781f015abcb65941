"""What a typed word may have been meant for, whatever holds the words of the index."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from searchsvc.analysis import Terms, is_cjk
from searchsvc.query.spelling import Candidate, edits_allowed, splits

MAX_TRIED = 8
"""Candidates for a word that are put to the index: the likeliest."""
MUCH_COMMONER = 5
"""So many times as many articles have a word that may have been meant instead of a real one, if its
slip is a likely one: more for others."""


class SimilarWord(NamedTuple):
    """A word of the index some edits from a typed one; `stem` tells which words share theirs.

    articles     articles with this form of it, held ones included
    in_any_form  live articles with any form of it
    """

    word: str
    stem: int | str
    edits: int
    articles: int
    in_any_form: int


class WordCandidates(ABC):
    """Of one index, in its language."""

    language: str

    @abstractmethod
    def articles(self, terms: Sequence[str]) -> list[int]:
        """How many live articles have each of some terms in any form."""

    @abstractmethod
    def rarity(self, term: str) -> float:
        """The inverse document frequency of a term in any form."""

    @abstractmethod
    def near(self, word: str, edits: int, least: int = 0) -> list[SimilarWord]:
        """The words at most so many edits away, without other forms of the word itself.

        The commonest first, of stems in `least` articles or more.
        """

    @abstractmethod
    def are_words(self, terms: Sequence[str]) -> list[bool]:
        """Which of some terms any article has as typed."""

    def unknown_part(self, terms: Terms) -> str | None:
        """The first part of a word that no article has in any form; None where they have it joined.

        A run of a script without spaces has no parts of its own.
        """
        if is_cjk(terms):
            return None
        solid = terms.solid or terms.parts[0]
        joined, *apart = self.articles([solid, *terms.parts])
        if joined:
            return None
        return next((part for part, n in zip(terms.parts, apart, strict=True) if not n), None)

    def likeliest(self, word: str) -> list[Candidate]:
        """What an unknown word may have been meant for, of each stem one form."""
        edits = edits_allowed(word)
        return _ranked(word, self.near(word, edits)) if edits else []

    def commoner(self, word: str) -> list[Candidate]:
        """Words one edit away that so much more articles have in any form that one was meant."""
        if not edits_allowed(word):
            return []
        least = MUCH_COMMONER * max(*self.articles([word]), 1)
        return _ranked(
            word,
            [
                other
                for other in self.near(word, 1, least)
                if other.in_any_form >= least * math.exp(_candidate(word, other).unlikeliness(1))
            ],
        )

    def written_apart(self, word: str) -> list[tuple[str, str]]:
        """The two words that a word may be, run together, where articles write both so."""
        if not edits_allowed(word):
            return []
        pairs = list(splits(word))
        found = self.are_words([half for pair in pairs for half in pair])
        both = zip(found[::2], found[1::2], strict=True)
        return [pair for pair, are in zip(pairs, both, strict=True) if all(are)]


def _ranked(word: str, near: Iterable[SimilarWord]) -> list[Candidate]:
    """The likeliest first, of each stem one form."""
    ranked = sorted(
        ((_candidate(word, other), other) for other in near),
        key=lambda both: both[0].unlikeliness(both[1].articles),
    )
    forms: dict[int | str, Candidate] = {}
    for candidate, other in ranked:
        forms.setdefault(other.stem, candidate)
    return list(forms.values())[:MAX_TRIED]


def _candidate(typed: str, near: SimilarWord) -> Candidate:
    return Candidate(typed, near.word, near.edits)
