"""Escaped HTML with the matched words in `<mark>`, and the passage of a text worth showing."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from searchsvc import analysis
from searchsvc.query.syntax import Node, Phrase, Prefix, Word, positive

_SPECIAL = re.compile("[&<>\"']")
PASSAGE_LENGTH = 200
"""Characters of an excerpt that are shown, more or less a word."""
PIECES_KEPT = 1 << 16
_WINDOW = PASSAGE_LENGTH - 40
"""How near to each other matches must be to be shown together, after some words before them."""


@dataclass(frozen=True, slots=True)
class Highlighter:
    """What a query matches, as needed to find it again in a text."""

    stem: Callable[[str], str]
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, node: Node, stem: Callable[[str], str]) -> Highlighter:
        leaves = positive(node)
        return cls(
            stem=stem,
            stems=frozenset(
                stem(term)
                for leaf in leaves
                if isinstance(leaf, Word)
                for term in _all_terms(leaf.terms)
            ),
            prefixes=tuple(leaf.text for leaf in leaves if isinstance(leaf, Prefix)),
            phrases=tuple(
                tuple(spelling)
                for leaf in leaves
                if isinstance(leaf, Phrase)
                for spelling in leaf.spellings
            ),
        )

    def whole(self, text: str) -> str:
        """All of a text."""
        return _marked(text, self._matches(text), 0, len(text))

    def passage(self, text: str) -> str:
        """The part of a text that holds most different matches, the earliest such."""
        spans = self._matches(text)
        start, end = _best_window(text, spans)
        lead = "… " if start else ""
        tail = " …" if end < len(text) else ""
        return lead + _marked(text, spans, start, end) + tail

    def _matches(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and term of every word that matches, in order."""
        if self.phrases or self.prefixes:
            return self._matches_in_whole(text)
        if not self.stems:
            return []
        # No word reaches across a space, and few pieces between spaces hold one that matches.
        stems, look_up = self.stems, _pieces(self.stem)
        found = []
        offset = 0
        for piece in text.split(" "):
            held, words = look_up(piece)
            if not stems.isdisjoint(held):
                for start, end, terms in words:
                    for term in terms:
                        if term in stems:
                            found.append((offset + start, offset + end, term))
                            break
            offset += len(piece) + 1
        return found

    def _matches_in_whole(self, text: str) -> list[tuple[int, int, str]]:
        """For phrases and prefixes, which no table of pieces can decide."""
        words = list(analysis.words(text))
        in_phrase = self._phrase_words(words)
        found = []
        for number, word in enumerate(words):
            term = self._match(word.terms)
            if term is None and number in in_phrase:
                term = word.terms.parts[0]
            if term is not None:
                found.append((word.start, word.end, term))
        return found

    def _match(self, terms: analysis.Terms) -> str | None:
        for term in _all_terms(terms):
            if (stem := self.stem(term)) in self.stems:
                return stem
            if self.prefixes and term.startswith(self.prefixes):
                return term
        return None

    def _phrase_words(self, words: Sequence[analysis.Word]) -> set[int]:
        """Numbers of the words that stand in a phrase of the query."""
        if not self.phrases:
            return set()
        parts = [(part, number) for number, word in enumerate(words) for part in word.terms.parts]
        inside: set[int] = set()
        for phrase in self.phrases:
            size = len(phrase)
            for start in range(len(parts) - size + 1):
                if all(parts[start + i][0] == phrase[i] for i in range(size)):
                    inside.update(number for _, number in parts[start : start + size])
        return inside


_Piece = tuple[frozenset[str], tuple[tuple[int, int, tuple[str, ...]], ...]]
"""All stems in a piece of text; and each of its words, from where to where, with its stems."""


@lru_cache(maxsize=4)
def _pieces(stem: Callable[[str], str]) -> Callable[[str], _Piece]:
    """The words of a piece of text, remembered: the articles of a site share most of them."""

    @lru_cache(maxsize=PIECES_KEPT)
    def look_up(piece: str) -> _Piece:
        words = tuple(
            (word.start, word.end, tuple(stem(term) for term in _all_terms(word.terms)))
            for word in analysis.words(piece)
        )
        return frozenset(stem for _, _, stems in words for stem in stems), words

    return look_up


def _all_terms(terms: analysis.Terms) -> Iterable[str]:
    return (*terms.parts, terms.solid) if terms.solid else terms.parts


def _best_window(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[int, int]:
    if len(text) <= PASSAGE_LENGTH:
        return 0, len(text)
    best = _densest(spans)
    # Some words before the first match tell what it is about.
    start = max(0, min(best - 40, len(text) - PASSAGE_LENGTH)) if best > 60 else 0
    if start:
        start = _after_space(text, start)
    end = min(len(text), start + PASSAGE_LENGTH)
    return start, _before_space(text, end) if end < len(text) else end


def _densest(spans: Sequence[tuple[int, int, str]]) -> int:
    """Where the earliest of the windows begins that hold most different terms."""
    best, best_count = 0, 0
    inside: Counter[str] = Counter()
    following = 0
    for number, (start, _, term) in enumerate(spans):
        following = max(following, number)
        while following < len(spans) and spans[following][1] <= start + _WINDOW:
            inside[spans[following][2]] += 1
            following += 1
        if len(inside) > best_count:
            best, best_count = start, len(inside)
        if number < following:
            inside[term] -= 1
            if not inside[term]:
                del inside[term]
    return best


def _after_space(text: str, position: int) -> int:
    space = text.find(" ", position, position + 30)
    return position if space < 0 else space + 1


def _before_space(text: str, position: int) -> int:
    space = text.rfind(" ", position - 30, position + 1)
    return position if space < 0 else space


def _marked(text: str, spans: Sequence[tuple[int, int, str]], start: int, end: int) -> str:
    escape = html.escape if _SPECIAL.search(text) else str
    marked = ""
    done = start
    for begin, stop, _ in spans:
        if done <= begin and stop <= end:
            marked += f"{escape(text[done:begin])}<mark>{escape(text[begin:stop])}</mark>"
            done = stop
    return marked + escape(text[done:end])
