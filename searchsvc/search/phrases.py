"""Where words stand: side by side, or in one field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import Terms
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.segment import FIELD_SHIFT, Segment
from searchsvc.index.strings import encoded
from searchsvc.search.matches import NOTHING, Matches
from searchsvc.search.view import IndexView

Docs = NDArray[np.int32]


def side_by_side(view: IndexView, terms: Sequence[str], field: str | None) -> Docs:
    """The documents that have these terms as typed, in this order, in one field or any."""
    generation = view.generation
    words = generation.impacts.words.find_all([encoded(term) for term in terms])
    if min(words) < 0:
        return NOTHING.docs
    allowed = kernels.ALL_FIELDS if field is None else 1 << TEXT_FIELDS.index(field)
    parts = []
    for number, segment in enumerate(generation.segments):
        own = [generation.word_in(number, word) for word in words]
        if min(own) >= 0:
            found = _in_segment(segment, view.opened.postings[number], own, allowed)
            parts.append(found + np.int32(segment.base))
    return _present(view, parts)


def _in_segment(
    segment: Segment, arrays: Sequence[kernels.Array], words: Sequence[int], allowed: int
) -> Docs:
    docs, counts, positions = arrays
    starts, places = segment.postings.starts.data, segment.postings.position_starts.data
    return kernels.phrase(
        docs,
        counts,
        positions,
        [starts[word] for word in words],
        [starts[word + 1] for word in words],
        [places[word] for word in words],
        range(len(words)),
        allowed,
    )


def in_field(view: IndexView, field: str, terms: Terms, found: Matches) -> Matches:
    """Of the matches of a word of one part those that have it, in any form, in the field."""
    generation, number = view.generation, TEXT_FIELDS.index(field)
    stem_numbers = generation.impacts.stems.find_all(
        [encoded(stem) for stem in view.stem.query_stems(terms)]
    )
    forms = [form for stem in stem_numbers if stem >= 0 for form in generation.forms_of(stem)]
    has_it = np.zeros(len(generation), np.bool_)
    for place, segment in enumerate(generation.segments):
        for form in forms:
            own = generation.word_in(place, form)
            if own >= 0:
                has_it[docs_in_field(segment, own, own + 1, number) + segment.base] = True
    return found.where(has_it)


def docs_in_field(segment: Segment, first: int, last: int, field: int) -> Docs:
    """The documents of a segment with any of a range of words in a field, in no order."""
    postings = segment.postings
    some = slice(int(postings.starts[first]), int(postings.starts[last]))
    positions = postings.positions[postings.position_starts[first] : postings.position_starts[last]]
    docs = np.repeat(postings.docs[some], postings.counts[some])
    found: Docs = docs[positions >> FIELD_SHIFT == field]
    return found


def _present(view: IndexView, parts: Sequence[Docs]) -> Docs:
    """The documents of all segments, without deleted ones."""
    docs = parts[0] if len(parts) == 1 else np.concatenate([NOTHING.docs, *parts])
    if view.opened.has_deleted and len(docs):
        docs = docs[view.generation.are_present[docs]]
    return docs
