"""Impacts: what each word adds to the score of each article, but for its rarity.

    sat(t) = c / (c + K1 (1 - B + B len / avglen))
    c      = sum over fields of weight[field] x count,   len likewise of the fields' lengths

BM25F with one saturation of the weighted counts (Robertson, Zaragoza and Taylor, "Simple BM25
extension to multiple weighted fields", CIKM 2004). Impacts are computed when a generation is
published, so that a query only multiplies and adds (Anh and Moffat, "Pruned query evaluation using
pre-computed impacts", SIGIR 2006).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.index.arrays import (
    Int32,
    Int64,
    are_ascending_within,
    are_bounds,
    check,
    load,
    save,
)
from searchsvc.index.segment import Segment
from searchsvc.index.strings import Terms
from searchsvc.index.vocabulary import Vocabulary

K1 = 1.2
B = 0.75

DELETED, HELD, LIVE = 0, 1, 2
"""The states of a document: a held one is dated in the future, and counts in no statistic."""

FieldWeights = tuple[float, ...]
"""What a word counts in each of TEXT_FIELDS."""


def inverse_document_frequency(documents: int, frequency: int) -> float:
    """ln(1 + (N - df + .5) / (df + .5)), of live articles."""
    return math.log1p((documents - frequency + 0.5) / (frequency + 0.5))


def norms_of(lengths: Int32, live: NDArray[np.bool_], weights: FieldWeights) -> NDArray[np.float32]:
    """K1 (1 - B + B len / avglen) of each document; `lengths` is [fields, documents]."""
    weighted = np.array(weights, np.float64) @ lengths
    average = float(weighted[live].mean()) if live.any() else 0.0
    norms = K1 * ((1.0 - B) + B * weighted / (average or 1.0))
    single: NDArray[np.float32] = norms.astype(np.float32)
    return single


@dataclass(frozen=True, slots=True, eq=False)
class Impacts:
    """List l is `starts[l]:starts[l + 1]` of docs and sats.

    starts       int64 [lists + 1]
    docs         int32, numbers of the generation, ascending within a list
    sats         uint16, sat x 65535, at least 1
    lists        int32 [words]: the list of a word as typed; that of stem t is list t. A word that
                 is the only form of its stem has the list of the stem
    frequencies  int32 [stems], live articles with the stem
    """

    vocabulary: Vocabulary
    starts: Int64
    docs: Int32
    sats: NDArray[np.uint16]
    lists: Int32
    frequencies: Int32

    @classmethod
    def of(
        cls,
        segments: Sequence[Segment],
        states: NDArray[np.uint8],
        norms: NDArray[np.float32],
        weights: FieldWeights,
    ) -> Impacts:
        """Of all documents that are not deleted."""
        vocabulary = Vocabulary.of([segment.data for segment in segments])
        pairs = _pairs(vocabulary)
        stem_of = vocabulary.stem_of[pairs.words]
        by_stem = np.lexsort((pairs.segments, stem_of))
        forms = np.bincount(vocabulary.stem_of, minlength=len(vocabulary.stems))
        of_many = np.flatnonzero(forms[stem_of] > 1)
        by_word = of_many[np.lexsort((pairs.segments[of_many], pairs.words[of_many]))]
        sizes = np.bincount(stem_of, minlength=len(forms))
        own, own_sizes = np.unique(pairs.words[by_word], return_counts=True)
        runs = np.concatenate((by_stem, by_word))
        starts, docs, sats, frequencies = kernels.build_impacts(
            [_postings(segment) for segment in segments],
            states,
            norms,
            np.array(weights, np.float32),
            np.concatenate(([0], np.cumsum(np.concatenate((sizes, own_sizes))))).astype(np.int64),
            pairs.segments[runs],
            pairs.own[runs],
        )
        lists = vocabulary.stem_of.copy()
        lists[own] = len(forms) + np.arange(len(own), dtype=np.int32)
        return cls(vocabulary, starts, docs, sats, lists, frequencies[: len(forms)])

    @property
    def stems(self) -> Terms:
        return self.vocabulary.stems

    @property
    def words(self) -> Terms:
        return self.vocabulary.words

    @property
    def views(self) -> tuple[memoryview, memoryview, memoryview]:
        """`starts`, `lists` and `frequencies`: reading one item takes a fifth of the time."""
        return self.starts.data, self.lists.data, self.frequencies.data

    def frequencies_of(self, stems: Sequence[str]) -> list[int]:
        """How many live articles have each stem."""
        encoded = [stem.encode("utf-8", "surrogatepass") for stem in stems]
        frequencies = self.frequencies.data
        return [frequencies[n] if n >= 0 else 0 for n in self.stems.find_all(encoded)]

    def document_counts(self, words: NDArray[np.integer] | slice) -> Int64:
        """How many documents, held ones included, have each of some words as typed."""
        lists = self.lists[words]
        counts: Int64 = self.starts[lists + 1] - self.starts[lists]
        return counts

    def save(self, folder: Path) -> None:
        self.vocabulary.words.save(folder, "impacts.words")
        self.vocabulary.stems.save(folder, "impacts.stems")
        save(folder, "impacts.stem_of", self.vocabulary.stem_of)
        for number, words in enumerate(self.vocabulary.words_in):
            save(folder, f"impacts.words_in.{number}", words)
        for part in _ARRAYS:
            save(folder, f"impacts.{part}", getattr(self, part))

    @classmethod
    def load(cls, folder: Path, segments: Sequence[Segment], documents: int) -> Impacts:
        """Raises OSError or ValueError for what is missing, damaged or makes no sense."""
        vocabulary = Vocabulary(
            words=Terms.load(folder, "impacts.words"),
            stems=Terms.load(folder, "impacts.stems"),
            stem_of=load(folder, "impacts.stem_of", np.int32),
            words_in=tuple(
                load(folder, f"impacts.words_in.{number}", np.int32)
                for number in range(len(segments))
            ),
        )
        arrays = {part: load(folder, f"impacts.{part}", of) for part, of in _ARRAYS.items()}
        impacts = cls(vocabulary, **arrays)
        _check(impacts, segments, documents, folder / "impacts")
        return impacts


_ARRAYS = {
    "starts": np.int64,
    "docs": np.int32,
    "sats": np.uint16,
    "lists": np.int32,
    "frequencies": np.int32,
}


def _check(impacts: Impacts, segments: Sequence[Segment], documents: int, path: Path) -> None:
    """What kernels rely on without looking."""
    words, stems = len(impacts.words), len(impacts.stems)
    lists = len(impacts.starts) - 1
    check(path, are_bounds(impacts.starts, len(impacts.docs)), "lists have no bounds")
    check(path, len(impacts.sats) == len(impacts.docs), "not one impact for each document")
    check(path, lists >= stems == len(impacts.frequencies), "not one list for each stem")
    check(path, are_ascending_within(impacts.docs, impacts.starts), "documents out of order")
    for numbers, size, end in (
        (impacts.lists, words, lists),
        (impacts.vocabulary.stem_of, words, stems),
        (impacts.docs, len(impacts.docs), documents),
    ):
        is_right = len(numbers) == size
        is_right &= not size or (int(numbers.min()) >= 0 and int(numbers.max()) < end)
        check(path, is_right, "numbers out of range")
    for segment, numbers in zip(segments, impacts.vocabulary.words_in, strict=True):
        is_right = len(numbers) == len(segment.words) and bool((np.diff(numbers) > 0).all())
        is_right &= not len(numbers) or bool(numbers[0] >= 0 and numbers[-1] < words)
        check(path, is_right, "words of another segment")


def _postings(segment: Segment) -> kernels.SegmentPostings:
    of = segment.postings
    return kernels.SegmentPostings(
        of.starts, of.docs, of.counts, of.position_starts, of.positions, segment.base
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Every word of every segment: its number in all, the segment, its number there."""

    words: Int32
    segments: Int32
    own: Int32


def _pairs(vocabulary: Vocabulary) -> _Pairs:
    sizes = [len(numbers) for numbers in vocabulary.words_in]
    empty = np.zeros(0, np.int32)
    return _Pairs(
        np.concatenate([empty, *vocabulary.words_in]),
        np.repeat(np.arange(len(sizes), dtype=np.int32), sizes),
        np.concatenate([empty, *(np.arange(size, dtype=np.int32) for size in sizes)]),
    )
