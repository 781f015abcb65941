"""Terms and phrases of one field, scored from the segments' own postings."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import PositionsPayload, Postings
from searchsvc.columnar.payload import STRIDE
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import NOTHING, Matches, end_to_end
from searchsvc.scoring.openindex import OpenIndex, place_of
from searchsvc.scoring.segments import Segment
from searchsvc.scoring.statistics import field_number


def scored_term(index: OpenIndex, budget: Budget, name: str, term: bytes) -> Matches:
    """The documents with a term in a text field, by BM25."""
    places = []
    frequency = 0
    for segment, postings in index.fields(name):
        postings, start, stop = list_of(postings, term)
        if start < stop:
            places.append((segment, postings, start, stop))
            frequency += index.live_frequency(segment, postings, start, stop)
    budget.spend(sum(stop - start for _, _, start, stop in places))
    field = field_number(name)
    factor = index.factor(frequency)
    parts = []
    for segment, postings, start, stop in places:
        stop = _cut(postings, start, stop, budget.horizon - segment.base)
        found = kernels.score_postings(
            postings.doc_ids[start:stop],
            postings.weights[start:stop].astype(np.float32),
            index.states(segment),
            index.lengths(segment, field),
            index.norms(field),
            segment.base,
            factor,
        )
        parts.append(Matches(*found))
    return end_to_end(parts)


def extent_of(postings: Postings, term: bytes) -> tuple[int, int]:
    """Where the postings of a term start and stop; (0, 0) if there is no such term."""
    place = place_of(postings.terms, term)
    if place < len(postings.terms) and postings.terms[place] == term:
        return postings.extent(place)
    return 0, 0


def list_of(postings: Postings, term: bytes) -> tuple[Postings, int, int]:
    """The postings of a term: what they are among, where they start and stop; (0, 0) for none."""
    place = place_of(postings.terms, term)
    if place < len(postings.terms) and postings.terms[place] == term:
        among, place = postings.single(place)
        return among, *among.extent(place)
    return postings, 0, 0


def _cut(postings: Postings, start: int, stop: int, horizon: int) -> int:
    """Where the postings of documents below the horizon stop; numbers as in the segment."""
    docs = postings.doc_ids[start:stop]
    if stop > start and docs[-1] >= horizon:
        return start + int(docs.searchsorted(np.int32(max(horizon, 0))))
    return stop


def has_positions(index: OpenIndex, name: str) -> bool:
    return all(isinstance(postings.payload, PositionsPayload) for _, postings in index.fields(name))


def phrase(index: OpenIndex, budget: Budget, name: str, words: Sequence[str], slop: int) -> Matches:
    """The documents with the words in this order, each at most `slop` after the one before it.

    The score is the sum of the words' BM25.
    """
    texts = "\0".join(words).encode("utf-8", "surrogatepass")
    places: list[tuple[Segment, Postings, NDArray[np.int64]]] = []
    frequencies = [0] * len(words)
    for segment, postings in index.fields(name):
        vocabulary = postings.terms.unpacked()
        terms = kernels.find_terms(vocabulary.blob, vocabulary.offsets, texts, len(words))
        bounds = [postings.extent(term) if term >= 0 else (0, 0) for term in terms.tolist()]
        for word, (start, stop) in enumerate(bounds):
            frequencies[word] += index.live_frequency(segment, postings, start, stop)
        if all(start < stop for start, stop in bounds):
            budget.spend(sum(stop - start for start, stop in bounds))
            if segment.base < budget.horizon:
                places.append((segment, postings, np.array(bounds, np.int64)))
    if not places:
        return NOTHING
    factors = np.array([index.factor(frequency) for frequency in frequencies])
    return end_to_end(
        _phrase_in(index, field_number(name), segment, postings, extents, factors, slop)
        for segment, postings, extents in places
    )


def _phrase_in(
    index: OpenIndex,
    field: int,
    segment: Segment,
    postings: Postings,
    extents: NDArray[np.int64],
    factors: NDArray[np.float64],
    slop: int,
) -> Matches:
    payload = postings.payload
    assert isinstance(payload, PositionsPayload)
    found = kernels.phrase(
        payload.positions,
        payload.counts,
        payload.places,
        STRIDE,
        postings.doc_ids,
        extents,
        factors,
        index.states(segment),
        index.lengths(segment, field),
        index.norms(field),
        segment.base,
        slop,
    )
    return Matches(*found)
