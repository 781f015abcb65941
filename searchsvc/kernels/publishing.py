"""The functions of the library over numpy arrays, for publishing.

Arrays are as in `bindings`: types are looked at, values are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from ctypes import c_void_p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.kernels.arrays import (
    FLOAT32,
    INT32,
    INT64,
    UINT8,
    UINT16,
    Array,
    LastingArray,
    address_of,
)
from searchsvc.kernels.library import LIBRARY

FIELDS = 4


class Inverted(NamedTuple):
    """The postings of all terms: those of term t are `docs[starts[t]:starts[t + 1]]`."""

    starts: NDArray[np.int64]
    docs: NDArray[np.int32]
    counts: NDArray[np.uint8]
    """Occurrences in a document, all fields together; at most 255, later ones are left out."""
    position_starts: NDArray[np.int64]
    positions: NDArray[np.uint16]
    """field << 14 | place, ascending within a posting; a place past 16,381 is 16,383."""
    lengths: NDArray[np.uint16]
    """The number of terms of each field of each document, at most 65,535; [4, documents]."""


def invert(
    entries: Sequence[Array],
    entry_counts: Sequence[Array],
    entry_starts: Array,
    entry_terms: Array,
    entry_offsets: Array,
    entry_advances: Array,
    vocabulary: int,
) -> Inverted:
    """Turns the texts of documents around, each of four fields; all arrays are int32.

    Document d's text in field f is the next `entry_counts[f][d]` of `entries[f]`. Entry e stands
    for the terms `entry_terms[entry_starts[e]:entry_starts[e + 1]]`, numbers below `vocabulary`,
    each at its distance (`entry_offsets`) from the entry's place, and moves the place on by
    `entry_advances[e]`. Terms without postings have empty ranges.
    """
    documents = len(entry_counts[0])
    if len(entries) != FIELDS or [len(counts) for counts in entry_counts] != [documents] * FIELDS:
        raise ValueError(f"{FIELDS} fields of the same documents are taken")
    entries_at = _addresses(entries, INT32)
    counts_at = _addresses(entry_counts, INT32)
    starts = np.empty(vocabulary + 1, np.int64)
    position_starts = np.empty(vocabulary + 1, np.int64)
    lengths = np.empty((FIELDS, documents), np.uint16)
    texts = (entries_at, counts_at, documents)
    terms = (address_of(entry_starts, INT32), address_of(entry_terms, INT32))
    bounds = (address_of(starts, INT64), address_of(position_starts, INT64))
    _check(
        LIBRARY.measure_postings(*texts, *terms, vocabulary, *bounds, address_of(lengths, UINT16))
    )
    docs = np.empty(starts[-1], np.int32)
    counts = np.empty(starts[-1], np.uint8)
    positions = np.empty(position_starts[-1], np.uint16)
    places = (address_of(entry_offsets, INT32), address_of(entry_advances, INT32))
    postings = (address_of(docs, INT32), address_of(counts, UINT8), address_of(positions, UINT16))
    _check(LIBRARY.write_postings(*texts, *terms, *places, vocabulary, *bounds, *postings))
    return Inverted(starts, docs, counts, position_starts, positions, lengths)


class SegmentPostings(NamedTuple):
    """The postings of a segment's words, of which document d is `base + d` of the generation."""

    starts: Array
    """int64 [words + 1]: word w has the postings `starts[w]:starts[w + 1]`."""
    docs: Array
    counts: Array
    position_starts: Array
    """int64 [words + 1]."""
    positions: Array
    base: int


class Forms(NamedTuple):
    """The words of all segments by their stems: those of stem t are `stem_runs[t]` to `[t + 1]`."""

    stem_runs: Array
    """int64 [stems + 1]."""
    segments: Array
    """int32, ascending within a stem: the segment of a word."""
    own: Array
    """int32: the number that the word has in its segment."""
    words: Array
    """int32: the number that it has in the generation."""
    form_of: Array
    """uint8 [words]: the number of each word of the generation among the forms of its stem, NO_FORM
    if it has none below that."""


class BuiltImpacts(NamedTuple):
    """Stem t has `starts[t]:starts[t + 1]` of docs, sats and forms; see `ImpactArrays`."""

    starts: NDArray[np.int64]
    docs: NDArray[np.int32]
    sats: NDArray[np.uint16]
    forms: NDArray[np.uint8]
    frequencies: NDArray[np.int32]
    """How many live documents each stem has."""
    document_counts: NDArray[np.int32]
    """How many documents each word as typed has."""
    side_starts: NDArray[np.int64]
    """Word w has `side_starts[w]:side_starts[w + 1]` of side_docs and side_sats."""
    side_docs: NDArray[np.int32]
    side_sats: NDArray[np.uint16]


def build_impacts(
    segments: Sequence[SegmentPostings],
    states: Array,
    norms: Array,
    field_weights: Array,
    forms: Forms,
) -> BuiltImpacts:
    """The impacts of stems, and those of words as typed where several forms of a stem stand.

    Documents are numbered by generation: states uint8 (0 deleted: left out; 2 live) and norms
    float32. c is the sum of the `field_weights` (float32 [4]) of a document's occurrences, and its
    sat is `65535 * c / (c + norm)`, rounded, at least 1.
    """
    stems, words = len(forms.stem_runs) - 1, len(forms.form_of)
    room = _postings_of(segments, forms)
    starts, side_starts = np.empty(stems + 1, np.int64), np.empty(words + 1, np.int64)
    docs, side_docs = np.empty(room, np.int32), np.empty(room, np.int32)
    sats, side_sats = np.empty(room, np.uint16), np.empty(room, np.uint16)
    of_document = np.empty(room, np.uint8)
    frequencies, document_counts = np.empty(stems, np.int32), np.empty(words, np.int32)
    bases = np.array([segment.base for segment in segments], np.int64)
    n = LIBRARY.build_impacts(
        _addresses([segment.docs for segment in segments], INT32),
        _addresses([segment.counts for segment in segments], UINT8),
        _addresses([segment.positions for segment in segments], UINT16),
        _addresses([segment.starts for segment in segments], INT64),
        _addresses([segment.position_starts for segment in segments], INT64),
        *(address_of(bases, INT64), address_of(states, UINT8), address_of(norms, FLOAT32)),
        *(address_of(field_weights, FLOAT32), address_of(forms.stem_runs, INT64)),
        *(address_of(forms.segments, INT32), address_of(forms.own, INT32)),
        *(address_of(forms.words, INT32), stems, address_of(forms.form_of, UINT8), words),
        *(address_of(starts, INT64), address_of(docs, INT32), address_of(sats, UINT16)),
        *(address_of(of_document, UINT8), address_of(frequencies, INT32)),
        *(address_of(document_counts, INT32), address_of(side_starts, INT64)),
        *(address_of(side_docs, INT32), address_of(side_sats, UINT16)),
    )
    _check(n)
    sides = side_starts[-1]
    return BuiltImpacts(
        *(starts, docs[:n], sats[:n], of_document[:n], frequencies, document_counts),
        *(side_starts, side_docs[:sides], side_sats[:sides]),
    )


def _postings_of(segments: Sequence[SegmentPostings], forms: Forms) -> int:
    """How many postings all words of the segments have together."""
    of_segment, words = _plain(forms.segments), _plain(forms.own)
    total = 0
    for number, segment in enumerate(segments):
        its_words = words[of_segment == number]
        starts = _plain(segment.starts)
        total += int((starts[its_words + 1] - starts[its_words]).sum())
    return total


def _plain(array: Array) -> NDArray[np.int64]:
    return array.array if isinstance(array, LastingArray) else array


def _addresses(arrays: Sequence[Array], dtype: np.dtype[np.generic]) -> object:
    """An array of the addresses of arrays, for C."""
    return (c_void_p * len(arrays))(*(address_of(array, dtype) for array in arrays))


def _check(result: int) -> None:
    if result < 0:
        raise MemoryError("no memory to publish with")
