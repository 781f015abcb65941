"""The index's own words near a given one, and how many articles hold a word."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Terms
from searchsvc.scoring import kernels
from searchsvc.scoring.openindex import OpenIndex

MAX_NEIGHBOURS = 1024


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word some edits away, and how many articles hold exactly this form of it."""

    word: str
    stem: str
    edits: int
    frequency: int


@dataclass(frozen=True, slots=True)
class ByLength:
    """A vocabulary in which the words near any other are found; 12 bytes a word beside it.

    signatures  uint32 [words], sorted: words of one length stand side by side
    ends        uint32 [words], how these begin and end
    order       int32 [words], whose each is
    """

    terms: Terms
    signatures: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    order: NDArray[np.int32]

    @classmethod
    def of(cls, terms: Terms) -> ByLength:
        """Takes 100 ns a word."""
        signatures, ends = kernels.signatures(terms.blob, terms.offsets)
        order = signatures.argsort(kind="stable").astype(np.int32)
        return cls(terms, signatures[order], ends[order], order)

    def near(self, word: str, edits: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The indices of the words at most so many edits away, in no order, and their edits."""
        letters = np.fromiter(map(ord, word), np.int64, len(word))
        found: tuple[NDArray[np.int64], NDArray[np.int64]] = kernels.neighbours(
            letters,
            edits,
            self.signatures,
            self.ends,
            self.order,
            self.terms.blob,
            self.terms.offsets,
        )
        return found


class Neighbours:
    """Of one generation's vocabulary: its words as typed. Shared by all threads."""

    def __init__(self, index: OpenIndex, stem: Callable[[str], str]) -> None:
        self._index = index
        self._impacts = index.impacts
        self._stem = stem

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """How many articles hold each word, in any form; those held back count as well."""
        if not words:
            return []
        extents = self._impacts.find([text for word in words for text in (self._stem(word), word)])
        # As Python's own numbers: few words are counted faster than numpy begins.
        sides = zip(extents[0].tolist(), extents[-1].tolist(), strict=True)
        return [max(b - a, d - c) for (a, _, c, _), (_, b, _, d) in sides]

    def are_written(self, words: Sequence[str]) -> list[bool]:
        """Whether any article holds each word in this very form."""
        if not words:
            return []
        extents = self._impacts.find([text for word in words for text in ("", word)])
        sides = zip(extents[0, :, 2].tolist(), extents[-1, :, 3].tolist(), strict=True)
        return [start < stop for start, stop in sides]

    def rarity(self, word: str) -> float:
        """The inverse document frequency that BM25 weighs a word with."""
        (frequency,) = self.frequencies([word])
        return max(self._index.factor(frequency), math.ulp(1.0))

    def near(self, word: str, edits: int) -> list[Neighbour]:
        """Words at most so many edits away, another form of the word left out.

        The MAX_NEIGHBOURS that most articles hold, the commonest first.
        """
        return self._neighbours(word, *self._by_length.near(word, edits))

    def commoner(self, word: str, times: int) -> list[tuple[Neighbour, float]]:
        """Words one edit away that at least so many times as many articles hold, in any form.

        With each goes how many times as many; 1 counts for a word that none holds.
        """
        places, edits = self._by_length.near(word, 1)
        others = self._words(places)
        articles, *held = self.frequencies([word, *others])
        more = [count / max(articles, 1) for count in held]
        kept = [n for n, factor in enumerate(more) if factor >= times]
        if not kept:
            return []
        factors = {others[n]: more[n] for n in kept}
        found = self._neighbours(word, places[kept], edits[kept])
        return [(neighbour, factors[neighbour.word]) for neighbour in found]

    def _neighbours(
        self, word: str, places: NDArray[np.int64], edits: NDArray[np.int64]
    ) -> list[Neighbour]:
        frequencies = self._impacts.frequencies(places)
        commonest = np.lexsort((places, -frequencies))[:MAX_NEIGHBOURS]
        own = self._stem(word)
        others = self._words(places[commonest])
        sizes = zip(edits[commonest].tolist(), frequencies[commonest].tolist(), strict=True)
        return [
            Neighbour(other, stem, distant, frequency)
            for other, (distant, frequency) in zip(others, sizes, strict=True)
            if frequency and (stem := self._stem(other)) != own
        ]

    def _words(self, places: NDArray[np.int64]) -> list[str]:
        words = self._impacts.words.some(places.tolist())
        return [word.decode("utf-8", "replace") for word in words]

    @cached_property
    def _by_length(self) -> ByLength:
        """Made by the first who needs it."""
        return ByLength.of(self._impacts.words)
