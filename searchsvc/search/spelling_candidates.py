"""Spelling candidates: the words of an index that a typed word may have been meant for."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import stemmer
from searchsvc.index.arrays import Int32
from searchsvc.index.impacts import Impacts, inverse_document_frequency
from searchsvc.index.strings import ByteStrings, decoded, encoded
from searchsvc.search.word_candidates import SimilarWord, WordCandidates

MAX_NEAR = 1024
"""Words near a typed one that are looked at: the commonest."""
_AT_ONCE = 8192
"""Words that are looked at together, for memory that is soon free again."""


@dataclass(frozen=True, slots=True, eq=False)
class _ByLength:
    """The words of an index by their length in characters, then from the commonest on.

    order       int32 [words]: those of n letters are order[starts[n]:starts[n + 1]]
    signatures  uint64 [words], in that order: a bit for each letter that a word has, and another
                for each that it has more than once
    rarities    int32 [words], in that order: the frequencies of their stems, negative
    """

    order: Int32
    starts: list[int]
    signatures: NDArray[np.uint64]
    rarities: Int32

    @classmethod
    def of(cls, words: ByteStrings, frequencies: Int32) -> _ByLength:
        if not len(words):
            return cls(np.zeros(0, np.int32), [0], np.zeros(0, np.uint64), frequencies)
        parts = [
            _lengths_and_signatures(words.blob, words.offsets[first : first + _AT_ONCE + 1])
            for first in range(0, len(words), _AT_ONCE)
        ]
        lengths, signatures = map(np.concatenate, zip(*parts, strict=True))
        order = np.lexsort((-frequencies, lengths))
        starts = np.searchsorted(lengths[order], np.arange(int(lengths.max()) + 2))
        return cls(order.astype(np.int32), starts.tolist(), signatures[order], -frequencies[order])

    def may_be_near(self, word: str, edits: int, least: int) -> Int32:
        """The places of words with about the same letters, their stems in `least` articles.

        An edit that changes a word's length changes one bit at most, any other two.
        """
        signature = _signature(word)
        found = []
        for length in range(max(len(word) - edits, 1), len(word) + edits + 1):
            if length + 1 < len(self.starts):
                start, stop = self.starts[length], self.starts[length + 1]
                some = slice(start, bisect_right(self.rarities.data, -least, start, stop))
                different = np.bitwise_count(self.signatures[some] ^ signature)
                most = 2 * edits - abs(length - len(word))
                found.append(self.order[some][different <= most])
        return np.concatenate(found) if found else np.zeros(0, np.int32)


def _lengths_and_signatures(
    blob: NDArray[np.uint8], offsets: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Of some words in a row."""
    own = blob[offsets[0] : offsets[-1]]
    text = decoded(own.tobytes())
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    is_first = own & 0xC0 != 0x80
    before = np.concatenate(([0], np.cumsum(is_first)))[offsets - offsets[0]]
    lengths = np.diff(before)
    return lengths, np.bitwise_or.reduceat(_bits(letters, lengths), before[:-1])


def _signature(word: str) -> np.uint64:
    once = again = 0
    for letter in word:
        bit = 1 << (ord(letter) & 31)
        again |= once & bit
        once |= bit
    return np.uint64(once | again << 32)


def _bits(letters: NDArray[np.uint32], lengths: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The same of each letter of words of these lengths, in any order within a word."""
    words = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
    marks = np.sort(words << np.uint32(5) | letters & np.uint32(31))
    is_again = np.concatenate(([False], marks[1:] == marks[:-1]))
    return np.uint64(1) << ((marks & np.uint32(31)) + np.uint32(32) * is_again).astype(np.uint64)


class SpellingCandidates(WordCandidates):
    """Of one generation. Threads share it; what it needs is made by the first that asks."""

    def __init__(self, impacts: Impacts, language: str) -> None:
        self.language = language
        self._impacts = impacts
        self._stem = stemmer(language, impacts.names)

    @cached_property
    def _by_length(self) -> _ByLength:
        impacts = self._impacts
        frequencies = impacts.frequencies[impacts.vocabulary.stem_of]
        frequencies[impacts.vocabulary.foreign_stems()] = 0
        return _ByLength.of(impacts.words, frequencies)

    @cached_property
    def _documents(self) -> int:
        """About how many there are: up to the last that any list has."""
        lasts = self._impacts.starts[1:].astype(np.int64) - 1
        return int(self._impacts.docs[lasts].max(initial=-1)) + 1 if len(lasts) else 0

    def articles(self, terms: Sequence[str]) -> list[int]:
        return self._impacts.frequencies_of([self._stem(term) for term in terms])

    def rarity(self, term: str) -> float:
        (articles,) = self.articles([term])
        return max(inverse_document_frequency(self._documents, articles), math.ulp(1.0))

    def near(self, word: str, edits: int, least: int = 0) -> list[SimilarWord]:
        """At most MAX_NEAR."""
        return self._commonest(word, *self._near(word, edits, least))

    def are_words(self, terms: Sequence[str]) -> list[bool]:
        return [place >= 0 for place in self._impacts.words.find_all(map(encoded, terms))]

    def _near(self, word: str, edits: int, least: int = 0) -> tuple[Int32, NDArray[np.uint8]]:
        """The places of the words at most so many edits away, and how many.

        Only of words whose stems are in `least` articles or more.
        """
        places = self._by_length.may_be_near(word, edits, least)
        found = self._impacts.words.edits(word, places, edits)
        near = found <= edits
        return places[near], found[near]

    def _commonest(self, word: str, places: Int32, edits: NDArray[np.uint8]) -> list[SimilarWord]:
        impacts = self._impacts
        stems = impacts.vocabulary.stem_of[places]
        others = np.flatnonzero(stems != impacts.stems.find(encoded(self._stem(word))))
        counts = impacts.document_counts[places[others]]
        order = np.lexsort((places[others], -counts))[:MAX_NEAR]
        chosen = others[order]
        texts = impacts.words.views(places[chosen].tolist())
        return [
            SimilarWord(*found)
            for found in zip(
                map(decoded, texts),
                stems[chosen].tolist(),
                edits[chosen].tolist(),
                counts[order].tolist(),
                impacts.frequencies[stems[chosen]].tolist(),
                strict=True,
            )
        ]
