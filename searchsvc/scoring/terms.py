"""Terms of one field, scored from the segments' own postings."""

from __future__ import annotations

import numpy as np

from searchsvc.columnar import NO_POSTINGS, FieldPostings, Postings
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import Matches, end_to_end
from searchsvc.scoring.openindex import OpenIndex, find_term
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
    place = find_term(postings.terms, term)
    return (0, 0) if place < 0 else postings.extent(place)


def list_of(postings: Postings, term: bytes) -> tuple[FieldPostings, int, int]:
    """The postings of a term: what they are among, where they start and stop; none if (0, 0)."""
    place = find_term(postings.terms, term)
    if place < 0:
        return NO_POSTINGS, 0, 0
    among, place = postings.single(place)
    return among, *among.extent(place)


def _cut(postings: Postings, start: int, stop: int, horizon: int) -> int:
    """Where the postings of documents below the horizon stop; numbers as in the segment."""
    docs = postings.doc_ids[start:stop]
    if stop > start and docs[-1] >= horizon:
        return start + int(docs.searchsorted(np.int32(max(horizon, 0))))
    return stop
