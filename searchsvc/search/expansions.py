"""Prefixes and patterns: however many words they stand for, a document scores each field once."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.segment import FIELD_SHIFT
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
    counted = [number for number in fields if generation.weights[number] > 0]
    ranges = list(ranges)
    is_found = np.zeros((len(TEXT_FIELDS), len(generation)), np.bool_)
    for number, segment in enumerate(generation.segments):
        postings = segment.postings
        for bounds in ranges:
            first, last = generation.words_between(number, *bounds)
            some = slice(postings.starts[first], postings.starts[last])
            docs = postings.docs[some] + np.int32(segment.base)
            docs = np.repeat(docs, postings.counts[some])
            of = postings.positions[
                postings.position_starts[first] : postings.position_starts[last]
            ]
            is_found[of >> FIELD_SHIFT, docs] = True
    in_any = is_found[counted].any(axis=0)
    if view.opened.has_deleted:
        in_any &= generation.are_present
    docs = np.flatnonzero(in_any).astype(np.int32)
    weights = np.array(generation.weights, np.float32)[counted]
    return Matches(docs, weights @ is_found[counted][:, docs].astype(np.float32))
