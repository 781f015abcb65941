"""Where in a text the words of a query stand: in any form, as phrases, by how they begin.

A text is read as pieces between spaces. Most cannot match, by their letters, and are passed over;
the others repeat, so a memo holds the words of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from searchsvc import analysis, kernels
from searchsvc.analysis import BREAK_POSITIONS
from searchsvc.query.nodes import Phrase, Prefix, TextLeaf, Wildcard, Word
from searchsvc.query.patterns import beginning, fits

PIECES_KEPT = 1 << 15
LONGEST_KEPT = 48
"""Pieces in the memo of a language, and the characters of the longest."""
RECENT_KEPT = 2
"""Longer ones, such as runs of scripts without spaces, are in a memo only while they are read."""
LENGTH_SEARCHED = 10_000
"""Characters of a text that are looked at: what stands behind them is never a match."""
_PIECE = re.compile(r"\S+|\n")
_SIGN = re.compile(r"[^\w\s]|_")


class Match(NamedTuple):
    """text[start:end] matches; `term` tells which part of the query it is a match of."""

    start: int
    end: int
    term: str


class _Form(NamedTuple):
    """One term that a word of a piece is found by; start and end are the word's place in it.

    `is_stretch`: a part of a run without spaces, where every term has a place of its own.
    """

    start: int
    end: int
    position: int
    term: str
    stem: str
    is_stretch: bool


_Piece = tuple[tuple[str, ...], tuple[_Form, ...], int]
"""All terms and stems of a piece, its forms, and how many positions it takes."""


@dataclass(frozen=True, slots=True)
class MatchFinder:
    """What some leaves of a query match.

    A piece holds a match only if it has one of `keys` as a term or stem, or a term that begins with
    one of `beginnings`.
    """

    pieces: _Pieces
    language: str
    stems: frozenset[str]
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    patterns: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    keys: frozenset[str]
    beginnings: tuple[str, ...]
    pairs: bytes | None
    """What `kernels.pieces_with` passes over other pieces by; None if all are to be read."""

    @classmethod
    def of(
        cls, leaves: Iterable[TextLeaf], language: str, names: frozenset[str] = frozenset()
    ) -> MatchFinder:
        """`names` have no other forms."""
        stemming = analysis.stemmer(language, names)
        stems: set[str] = set()
        spellings: list[Sequence[str]] = []
        prefixes, patterns = [], []
        for leaf in leaves:
            match leaf:
                case Word(terms=terms) if len(terms.parts) == 1:
                    stems.update(stemming.query_stems(terms))
                case Word():
                    stems.update(map(stemming.index_stem, leaf.alone))
                    spellings += leaf.together
                case Phrase():
                    spellings += leaf.spellings
                case Prefix(text=text):
                    prefixes.append(text)
                case Wildcard(pattern=pattern):
                    patterns.append(pattern)
        keys = frozenset(stems).union(*spellings)
        return cls(
            _pieces_of(language, names),
            language,
            frozenset(stems),
            frozenset(terms[0] for terms in spellings if len(terms) == 1),
            tuple(prefixes),
            tuple(patterns),
            tuple(tuple(terms) for terms in spellings if len(terms) > 1),
            keys,
            beginnings := (*prefixes, *map(beginning, patterns)),
            _pairs(keys, beginnings) if language == "en" else None,
        )

    def matches(self, text: str) -> list[Match]:
        """The matches in order; none overlaps another."""
        if len(text) > LENGTH_SEARCHED:
            text = text[:LENGTH_SEARCHED]
        text = analysis.bind(text, self.language)
        known, keys, beginnings = self.pieces, self.keys, self.beginnings
        found: list[Match] = []
        terms: set[str] = set()  # of the pieces that match
        for start, end in kernels.pieces_with(text, self.pairs):
            of, forms, _ = known[text[start:end]]
            if not keys.isdisjoint(of) or (beginnings and any(map(self._is_begun, of))):
                found += self._in_piece(forms, start)
                terms.update(of)
        if self.phrases and terms:
            found += self._phrases_in(text, terms)
        return _merged(found)

    def _is_begun(self, term: str) -> bool:
        return term.startswith(self.beginnings)

    def _in_piece(self, forms: Iterable[_Form], at: int) -> Iterator[Match]:
        """The matches of words, prefixes and patterns in a piece, which stands at a place."""
        for form in forms:
            if form.stem in self.stems or form.term in self.exact:
                yield Match(at + form.start, at + form.end, form.stem)
            elif self.beginnings:
                yield from self._expanded(form, at)

    def _expanded(self, form: _Form, at: int) -> Iterator[Match]:
        """A form as a match of the first prefix or pattern that it fits."""
        start, end, term = at + form.start, at + form.end, form.term
        for prefix in self.prefixes:
            if term.startswith(prefix):
                stop = min(start + len(prefix), end) if form.is_stretch else end
                yield Match(start, stop, prefix)
                return
        for pattern in self.patterns:
            if fits(pattern, term):
                yield Match(start, end, pattern)
                return

    def _phrases_in(self, text: str, terms: set[str]) -> Iterator[Match]:
        """The words that stand in a phrase."""
        phrases = [phrase for phrase in self.phrases if terms.issuperset(phrase)]
        if not phrases:
            return
        places = self._places(text, frozenset().union(*phrases))
        for phrase in phrases:
            for position, term in places:
                if term != phrase[0]:
                    continue
                found = [places.get((position + i, term)) for i, term in enumerate(phrase)]
                if all(found):
                    yield from (
                        Match(*place, term)
                        for place, term in zip(found, phrase, strict=True)
                        if place
                    )

    def _places(self, text: str, terms: frozenset[str]) -> dict[tuple[int, str], tuple[int, int]]:
        """From where to where the word is that has one of some terms at a position."""
        places: dict[tuple[int, str], tuple[int, int]] = {}
        position = 0
        for found in _PIECE.finditer(text):
            if found[0] == analysis.BREAK:
                position += BREAK_POSITIONS
                continue
            _, forms, size = self.pieces[found[0]]
            for form in forms:
                if form.term in terms:
                    place = found.start() + form.start, found.start() + form.end
                    places[position + form.position, form.term] = place
            position += size
        return places


class _Pieces(dict[str, _Piece]):
    """The pieces of a language as read; when full it starts anew. Threads share it."""

    def __init__(self, language: str, names: frozenset[str]) -> None:
        self._language = language
        self._stem = analysis.stemmer(language, names).index_stem
        self._recent = lru_cache(maxsize=RECENT_KEPT)(self._read)

    def __missing__(self, piece: str) -> _Piece:
        if len(piece) > LONGEST_KEPT:
            return self._recent(piece)
        if len(self) >= PIECES_KEPT:
            self.clear()
        self[piece] = found = self._read(piece)
        return found

    def _read(self, piece: str) -> _Piece:
        if plain := analysis.plain_word(piece):
            start, end, term = plain
            stem = self._stem(term)
            return (term, stem), (_Form(start, end, 0, term, stem, False),), 1
        forms = tuple(_forms(piece, self._language, self._stem))
        size = forms[-1].position + 1 if forms else 0
        keys = dict.fromkeys(key for form in forms for key in (form.term, form.stem))
        return tuple(keys), forms, size


_pieces_of = lru_cache(maxsize=4)(_Pieces)


def _forms(piece: str, language: str, stem: Callable[[str], str]) -> Iterator[_Form]:
    """All that the words of a piece are found by, each with its place: a part of a run of a script
    without spaces has its own.
    """
    for word in analysis.words(piece, language):
        parts = word.terms.parts
        is_cjk = analysis.is_cjk(word.terms)
        has_own = is_cjk and len(parts) == max(word.end - word.start - 1, 1)
        for offset, term in word.terms.indexed:
            start, end = word.start, word.end
            if has_own:
                start += offset + len(parts[offset]) - len(term)  # the last character, alone
                end = start + len(term)
            yield _Form(start, end, word.position + offset, term, stem(term), is_cjk)


def _pairs(keys: Iterable[str], beginnings: Iterable[str]) -> bytes | None:
    """Which two letters or digits stand in English pieces that may match; None if any may do."""
    pairs: set[str] = set()
    for key in keys:
        pairs |= analysis.beginnings_of(_bare(key))
    for text in beginnings:
        bare = _bare(text)
        if len(bare) < 2:
            return None
        pairs.add(bare[:2])
    return kernels.pairs_table(pairs)


def _bare(text: str) -> str:
    """The letters and digits of a term that is to be found in ASCII, as far as it is."""
    found = re.match(r"[a-z0-9]*", _SIGN.sub("", text))
    return found[0] if found else ""


def _merged(matches: list[Match]) -> list[Match]:
    """In order; what overlaps is one."""
    if len(matches) < 2:
        return matches
    matches.sort()
    merged = [matches[0]]
    for match in matches:
        start, end, term = merged[-1]
        if match.start >= end:
            merged.append(match)
        elif match.end > end:
            merged[-1] = Match(start, match.end, term)
    return merged
