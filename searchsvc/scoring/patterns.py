"""The words that a pattern stands for: no more than a query can pay for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    vocabulary, extents = index.impacts.words, index.impacts.word_extents
    first, last = prefixed(vocabulary, pattern.beginning.encode("utf-8", "surrogatepass"))
    places = [
        place
        for place, word in enumerate(vocabulary.between(first, last), first)
        if pattern.accepts(word.decode("utf-8", "surrogatepass"))
    ]
    is_cut = len(places) > MAX_EXPANSIONS
    if is_cut:
        sizes = extents[places, 1] - extents[places, 0]
        places = sorted(np.array(places)[np.argsort(-sizes, kind="stable")[:MAX_EXPANSIONS]])
    return Expansion(tuple(vocabulary[place] for place in places), is_cut)
