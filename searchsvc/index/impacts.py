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
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import fold
from searchsvc.index.arrays import (
    Bounds,
    Int32,
    Int64,
    are_ascending_within,
    are_bounds,
    are_within,
    bounds_of,
    check,
    load,
    narrowed,
    save,
)
from searchsvc.index.names import names_of
from searchsvc.index.segment import Segment
from searchsvc.index.strings import TermDictionary, decoded, encoded
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


def norms_of(
    lengths: NDArray[np.uint16], live: NDArray[np.bool_], weights: FieldWeights
) -> NDArray[np.float32]:
    """K1 (1 - B + B len / avglen) of each document; `lengths` is [fields, documents]."""
    weighted = np.array(weights, np.float64) @ lengths
    average = float(weighted[live].mean()) if live.any() else 0.0
    norms = K1 * ((1.0 - B) + B * weighted / (average or 1.0))
    single: NDArray[np.float32] = norms.astype(np.float32)
    return single


@dataclass(frozen=True, slots=True, eq=False)
class Impacts:
    """The documents of each stem with their impacts: stem t has `starts[t]:starts[t + 1]` of these.

    docs    int32, numbers of the generation, ascending within a stem
    sats    uint16, sat x 65535, at least 1
    forms   uint8, which form of the stem, a word as typed, stands in the document: its number if it
            is the only one, which then has the stem's sat; SEVERAL where there are more, or where
            its number is NO_FORM

    In documents with SEVERAL, word w has its own sats: `side_starts[w]:side_starts[w + 1]` of

    side_docs, side_sats

    starts, side_starts  int64 or uint32, [stems + 1], [words + 1]
    form_of              uint8 [words]: a word's number among the forms of its stem, NO_FORM past
                         the numbers, and of words with accents: articles have these beside the
                         word without them, and queries may look for that one's stem
    frequencies          int32 [stems], live articles with the stem
    document_counts      int32 [words], documents with the word as typed, held ones included
    """

    vocabulary: Vocabulary
    starts: Bounds
    docs: Int32
    sats: NDArray[np.uint16]
    forms: NDArray[np.uint8]
    side_starts: Bounds
    side_docs: Int32
    side_sats: NDArray[np.uint16]
    form_of: NDArray[np.uint8]
    frequencies: Int32
    document_counts: Int32
    arrays: kernels.ImpactArrays = field(init=False)
    """As kernels take them."""

    def __post_init__(self) -> None:
        taken = (self.docs, self.sats, self.forms, self.side_docs, self.side_sats)
        arrays = kernels.ImpactArrays(*(kernels.LastingArray(array) for array in taken))
        object.__setattr__(self, "arrays", arrays)

    @classmethod
    def of(
        cls,
        segments: Sequence[Segment],
        states: NDArray[np.uint8],
        norms: NDArray[np.float32],
        weights: FieldWeights,
        language: str,
    ) -> Impacts:
        """Of all documents that are not deleted."""
        vocabulary = Vocabulary.of([segment.data for segment in segments])
        names = names_of(vocabulary, segments, states != DELETED, language)
        vocabulary = vocabulary.parted(names, language)
        form_of = form_numbers(vocabulary.stem_of)
        form_of[_have_accents(vocabulary.words)] = kernels.NO_FORM
        built = kernels.build_impacts(
            [_postings(segment) for segment in segments],
            states,
            norms,
            np.array(weights, np.float32),
            _forms(vocabulary, form_of),
        )
        return cls(vocabulary=vocabulary, form_of=form_of, **built._asdict())

    @property
    def stems(self) -> TermDictionary:
        return self.vocabulary.stems

    @property
    def names(self) -> frozenset[str]:
        return self.vocabulary.names

    @property
    def words(self) -> TermDictionary:
        return self.vocabulary.words

    def frequencies_of(self, stems: Sequence[str]) -> list[int]:
        """How many live articles have each stem."""
        frequencies = self.frequencies.data
        numbers = self.stems.find_all(map(encoded, stems))
        return [frequencies[n] if n >= 0 else 0 for n in numbers]

    def extents_of(self, stems: Sequence[int], words: Sequence[int]) -> tuple[Int64, Int32]:
        """Of each stem and its word as typed, -1 for none: the bounds and forms kernels take."""
        # Memory views: reading one item costs a fifth of what indexing an array does.
        starts, side_starts = self.starts.data, self.side_starts.data
        form_of, stem_of = self.form_of.data, self.vocabulary.stem_of.data
        extents, forms = [], []
        for stem, word in zip(stems, words, strict=True):
            start, stop = (starts[stem], starts[stem + 1]) if stem >= 0 else (0, 0)
            sides = (side_starts[word], side_starts[word + 1]) if word >= 0 else (0, 0)
            extents.append((start, stop, *sides))
            forms.append(form_of[word] if word >= 0 and stem_of[word] == stem else -1)
        return np.array(extents, np.int64).reshape(-1, 4), np.array(forms, np.int32)

    def save(self, folder: Path) -> None:
        self.vocabulary.save(folder, "impacts")
        for part in _ARRAYS:
            save(folder, f"impacts.{part}", getattr(self, part))
        for part in _BOUNDS:
            save(folder, f"impacts.{part}", narrowed(getattr(self, part)))

    @classmethod
    def load(cls, folder: Path, segments: Sequence[Segment], documents: int) -> Impacts:
        """Raises OSError or ValueError for what is missing, damaged or makes no sense."""
        vocabulary = Vocabulary.load(folder, "impacts", [segment.data for segment in segments])
        arrays = {part: load(folder, f"impacts.{part}", of) for part, of in _ARRAYS.items()}
        arrays |= {part: load(folder, f"impacts.{part}", np.uint32, np.int64) for part in _BOUNDS}
        impacts = cls(vocabulary=vocabulary, **arrays)
        _check(impacts, documents, folder / "impacts")
        return impacts


_BOUNDS = ("starts", "side_starts")
_ARRAYS = {
    "docs": np.int32,
    "sats": np.uint16,
    "forms": np.uint8,
    "side_docs": np.int32,
    "side_sats": np.uint16,
    "form_of": np.uint8,
    "frequencies": np.int32,
    "document_counts": np.int32,
}


def _check(impacts: Impacts, documents: int, path: Path) -> None:
    """What kernels rely on without looking."""
    words, stems = len(impacts.words), len(impacts.stems)
    for bounds, lists, docs, sats in (
        (impacts.starts, stems, impacts.docs, impacts.sats),
        (impacts.side_starts, words, impacts.side_docs, impacts.side_sats),
    ):
        check(path, len(bounds) == lists + 1, "not one list for each term")
        check(path, are_bounds(bounds, len(docs)), "lists have no bounds")
        check(path, len(sats) == len(docs), "not one impact for each document")
        check(path, are_within(docs, documents), "documents that are not there")
        check(path, are_ascending_within(docs, bounds), "documents out of order")
    check(path, len(impacts.forms) == len(impacts.docs), "not one form for each document")
    check(path, len(impacts.frequencies) == stems, "not one frequency for each stem")
    check(path, len(impacts.document_counts) == words, "not one count for each word")
    check(path, len(impacts.form_of) == words, "not one form for each word")


def _postings(segment: Segment) -> kernels.SegmentPostings:
    of = segment.postings
    return kernels.SegmentPostings(
        of.starts.astype(np.int64),
        of.docs,
        of.counts,
        of.position_starts.astype(np.int64),
        of.positions,
        segment.base,
    )


def _forms(vocabulary: Vocabulary, form_of: NDArray[np.uint8]) -> kernels.Forms:
    """All words of all segments by stem, then by segment."""
    sizes = [len(numbers) for numbers in vocabulary.words_in]
    empty = np.zeros(0, np.int32)
    words = np.concatenate([empty, *vocabulary.words_in])
    segments = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    own = np.concatenate([empty, *(np.arange(size, dtype=np.int32) for size in sizes)])
    stems = len(vocabulary.stems)
    order = np.argsort(vocabulary.stem_of[words], kind="stable")
    runs = np.bincount(vocabulary.stem_of[words], minlength=stems)
    return kernels.Forms(bounds_of(runs), segments[order], own[order], words[order], form_of)


def form_numbers(stem_of: Int32) -> NDArray[np.uint8]:
    """The number of each word among the forms of its stem, at most NO_FORM."""
    order = np.argsort(stem_of, kind="stable")
    firsts = bounds_of(np.bincount(stem_of))[stem_of[order]]
    numbers = np.empty(len(order), np.uint8)
    numbers[order] = np.minimum(np.arange(len(order)) - firsts, kernels.NO_FORM)
    return numbers


def _have_accents(words: TermDictionary) -> NDArray[np.intp]:
    """The numbers of the words that are written otherwise when folded."""
    starts = words.offsets[:-1]
    if not len(starts):
        return np.zeros(0, np.intp)
    others = np.flatnonzero(np.maximum.reduceat(words.blob, starts) >= 0x80)
    texts = map(decoded, words.views(others.tolist()))
    return others[[fold(text) != text for text in texts]]
