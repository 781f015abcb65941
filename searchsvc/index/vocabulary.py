"""The words and stems of several segments as one vocabulary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from searchsvc.analysis import MARK, index_stems
from searchsvc.index.arrays import Int32, are_within, check, load, save
from searchsvc.index.segment import SegmentData
from searchsvc.index.strings import TermDictionary, decoded, encoded


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """`stem_of` has the stem of each word; `words_in[s]` the number of each word of segment s.

    `names` are words that are apart from what shares their stem in the segments.
    """

    words: TermDictionary
    stems: TermDictionary
    stem_of: Int32
    words_in: tuple[Int32, ...]
    names: frozenset[str] = frozenset()

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

    def parted(self, names: frozenset[str], language: str) -> Vocabulary:
        """With other stems for names, and for all words that a stemmer which keeps them changes."""
        if not names:
            return self
        words = list(map(decoded, self.words))
        concerned = [
            place
            for place, word in enumerate(words)
            if word in names or word.removesuffix("s") in names or not word.isascii()
        ]
        own = index_stems(language, [words[place] for place in concerned], names)
        known = list(self.stems)
        stems = [known[stem] for stem in self.stem_of.tolist()]
        for place, stem in zip(concerned, own, strict=True):
            stems[place] = encoded(stem)
        distinct = sorted(set(stems))
        number = {stem: place for place, stem in enumerate(distinct)}
        stem_of = np.fromiter(map(number.__getitem__, stems), np.int32, len(stems))
        return Vocabulary(self.words, TermDictionary.of(distinct), stem_of, self.words_in, names)

    def foreign_stems(self) -> Int32:
        """The numbers of the words that are stems of another language: nobody wrote these."""
        mark = encoded(MARK)
        if mark not in self.words.blob.tobytes():
            return np.zeros(0, np.int32)
        return np.array([n for n, word in enumerate(self.words) if mark in word], np.int32)

    def save(self, folder: Path, name: str) -> None:
        """Writes only what the segments do not have: the names, for one without any."""
        TermDictionary.of(sorted(map(encoded, self.names))).save(folder, f"{name}.names")
        if len(self.words_in) == 1 and not self.names:
            return
        self.stems.save(folder, f"{name}.stems")
        save(folder, f"{name}.stem_of", self.stem_of)
        if len(self.words_in) == 1:
            return
        self.words.save(folder, f"{name}.words")
        for number, words in enumerate(self.words_in):
            save(folder, f"{name}.words_in.{number}", words)

    @classmethod
    def load(cls, folder: Path, name: str, segments: Sequence[SegmentData]) -> Vocabulary:
        """Raises OSError or ValueError for what is missing, damaged or makes no sense."""
        names = frozenset(map(decoded, TermDictionary.load(folder, f"{name}.names")))
        if len(segments) == 1:
            whole = cls.of(segments)
            if not names:
                return whole
            words, words_in = whole.words, whole.words_in
        else:
            words = TermDictionary.load(folder, f"{name}.words")
            words_in = tuple(
                load(folder, f"{name}.words_in.{number}", np.int32)
                for number in range(len(segments))
            )
        stems = TermDictionary.load(folder, f"{name}.stems")
        vocabulary = cls(words, stems, load(folder, f"{name}.stem_of", np.int32), words_in, names)
        _check(vocabulary, segments, folder / name)
        return vocabulary


def _check(vocabulary: Vocabulary, segments: Sequence[SegmentData], path: Path) -> None:
    words = len(vocabulary.words)
    check(path, len(vocabulary.stem_of) == words, "not one stem for each word")
    check(path, are_within(vocabulary.stem_of, len(vocabulary.stems)), "words without a stem")
    for segment, numbers in zip(segments, vocabulary.words_in, strict=True):
        is_right = len(numbers) == len(segment.words) and are_within(numbers, words)
        is_right &= bool((numbers[1:] > numbers[:-1]).all())
        check(path, is_right, "words of another segment")


def _united(dictionaries: Sequence[TermDictionary]) -> tuple[TermDictionary, tuple[Int32, ...]]:
    """All terms, and for each dictionary the new number of each of its terms."""
    listed = [list(terms) for terms in dictionaries]
    united = sorted(set().union(*listed)) if listed else []
    number = {term: place for place, term in enumerate(united)}
    maps = (np.fromiter(map(number.__getitem__, of), np.int32, len(of)) for of in listed)
    return TermDictionary.of(united), tuple(maps)
