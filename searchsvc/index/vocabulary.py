"""The words and stems of several segments as one vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchsvc.index.arrays import Int32
from searchsvc.index.segment import SegmentData
from searchsvc.index.strings import Terms


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """`stem_of` has the stem of each word; `words_in[s]` the number of each word of segment s."""

    words: Terms
    stems: Terms
    stem_of: Int32
    words_in: tuple[Int32, ...]

    @classmethod
    def of(cls, segments: Sequence[SegmentData]) -> Vocabulary:
        if len(segments) == 1:
            only = segments[0]
            numbers = np.arange(len(only.words), dtype=np.int32)
            return cls(only.words, only.stems, only.stem_of, (numbers,))
        words, words_in = _united([segment.words for segment in segments])
        stems, stems_in = _united([segment.stems for segment in segments])
        stem_of = np.zeros(len(words), np.int32)
        for segment, numbers, renumbered in zip(segments, words_in, stems_in, strict=True):
            stem_of[numbers] = renumbered[segment.stem_of]
        return cls(words, stems, stem_of, words_in)


def _united(dictionaries: Sequence[Terms]) -> tuple[Terms, tuple[Int32, ...]]:
    """All terms, and for each dictionary the new number of each of its terms."""
    listed = [list(terms) for terms in dictionaries]
    united = sorted(set().union(*listed)) if listed else []
    number = {term: place for place, term in enumerate(united)}
    maps = (np.fromiter(map(number.__getitem__, of), np.int32, len(of)) for of in listed)
    return Terms.of(united), tuple(maps)
