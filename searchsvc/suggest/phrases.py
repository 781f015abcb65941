"""Which sequences of two or three words the titles of live articles share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import PositionsPayload, Terms
from searchsvc.scoring import kernels
from searchsvc.scoring.segments import Segment
from searchsvc.suggest.tables import Phrases
from searchsvc.suggest.titlewords import with_words

FEWEST_ARTICLES = 2
"""What one article alone says is no phrase."""
MOST_PHRASES = 10_000
"""Kept at least; of more articles half as many as there are: it bounds the tables."""
SINGLE = 1 << 30
"""Added to a word's number, it comes after all others at its position."""
PAIRS_AT_ONCE = 2_000_000
"""Bounds the memory that counting takes, at about 40 bytes each."""


@dataclass(frozen=True, slots=True)
class _Sequence:
    """Words that follow each other: number `numbers[i]` begins at place i, -1 for none."""

    numbers: NDArray[np.int32]
    scores: NDArray[np.float32]
    examples: NDArray[np.int32]
    starts: NDArray[np.int64]


def count_phrases(
    segments: Sequence[Segment],
    title_words: NDArray[np.int32],
    weights: NDArray[np.float32],
    stops: NDArray[np.bool_],
    stop_share: float,
) -> Phrases:
    """The phrases of the documents whose weight is above 0; `weights` by document.

    `title_words` is the word of each term of the titles, `stops` by word: none ends a phrase, and
    one that begins with such a word counts `stop_share`.
    """
    docs, places, words = _titles(segments, title_words, weights)
    is_next = np.zeros(len(docs), np.bool_)
    is_next[:-1] = (docs[1:] == docs[:-1]) & (places[1:] == places[:-1] + 1)
    pairs = _pairs(docs, words, is_next, weights)
    followed = np.flatnonzero(pairs.numbers >= 0)
    followed = followed[:-1][(np.diff(followed) == 1) & is_next[followed[:-1] + 1]]
    triples = _counted(
        followed, pairs.numbers[followed], words[followed + 2], docs, len(docs), weights
    )
    columns, scores, examples = [], [], []
    for sequence, size in ((pairs, 2), (triples, 3)):
        first = sequence.starts
        third = words[first + 2] if size == 3 else np.full(len(first), -1, np.int32)
        columns.append(np.stack([words[first], words[first + 1], third]))
        scores.append(sequence.scores)
        examples.append(sequence.examples)
    table = np.concatenate(columns, axis=1)
    score = np.concatenate(scores)
    ends = np.where(table[2] >= 0, table[2], table[1])
    score *= np.where(stops[table[0]], np.float32(stop_share), np.float32(1.0))
    kept = np.flatnonzero(~stops[ends])
    most = max(MOST_PHRASES, int(np.count_nonzero(weights)) // 2)
    if len(kept) > most:
        kept = kept[np.argpartition(-score[kept], most)[:most]]
    kept = kept[np.lexsort((table[2, kept], table[1, kept], table[0, kept]))]
    return Phrases(table[:, kept], score[kept], np.concatenate(examples)[kept])


def _titles(
    segments: Sequence[Segment], title_words: NDArray[np.int32], weights: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Document, position and word of every word of every title, in order."""
    parts = [_empty()]
    for segment, postings, words in with_words(segments, title_words):
        payload = postings.payload
        assert isinstance(payload, PositionsPayload)
        docs, places, held = kernels.in_order(
            postings.starts.astype(np.int64),
            postings.doc_ids,
            payload.starts(),
            payload.positions.astype(np.int32),
            words + np.where(_are_single(postings.terms.unpacked()), SINGLE, 0).astype(np.int32),
            weights[segment.base : segment.base + segment.documents],
        )
        held = np.where(held < SINGLE, held, held - np.int32(SINGLE))
        parts.append((docs + np.int32(segment.base), places, held))
    docs, places, held = (np.concatenate(column) for column in zip(*parts, strict=True))
    return docs, places, held


def _are_single(terms: Terms) -> NDArray[np.bool_]:
    """Which terms are one character of CJK: in a run they stand beside the pair that ends it."""
    sizes = np.diff(terms.offsets.astype(np.int64))
    leads = terms.blob[np.minimum(terms.offsets[:-1], max(len(terms.blob) - 1, 0))]
    single: NDArray[np.bool_] = (sizes == 3 + (leads >= 0xF0)) & (leads >= 0xE0)
    return single


def _empty() -> tuple[NDArray[np.int32], ...]:
    return (np.zeros(0, np.int32),) * 3


def _pairs(
    docs: NDArray[np.int32],
    words: NDArray[np.int32],
    is_next: NDArray[np.bool_],
    weights: NDArray[np.float32],
) -> _Sequence:
    first = np.flatnonzero(is_next)
    return _counted(first, words[first], words[first + 1], docs, len(docs), weights)


def _counted(
    places: NDArray[np.intp],
    heads: NDArray[np.int32],
    tails: NDArray[np.int32],
    docs: NDArray[np.int32],
    size: int,
    weights: NDArray[np.float32],
) -> _Sequence:
    """The pairs of a head and a tail that several documents have; pair i begins at places[i]."""
    numbers = np.full(size, -1, np.int32)
    scores, examples, starts = [], [], []
    known = 0
    parts = 1 + len(places) // PAIRS_AT_ONCE
    for part in range(parts):
        chosen = np.flatnonzero(heads % parts == part) if parts > 1 else np.arange(len(places))
        keys = heads[chosen].astype(np.int64) << 32 | tails[chosen]
        at = places[chosen]
        found, distinct, counts, sums, heaviest = kernels.count_keys(keys, docs[at], weights)
        often = np.flatnonzero(counts >= FEWEST_ARTICLES)
        renamed = np.full(len(distinct), -1, np.int32)
        renamed[often] = np.arange(known, known + len(often), dtype=np.int32)
        numbers[at] = renamed[found]
        first = np.empty(len(distinct), np.int64)
        first[found[::-1]] = at[::-1]
        scores.append(sums[often])
        examples.append(heaviest[often])
        starts.append(first[often])
        known += len(often)
    return _Sequence(
        numbers, np.concatenate(scores), np.concatenate(examples), np.concatenate(starts)
    )
