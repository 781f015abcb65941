"""Where in a text the words of a query stand: in any form, as phrases, by how they begin.

A text is read as pieces between spaces. Pieces repeat, so a memo holds the words of each; a text
of which no piece can match costs one look at each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from searchsvc import analysis
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
    openings: frozenset[str]
    """The first two letters of plain words that may have one of the keys; empty if not known."""

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
                    stems.add(stemming.query_stem(terms))
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
            (*prefixes, *map(beginning, patterns)),
            _openings(keys) if language == "en" else frozenset(),
        )

    def matches(self, text: str) -> list[Match]:
        """The matches in order; none overlaps another."""
        if len(text) > LENGTH_SEARCHED:
            text = text[:LENGTH_SEARCHED]
        text = analysis.bind(text, self.language)
        pieces = self._matching(text.split())
        if not pieces:
            return []
        found: list[Match] = []
        for piece, matches in pieces.items():
            if matches:
                found += _placed(text, piece, matches)
        if self.phrases:
            found += self._phrases_in(text, pieces)
        return _merged(found)

    def _matching(self, pieces: Iterable[str]) -> dict[str, list[Match]]:
        """The pieces that may hold a match, each with what matches by itself."""
        known, keys, beginnings = self.pieces, self.keys, self.beginnings
        if beginnings:
            holding = {
                piece
                for piece in pieces
                if not keys.isdisjoint(of := known[piece][0])
                or any([key.startswith(beginnings) for key in of])
            }
        else:
            if openings := self.openings:
                pieces = [
                    piece
                    for piece in pieces
                    if piece in known or piece[:2] in openings or not _is_plain(piece)
                ]
            holding = {piece for piece in pieces if not keys.isdisjoint(known[piece][0])}
        return {piece: self._in_piece(piece) for piece in holding}

    def _in_piece(self, piece: str) -> list[Match]:
        """The matches of words, prefixes and patterns in a piece."""
        found = []
        for form in self.pieces[piece][1]:
            if form.stem in self.stems or form.term in self.exact:
                found.append(Match(form.start, form.end, form.stem))
            elif self.beginnings:
                found += self._expanded(form)
        return found

    def _expanded(self, form: _Form) -> Iterator[Match]:
        """A form as a match of the first prefix or pattern that it fits."""
        start, end, term = form.start, form.end, form.term
        for prefix in self.prefixes:
            if term.startswith(prefix):
                stop = min(start + len(prefix), end) if form.is_stretch else end
                yield Match(start, stop, prefix)
                return
        for pattern in self.patterns:
            if fits(pattern, term):
                yield Match(start, end, pattern)
                return

    def _phrases_in(self, text: str, pieces: Iterable[str]) -> Iterator[Match]:
        """The words that stand in a phrase."""
        terms = {key for piece in pieces for key in self.pieces[piece][0]}
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


def _is_plain(piece: str) -> bool:
    """Whether it is one English word in small letters, but for its first, and a sign behind it."""
    word = piece[:-1] if piece[-1] in ",.:;" else piece
    return word.isascii() and word.isalpha() and word[1:].islower()


def _openings(keys: Iterable[str]) -> frozenset[str]:
    """The first two letters of plain English words that may have one of the keys as a stem.

    A stem begins as its words do, but for British spellings (oestrogen, sceptic, enquiry) and
    vowels that change: men, feet, mice, dying.
    """
    found = set()
    for key in keys:
        first, second = key[:1], key[1:2] or "e"
        found |= {first + other for other in second + _VARIANTS.get(second, "")}
        if first in "ei":
            found |= {"ae", "oe", "en"}
    return frozenset(found | {opening.capitalize() for opening in found})


_VARIANTS = {"a": "ey", "e": "ao", "i": "ey", "k": "c", "o": "ei", "u": "o"}
"""Second letters that words may have where their stem has another."""


def _placed(text: str, piece: str, matches: Sequence[Match]) -> Iterator[Match]:
    """The matches of a piece wherever it stands between spaces in a text."""
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        if text[start - 1 : start].strip() == "" == text[end : end + 1].strip():
            for match in matches:
                yield Match(start + match.start, start + match.end, match.term)
            start = text.find(piece, end)
        else:
            start = text.find(piece, start + 1)


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
