"""The index's own words near a given one, and how many articles hold a word."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
        sizes: list[int] = (extents[:, 1::2] - extents[:, ::2]).max(axis=1).tolist()
        return sizes

    def rarity(self, word: str) -> float:
        """The inverse document frequency that BM25 weighs a word with."""
        (frequency,) = self.frequencies([word])
        return max(self._index.factor(frequency), math.ulp(1.0))

    def near(self, word: str, edits: int) -> list[Neighbour]:
        """Words at most so many edits away, another form of the word left out.

        The MAX_NEIGHBOURS that most articles hold, the commonest first.
        """
        letters = np.fromiter(map(ord, word), np.int64, len(word))
        terms = self._impacts.words
        places, distances = kernels.neighbours(
            letters, edits, self._signatures, terms.blob, terms.offsets
        )
        extents = self._impacts.word_extents[places]
        frequencies = extents[:, 1] - extents[:, 0]
        commonest = np.argsort(-frequencies, kind="stable")[:MAX_NEIGHBOURS]
        own = self._stem(word)
        found = []
        for n in commonest.tolist():
            other = terms[places[n]].decode("utf-8", "replace")
            stem = self._stem(other)
            if frequencies[n] and stem != own:
                found.append(Neighbour(other, stem, int(distances[n]), int(frequencies[n])))
        return found

    @cached_property
    def _signatures(self) -> NDArray[np.uint32]:
        """Computed by the first who needs them: 10 ns and 4 bytes a word."""
        found: NDArray[np.uint32] = kernels.signatures(
            self._impacts.words.blob, self._impacts.words.offsets
        )
        return found
