"""Words one typing mistake away: a letter too many, too few or wrong, or two swapped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchsvc.index.strings import TermDictionary, decoded, encoded

FEWEST_LETTERS = 5
"""Of a word, before a mistake in it is looked for."""


def may_be_misspelt(term: str) -> bool:
    """Whether a mistake in a term is looked for: not in short ones, and not in numbers."""
    return len(term) >= FEWEST_LETTERS and not any(map(str.isdigit, term))


class NearWords:
    """Words by the letters that occur in them: one mistake brings at most one other letter."""

    def __init__(self, words: TermDictionary) -> None:
        self._words = words
        starts = words.offsets[:-1]
        self._signatures = np.zeros(0, np.uint32)
        if len(starts):
            self._signatures = np.bitwise_or.reduceat(_letters(words.blob), starts)

    def find(
        self, term: str, scores: NDArray[np.float32], least: float, count: int, *, is_whole: bool
    ) -> list[str]:
        """The words near the term, or that begin so, of the highest scores, `least` or more."""
        if not may_be_misspelt(term):
            return []
        text = np.frombuffer(encoded(term), np.uint8)
        signature = np.bitwise_or.reduce(_letters(text))
        are_close = _has_one_at_most(signature & ~self._signatures)
        are_close &= (scores > 0) & (scores >= least)
        if is_whole:
            are_close &= _has_one_at_most(self._signatures & ~signature)
        close = np.flatnonzero(are_close).astype(np.int32)
        edits = self._words.edits(term, close, 1, is_beginning=not is_whole)
        near = close[(edits <= 1) & (close != self._words.find(text.tobytes()))]
        near = near[np.argsort(-scores[near], kind="stable")][:count]
        return [decoded(self._words[number]) for number in near.tolist()]


def _letters(text: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """A bit for each byte, none for the first of several of one letter: many letters share it."""
    bits = np.uint32(1) << (text & np.uint8(31)).astype(np.uint32)
    bits[text >= 0xC0] = 0
    return bits


def _has_one_at_most(bits: NDArray[np.uint32]) -> NDArray[np.bool_]:
    one: NDArray[np.bool_] = (bits & (bits - np.uint32(1))) == 0
    return one
