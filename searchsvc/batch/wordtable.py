"""Every distinct word of the texts, analysed once."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import (
    BREAK,
    BREAK_POSITIONS,
    compound_keys,
    raw_words,
    stems,
    terms_of,
)
from searchsvc.batch.chunktable import ChunkTable
from searchsvc.batch.termlist import SortedTerms
from searchsvc.columnar import ByteStrings

Int32 = NDArray[np.int32]

_BYTES_AN_ENTRY = 400
"""Roughly what a distinct chunk costs: its text, its analysis, its places in dicts and arrays."""


@dataclass(frozen=True, slots=True)
class WordArrays:
    """A WordTable as arrays, for E entries with T terms and C compounds.

    advances         [E], how many positions an entry takes
    starts           [E + 1], where an entry's terms stand in the next two
    terms            [T], numbers of exact terms in `exact`'s order
    offsets          [T], a term's distance from its entry's position
    stem_of          [exact terms], each one's stem as a number in `stems`' order
    title_keys       E strings, what each entry contributes to a title key
    compound_starts  [E + 1], where an entry's compounds stand in `compounds`
    compounds        [C], numbers of their keys in `compound_keys`' order
    """

    advances: Int32
    starts: Int32
    terms: Int32
    offsets: Int32
    stem_of: Int32
    exact: SortedTerms
    stems: SortedTerms
    title_keys: ByteStrings
    compound_starts: Int32
    compounds: Int32
    compound_keys: SortedTerms


class WordTable:
    """Looks up the chunks of texts as the numbers of their entries."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._chunks = ChunkTable()
        self._advances = array("i")
        self._starts = array("i", [0])
        self._terms = array("i")
        self._offsets = array("i")
        self._exact: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._stem_of = array("i")
        self._title_keys: list[str] = []
        self._compound_starts = array("i", [0])
        self._compounds = array("i")
        self._compound_keys: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._chunks)

    @property
    def memory(self) -> int:
        """About how many bytes it takes."""
        return _BYTES_AN_ENTRY * len(self)

    def look_up(self, texts: Sequence[str]) -> tuple[Int32, Int32]:
        """The entries of the texts, and how many each text has."""
        return self._chunks.number(texts)

    def arrays(self) -> WordArrays:
        self._analyse()
        exact, exact_ranks = SortedTerms.of(self._exact)
        stems, stem_ranks = SortedTerms.of(self._stems)
        stem_of = np.empty(len(exact_ranks), np.int32)
        stem_of[exact_ranks] = stem_ranks[np.array(self._stem_of, np.int32)]
        compound_keys, compound_ranks = SortedTerms.of(self._compound_keys)
        return WordArrays(
            advances=np.array(self._advances, np.int32),
            starts=np.array(self._starts, np.int32),
            terms=exact_ranks[np.array(self._terms, np.int32)],
            offsets=np.array(self._offsets, np.int32),
            stem_of=stem_of,
            exact=exact,
            stems=stems,
            title_keys=ByteStrings.of(map(str.encode, self._title_keys)),
            compound_starts=np.array(self._compound_starts, np.int32),
            compounds=compound_ranks[np.array(self._compounds, np.int32)],
            compound_keys=compound_keys,
        )

    def _analyse(self) -> None:
        """Whatever chunks have come since the last time."""
        exact = self._exact
        for chunk in self._chunks.since(len(self._advances)):
            if chunk.isascii() and (chunk.isalpha() or chunk.isdigit()):
                # Most are, and are their own only term.
                self._terms.append(exact.setdefault(chunk, len(exact)))
                self._offsets.append(0)
                advance, key = 1, chunk
            else:
                advance, key = self._add_terms(chunk)
            self._advances.append(advance)
            self._starts.append(len(self._terms))
            self._compound_starts.append(len(self._compounds))
            self._title_keys.append(key)
        known = self._stems
        for stem in stems(self._language, islice(exact, len(self._stem_of), None)):
            self._stem_of.append(known.setdefault(stem, len(known)))

    def _add_terms(self, chunk: str) -> tuple[int, str]:
        """Adds its terms and compounds; returns how many positions it takes, and its title key."""
        exact, compounds = self._exact, self._compound_keys
        position = 0
        parts: list[str] = []
        for raw in raw_words(chunk):
            if raw == BREAK:
                position += BREAK_POSITIONS
                continue
            terms = terms_of(raw)
            for offset, term in terms.indexed:
                self._terms.append(exact.setdefault(term, len(exact)))
                self._offsets.append(position + offset)
            for key in compound_keys(terms):
                self._compounds.append(compounds.setdefault(key, len(compounds)))
            position += len(terms.parts)
            parts += terms.parts
        return position, " ".join(parts)
