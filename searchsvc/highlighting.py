"""Escaped HTML with the matched words in `<mark>`, and the passage of a text worth showing."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from searchsvc import analysis
from searchsvc.query.syntax import Node, Phrase, Prefix, Word, positive

PASSAGE_LENGTH = 200
"""Characters of an excerpt that are shown, more or less a word."""
_WINDOW = PASSAGE_LENGTH - 40
"""How near to each other matches must be to be shown together, after some words before them."""


@dataclass(frozen=True, slots=True)
class Highlighter:
    """What a query matches, as needed to find it again in a text."""

    stem: Callable[[str], str]
    stems: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    _known: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)

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
                tuple(part for word in leaf.words for part in word.parts)
                for leaf in leaves
                if isinstance(leaf, Phrase)
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
        if not self.phrases:
            return self._matching_words(text) if self.stems or self.prefixes else []
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

    def _matching_words(self, text: str) -> list[tuple[int, int, str]]:
        """Matches that depend on no neighbour: each spelling is decided once for all texts."""
        known = self._known
        found = []
        for match in analysis.find_words(text):
            raw = match[0]
            try:
                term = known[raw]
            except KeyError:
                term = known[raw] = self._match(analysis.terms_of(raw))
            if term is not None:
                found.append((match.start(), match.end(), term))
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
        parts = [(part, number) for number, word in enumerate(words) for part in word.terms.parts]
        inside: set[int] = set()
        for phrase in self.phrases:
            size = len(phrase)
            for start in range(len(parts) - size + 1):
                if all(parts[start + i][0] == phrase[i] for i in range(size)):
                    inside.update(number for _, number in parts[start : start + size])
        return inside


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
    out = []
    done = start
    for begin, stop, _ in spans:
        if begin < done or stop > end:
            continue
        out.append(html.escape(text[done:begin]))
        out.append(f"<mark>{html.escape(text[begin:stop])}</mark>")
        done = stop
    out.append(html.escape(text[done:end]))
    return "".join(out)
