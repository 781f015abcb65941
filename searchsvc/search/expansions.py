"""Prefixes and patterns: however many words they stand for, a document scores each field once."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.strings import encoded
from searchsvc.query.nodes import Prefix, Wildcard
from searchsvc.query.patterns import beginning, compiled
from searchsvc.search.budget import Budget
from searchsvc.search.matches import Matches
from searchsvc.search.view import IndexView

MAX_EXPANSIONS = 1024
"""Words that a pattern stands for: the commonest of those that fit."""


def prefixed(view: IndexView, prefix: Prefix) -> Matches:
    """The documents with a word that begins so."""
    words = view.generation.impacts.words
    bounds = words.prefix_range(encoded(prefix.text))
    return _with_words(view, [bounds], prefix.field)


def wildcarded(view: IndexView, wildcard: Wildcard, budget: Budget) -> Matches:
    """The documents with a word that fits the pattern."""
    impacts = view.generation.impacts
    start = beginning(wildcard.pattern)
    first, last = impacts.words.prefix_range(encoded(start))
    places = _fitting(view, first, last, compiled(wildcard.pattern))
    if len(places) > MAX_EXPANSIONS:
        budget.is_spent = True
        commonest = np.argsort(-impacts.document_counts[places], kind="stable")
        places = np.sort(places[commonest[:MAX_EXPANSIONS]])
    return _with_words(view, ((place, place + 1) for place in places.tolist()), wildcard.field)


def _fitting(
    view: IndexView, first: int, last: int, pattern: re.Pattern[bytes]
) -> NDArray[np.int64]:
    """Where the words first:last that fit stand: they are searched as one text, one a line."""
    words = view.generation.impacts.words
    bounds = words.offsets[first : last + 1]
    letters = words.blob[bounds[0] : bounds[-1]]
    numbers = np.arange(last - first)
    starts = bounds[:-1] - bounds[0] + numbers
    text = np.full(len(letters) + len(numbers), ord("\n"), np.uint8)
    text[np.arange(len(letters)) + np.repeat(numbers, np.diff(bounds))] = letters
    found = [fitting.start() for fitting in pattern.finditer(text.tobytes())]
    places: NDArray[np.int64] = first + starts.searchsorted(np.array(found, np.int64))
    return places


def _with_words(view: IndexView, ranges: Iterable[tuple[int, int]], field: str | None) -> Matches:
    """The documents with any word of some ranges of the vocabulary."""
    generation = view.generation
    fields = range(len(TEXT_FIELDS)) if field is None else (TEXT_FIELDS.index(field),)
    counted = sum(1 << number for number in fields if generation.weights[number] > 0)
    ranges = list(ranges)
    found, most = np.zeros(len(generation), np.uint8), 0
    for number, segment in enumerate(generation.segments):
        arrays = view.opened.postings[number]
        postings = segment.postings
        starts, places = postings.starts.data, postings.position_starts.data
        for bounds in ranges:
            first, last = generation.words_between(number, *bounds)
            some = slice(starts[first], starts[last])
            kernels.mark_fields(found, segment.base, *arrays, some, places[first])
            most += some.stop - some.start
    if view.opened.has_deleted:
        found[~generation.are_present] = 0
    weights = np.array(generation.weights, np.float32)
    return Matches(*kernels.weigh_fields(found, counted, weights, most))
