"""Computing the impacts of a generation from the postings of its segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.columnar import Postings, Terms, UnitedPostings
from searchsvc.columnar.ragged import take_ragged
from searchsvc.index.schema import EXACT
from searchsvc.scoring import kernels
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.segments import Segment
from searchsvc.scoring.shards import shards_of
from searchsvc.scoring.statistics import Statistics

AT_ONCE = 10_000_000
"""So many postings of stems and of words take little memory: they are worked on together."""


def build_impacts(
    segments: Sequence[Segment], statistics: Statistics, boosts: Mapping[str, float]
) -> Impacts:
    """The impacts of all documents that are not deleted, with the statistics of live articles.

    Takes about 30 bytes of memory a posting of the text fields, once for the stems and once for
    the words as typed: where these are many, one after the other.
    """
    by_field = np.array([boosts[name] for name in TEXT_FIELDS], np.float64)
    exact = [EXACT[name] for name in TEXT_FIELDS]
    parts = [segment.fields.get(name) for segment in segments for name in exact]
    postings = sum(len(part.doc_ids) for part in parts if part)
    with ThreadPoolExecutor(2 if postings < AT_ONCE else 1) as threads:
        stems, words = threads.map(
            lambda names: _merge(segments, names, statistics, by_field), (TEXT_FIELDS, exact)
        )
    lists, kept_starts = kernels.share_lists(
        _candidates(stems, words),
        words.starts,
        stems.starts,
        stems.docs,
        stems.impacts.view(np.int32),
        words.docs,
        words.impacts.view(np.int32),
    )
    kept = kept_starts[-1]
    starts = np.concatenate([stems.starts, stems.starts[-1] + kept_starts[1:]])
    shards = shards_of(len(statistics))
    bounds = np.empty((len(starts) - 1) * shards + 1, np.uint32)
    docs = np.empty(starts[-1], np.uint16)
    kernels.cut_in_shards(
        starts, np.concatenate([stems.docs, words.docs[:kept]]), shards, bounds, docs
    )
    return Impacts(
        boosts=by_field,
        stems=stems.terms,
        words=words.terms,
        lists=lists,
        bounds=bounds,
        docs=docs,
        impacts=np.concatenate([stems.impacts, words.impacts[:kept]]),
        shards=shards,
    )


@dataclass(frozen=True, slots=True)
class _Lists:
    """Merged lists: term t's is `starts[t]:starts[t + 1]` of docs and impacts."""

    terms: Terms
    starts: NDArray[np.int64]
    docs: NDArray[np.int32]
    impacts: NDArray[np.float32]


def _merge(
    segments: Sequence[Segment],
    names: Sequence[str],
    statistics: Statistics,
    boosts: NDArray[np.float64],
) -> _Lists:
    """One list for each term of some fields, over all segments."""
    parts = [segment.fields.get(name) for segment in segments for name in names]
    bases = [segment.base for segment in segments for _ in names]
    bounds = _end_to_end([part.terms.unpacked().offsets if part else None for part in parts])
    blob = _concatenated([part.terms.unpacked().blob for part in parts if part], np.uint8)
    firsts = np.cumsum([0, *(len(part.terms) if part else 0 for part in parts)], dtype=np.int64)
    entries, owners, groups = kernels.merge_vocabularies(blob, bounds, firsts)
    starts, docs, weights = _postings(parts, bases)
    merged_docs = np.empty(len(docs), np.int32)
    impacts = np.empty(len(docs), np.float32)
    merged_starts = kernels.merge_postings(
        entries,
        owners,
        groups,
        starts,
        docs,
        weights,
        statistics.states,
        statistics.lengths,
        statistics.norms,
        boosts,
        float(statistics.documents),
        merged_docs,
        impacts,
    )
    count = merged_starts[-1]
    offsets, merged_blob = take_ragged(bounds, blob, entries[groups[:-1]])
    terms = Terms(merged_blob, offsets.astype(np.int64))
    return _Lists(terms, merged_starts, merged_docs[:count], impacts[:count])


def _postings(
    parts: Sequence[Postings | None], bases: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """The postings of all parts end to end: where terms start, global documents, frequencies."""
    there = [(_lists(part), base) for part, base in zip(parts, bases, strict=True) if part]
    starts = _end_to_end([lists[0] for lists, _ in there])
    docs = np.empty(int(starts[-1]), np.int32)
    weights = np.empty(len(docs), np.float32)
    n = 0
    for (_, some_docs, some_weights), base in there:
        stop = n + len(some_docs)
        np.add(some_docs, np.int32(base), out=docs[n:stop])
        weights[n:stop] = some_weights
        n = stop
    return starts, docs, weights


def _lists(part: Postings) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[Any]]:
    """Where the terms of a field start, its documents and frequencies."""
    if not isinstance(part, UnitedPostings):
        return part.starts, part.doc_ids, np.asarray(part.weights)
    starts, docs, weights = kernels.unite_lists(
        part.bounds_of_forms.astype(np.int64),
        part.forms,
        part.of.starts.astype(np.int64),
        part.of.doc_ids,
        np.asarray(part.of.weights, np.float32),
    )
    return starts, docs, weights


def _end_to_end(bounds: Sequence[NDArray[Any] | None]) -> NDArray[np.int64]:
    """Several lists' bounds as those of one list, in which they follow each other."""
    lengths = [np.diff(part.astype(np.int64)) for part in bounds if part is not None]
    return np.concatenate([np.zeros(1, np.int64), *lengths]).cumsum()


def _concatenated(arrays: Sequence[NDArray[Any]], dtype: Any) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *arrays])


def _candidates(stems: _Lists, words: _Lists) -> NDArray[np.int64]:
    """For each word a stem whose list is probably the same, -1 for none.

    Found by what the lists hold, not by stemming: that needs no language, and two words of one
    article and no other may as well share a list.
    """
    stem_hashes = kernels.fingerprints(stems.starts, stems.docs, stems.impacts.view(np.int32))
    word_hashes = kernels.fingerprints(words.starts, words.docs, words.impacts.view(np.int32))
    if len(stem_hashes) == 0:
        return np.full(len(word_hashes), -1, np.int64)
    order = np.argsort(stem_hashes)
    ranks = np.searchsorted(stem_hashes, word_hashes, sorter=order)
    found = order[np.minimum(ranks, len(order) - 1)]
    return np.where(stem_hashes[found] == word_hashes, found, -1)
