"""The words that a pattern stands for: no more than a query can pay for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Terms
from searchsvc.query.expanding import Pattern
from searchsvc.scoring.openindex import OpenIndex, prefixed

MAX_EXPANSIONS = 1024
"""Words that a pattern is expanded to, the commonest of those that fit."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """The words of any text field that fit; `is_cut` if there are more."""

    words: tuple[bytes, ...]
    is_cut: bool


def expand(index: OpenIndex, pattern: Pattern) -> Expansion:
    kept = index.chosen.get(pattern.text)
    if isinstance(kept, Expansion):
        return kept
    vocabulary, extents = index.impacts.words, index.impacts.word_extents
    places = _places(vocabulary, pattern)
    is_cut = len(places) > MAX_EXPANSIONS
    if is_cut:
        sizes = extents[places, 1] - extents[places, 0]
        places = np.sort(places[np.argsort(-sizes, kind="stable")[:MAX_EXPANSIONS]])
    expansion = Expansion(tuple(vocabulary[place] for place in places.tolist()), is_cut)
    index.keep_chosen(pattern.text, expansion)
    return expansion


def _places(vocabulary: Terms, pattern: Pattern) -> NDArray[np.int64]:
    """Where the words that fit stand. All that begin right are one text, searched at a time."""
    beginning = pattern.beginning.encode("utf-8", "surrogatepass")
    first, last = prefixed(vocabulary, beginning)
    bounds = vocabulary.offsets[first : last + 1]
    letters = vocabulary.blob[bounds[0] : bounds[-1]]
    lines = np.arange(last - first)
    starts = bounds[:-1] - bounds[0] + lines  # a line's end stands before all others
    text = np.full(len(letters) + len(lines), ord("\n"), np.uint8)
    text[np.arange(len(letters)) + np.repeat(lines, np.diff(bounds))] = letters
    found = [fitting.start() for fitting in pattern.lines.finditer(text.tobytes())]
    places: NDArray[np.int64] = first + starts.searchsorted(np.array(found, np.int64))
    return places
