"""Texts as the numbers of their chunks: every distinct chunk of text is analysed once."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import (
    BREAK,
    BREAK_POSITIONS,
    MARK,
    OTHER,
    case_of,
    compound_keys,
    foreign_stemmer,
    index_stems,
    is_in_small_letters,
    plain_word,
    raw_words,
    terms_of,
)
from searchsvc.index.arrays import Int32
from searchsvc.index.strings import TermDictionary, encoded

BREAK_CHUNK = "\ue000"
"""Stands, between spaces, for a border that no phrase crosses."""


@dataclass(frozen=True, slots=True)
class WordArrays:
    """A WordTable as arrays, for E chunks with T terms.

    advances   [E], how many places a chunk takes in its field
    starts     [E + 1], where a chunk's terms stand in the next two
    terms      [T], numbers in `words`
    offsets    [T], a term's distance from its chunk's place
    stem_of    [words], each one's stem
    """

    advances: Int32
    starts: Int32
    terms: Int32
    offsets: Int32
    words: TermDictionary
    stems: TermDictionary
    stem_of: Int32


class _Numbers(dict[str, int]):
    """Gives every key that is new the next number."""

    def __missing__(self, key: str) -> int:
        number = self[key] = len(self)
        return number


class WordTable:
    """Chunks are what stands between white space; no word reaches across it.

    A chunk in another language has its code behind it, see `analysis.marked`.
    """

    def __init__(self, language: str) -> None:
        self._language = language
        self._chunks = _Numbers()
        self.number: Callable[[str], int] = self._chunks.__getitem__
        self._title_keys: list[str] = []
        self._compounds: list[tuple[int, str]] = []
        self._foreign: dict[int, int] = {}
        self._analysed = 0
        self._words = _Numbers()
        self._advances = array("i")
        self._starts = array("i", [0])
        self._terms = array("i")
        self._offsets = array("i")

    def __len__(self) -> int:
        return len(self._chunks)

    def title_keys(self) -> list[str]:
        """What each chunk adds to the key of a title."""
        self._analyse()
        return self._title_keys

    def compounds(self) -> list[tuple[int, str]]:
        """Chunks that hold a hyphenated word, each with its key."""
        self._analyse()
        return self._compounds

    def foreign_stems(self) -> NDArray[np.int64]:
        """How many of each chunk's terms are stems of another language."""
        self._analyse()
        found = np.zeros(len(self._chunks), np.int64)
        for chunk, stems in self._foreign.items():
            found[chunk] = stems
        return found

    def cases(self) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """What the first letter of each chunk is that is one word, and which are in small letters.

        Behind these no sentence begins.
        """
        self._analyse()
        size = len(self._chunks)
        cases = np.fromiter(map(_case_of, self._chunks), np.uint8, size)
        cases[np.array(self._advances, np.int32) != 1] = OTHER
        return cases, np.fromiter(map(is_in_small_letters, self._chunks), np.bool_, size)

    def arrays(self) -> WordArrays:
        self._analyse()
        words, word_numbers = TermDictionary.sorted_of(map(encoded, self._words))
        distinct = _Numbers()
        stem_of_word = [distinct[stem] for stem in index_stems(self._language, self._words)]
        stems, stem_numbers = TermDictionary.sorted_of(map(encoded, distinct))
        stem_of = np.empty(len(words), np.int32)
        stem_of[word_numbers] = stem_numbers[np.array(stem_of_word, np.int32)]
        return WordArrays(
            advances=np.array(self._advances, np.int32),
            starts=np.array(self._starts, np.int32),
            terms=word_numbers[np.array(self._terms, np.int32)],
            offsets=np.array(self._offsets, np.int32),
            words=words,
            stems=stems,
            stem_of=stem_of,
        )

    def _analyse(self) -> None:
        """Whatever chunks have come since the last time."""
        chunks = list(self._chunks)[self._analysed :]
        for number, chunk in enumerate(chunks, start=self._analysed):
            if plain := plain_word(chunk):
                key = plain[2]
                self._terms.append(self._words[key])
                self._offsets.append(0)
                advance = 1
            else:
                advance, key = self._add_terms(number, chunk)
            self._advances.append(advance)
            self._starts.append(len(self._terms))
            self._title_keys.append(key)
        self._analysed += len(chunks)

    def _add_terms(self, number: int, chunk: str) -> tuple[int, str]:
        """Adds a chunk's terms; returns how many places it takes, and its part of a title key."""
        if chunk == BREAK_CHUNK:
            return BREAK_POSITIONS, ""
        place = 0
        parts: list[str] = []
        text, _, foreign = chunk.partition(MARK)
        language = foreign or self._language
        for raw in raw_words(text, language):
            if raw == BREAK:
                continue
            terms = terms_of(raw, language)
            found = [*terms.indexed]
            if foreign:
                stem = foreign_stemmer(foreign).index_stem
                stems = dict.fromkeys((offset, stem(term)) for offset, term in terms.indexed)
                self._foreign[number] = self._foreign.get(number, 0) + len(stems)
                found += stems
            for offset, term in found:
                self._terms.append(self._words[term])
                self._offsets.append(place + offset)
            self._compounds += ((number, key) for key in compound_keys(terms))
            place += len(terms.parts)
            parts += terms.parts
        return place, " ".join(parts)


def _case_of(chunk: str) -> int:
    """Other languages may have other rules of capitals."""
    return OTHER if MARK in chunk else case_of(chunk)
