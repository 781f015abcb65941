"""Every distinct word of the texts, analysed once."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import (
    BREAK,
    BREAK_POSITIONS,
    compound_keys,
    raw_words,
    stemmer,
    terms_of,
)
from searchsvc.batch.termlist import SortedTerms

Int32 = NDArray[np.int32]

_BEFORE, _AFTER = "\"'([\u2018\u201c", ".,:;!?\"')]\u2019\u201d"
"""Signs that are no part of a word of letters which they stand before or after; a point before it
may be: `.NET`."""

_BYTES_AN_ENTRY = 400
"""Roughly what a distinct word costs: its text, its analysis, its places in dicts and arrays."""


@dataclass(frozen=True, slots=True)
class WordArrays:
    """A WordTable as arrays, for E entries with T terms.

    advances     [E], how many positions an entry takes
    starts       [E + 1], where an entry's terms stand in the next two
    terms        [T], numbers of exact terms in `exact`'s order
    offsets      [T], a term's distance from its entry's position
    stem_of      [exact terms], each one's stem as a number in `stems`' order
    """

    advances: Int32
    starts: Int32
    terms: Int32
    offsets: Int32
    stem_of: Int32
    exact: SortedTerms
    stems: SortedTerms


class WordTable(dict[str, int]):
    """Looks up a chunk of text (what stands between white space) as the number of its entry.

    Chunks come first because splitting at white space costs a tenth of what the tokeniser does,
    and most chunks have been seen before. "supercomputer," and "supercomputer" share an entry.
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self.key_of: list[str] = []
        """What each entry contributes to a title key."""
        self.compounds: dict[int, tuple[str, ...]] = {}
        """The keys of the compounds in an entry, for those that have any."""
        self._stem = stemmer(language)
        self._plain: dict[str, int] = {}
        self._entries: dict[tuple[str, ...], int] = {}
        self._advances = array("i")
        self._starts = array("i", [0])
        self._terms = array("i")
        self._offsets = array("i")
        self._exact: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._stem_of = array("i")

    @property
    def memory(self) -> int:
        """About how many bytes it takes."""
        return _BYTES_AN_ENTRY * len(self)

    def __missing__(self, chunk: str) -> int:
        # Most chunks are letters and a sign: no tokeniser is needed to see what is their word, and
        # no other case makes another of it.
        bare = chunk.lstrip(_BEFORE).rstrip(_AFTER)
        if bare.isascii() and bare.isalpha():
            word = bare.lower()
            entry = self._plain.get(word)
            if entry is None:
                entry = self._plain[word] = self._add_plain(word)
        else:
            raws = tuple(raw_words(chunk))
            entry = self._entries.get(raws)
            if entry is None:
                entry = self._entries[raws] = self._add(raws)
        self[chunk] = entry
        return entry

    def _add_plain(self, word: str) -> int:
        """What `_add` makes of ASCII letters in lower case."""
        self._append(word, 0)
        self._advances.append(1)
        self._starts.append(len(self._terms))
        self.key_of.append(word)
        return len(self._advances) - 1

    def _add(self, raws: tuple[str, ...]) -> int:
        position = 0
        parts: list[str] = []
        compounds: tuple[str, ...] = ()
        for raw in raws:
            if raw == BREAK:
                position += BREAK_POSITIONS
                continue
            terms = terms_of(raw)
            for offset, term in terms.indexed:
                self._append(term, position + offset)
            position += len(terms.parts)
            parts += terms.parts
            compounds += compound_keys(terms)
        if compounds:
            self.compounds[len(self._advances)] = compounds
        self._advances.append(position)
        self._starts.append(len(self._terms))
        self.key_of.append(" ".join(parts))
        return len(self._advances) - 1

    def _append(self, term: str, offset: int) -> None:
        number = self._exact.get(term)
        if number is None:
            number = self._exact[term] = len(self._exact)
            self._stem_of.append(self._stems.setdefault(self._stem(term), len(self._stems)))
        self._terms.append(number)
        self._offsets.append(offset)

    def arrays(self) -> WordArrays:
        exact, exact_ranks = SortedTerms.of(self._exact)
        stems, stem_ranks = SortedTerms.of(self._stems)
        stem_of = np.empty(len(exact_ranks), np.int32)
        stem_of[exact_ranks] = stem_ranks[np.array(self._stem_of, np.int32)]
        return WordArrays(
            advances=np.array(self._advances, np.int32),
            starts=np.array(self._starts, np.int32),
            terms=exact_ranks[np.array(self._terms, np.int32)],
            offsets=np.array(self._offsets, np.int32),
            stem_of=stem_of,
            exact=exact,
            stems=stems,
        )
