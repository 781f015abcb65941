"""The terms that a filter of terms stands for: no more than a query can pay for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Terms
from searchsvc.query.expanding import Pattern, TermFilter
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.openindex import OpenIndex, prefixed

MAX_EXPANSIONS = 1024
"""Words that a pattern is expanded to, the commonest of those that fit."""
POSTINGS_A_WORD = 60
"""What it costs to try a pattern on one word of the texts, in postings of a kernel."""
POSTINGS_A_VALUE = 1000
"""What it costs to look at one value, such as a provider's name."""


@dataclass(frozen=True, slots=True)
class _Expansion:
    """`is_cut` if more terms fit than these."""

    terms: tuple[bytes, ...]
    is_cut: bool = False


def expanded(index: OpenIndex, budget: Budget, node: TermFilter) -> tuple[bytes, ...]:
    """The terms of a filter, none if the budget has no looks left for it.

    A pattern's are words of any text field, the same for all; another filter's are of its own.
    """
    key = node.text if isinstance(node, Pattern) else node
    terms = budget.expanded.get(key)
    if terms is None:
        expansion = index.chosen.get(key)
        if expansion is None:
            expand = _fitting if isinstance(node, Pattern) else _accepted
            expansion = expand(index, budget, node)
            if expansion:
                index.keep_chosen(key, expansion)
        budget.is_cut |= expansion is None or expansion.is_cut
        terms = budget.expanded[key] = expansion.terms if expansion else ()
    return terms


def _fitting(index: OpenIndex, budget: Budget, pattern: Pattern) -> _Expansion | None:
    vocabulary = index.impacts.words
    first, last = prefixed(vocabulary, pattern.beginning.encode("utf-8", "surrogatepass"))
    if not budget.look(last - first, POSTINGS_A_WORD):
        return None
    places = _places(vocabulary, first, last, pattern)
    is_cut = len(places) > MAX_EXPANSIONS
    if is_cut:
        sizes = index.impacts.frequencies(places)
        places = np.sort(places[np.argsort(-sizes, kind="stable")[:MAX_EXPANSIONS]])
    return _Expansion(tuple(vocabulary[place] for place in places.tolist()), is_cut)


def _places(vocabulary: Terms, first: int, last: int, pattern: Pattern) -> NDArray[np.int64]:
    """Where the words first:last that fit stand. They are one text, searched at a time."""
    bounds = vocabulary.offsets[first : last + 1]
    letters = vocabulary.blob[bounds[0] : bounds[-1]]
    lines = np.arange(last - first)
    starts = bounds[:-1] - bounds[0] + lines  # a line's end stands before all others
    text = np.full(len(letters) + len(lines), ord("\n"), np.uint8)
    text[np.arange(len(letters)) + np.repeat(lines, np.diff(bounds))] = letters
    found = [fitting.start() for fitting in pattern.lines.finditer(text.tobytes())]
    places: NDArray[np.int64] = first + starts.searchsorted(np.array(found, np.int64))
    return places


def _accepted(index: OpenIndex, budget: Budget, node: TermFilter) -> _Expansion | None:
    vocabularies = [postings.terms for _, postings in index.fields(node.fieldname)]
    if not budget.look(sum(map(len, vocabularies)), POSTINGS_A_VALUE):
        return None
    terms = {term for vocabulary in vocabularies for term in vocabulary}
    return _Expansion(
        tuple(term for term in sorted(terms) if node.accepts(term.decode("utf-8", "replace")))
    )
