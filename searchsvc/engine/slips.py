"""What a single word may be a slip of, whatever stands beside it: remembered for a generation."""

from __future__ import annotations

import math
from functools import lru_cache

from searchsvc.analysis import Terms
from searchsvc.query import spelling
from searchsvc.query.nodes import Phrase
from searchsvc.query.spelling import Reading
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.neighbours import Neighbour, Neighbours
from searchsvc.scoring.openindex import OpenIndex

READINGS_TRIED = 8
"""Of each word; every one is put to the index."""
MUCH_COMMONER = 5
"""So many times as many articles hold a word that may have been meant instead of a real one, if its
slip is a likely one: more for others."""
POSTINGS_TRIED = 1_000_000
"""That one try may read, some milliseconds; a query that would read more is counted in part."""
WORDS_KEPT = 1 << 13
"""Readers type the same words again and again, and a query with few results asks for all of its."""


class Slips:
    """Of one generation's words. Shared by all threads.

    Articles that are held back count as well: whoever offers a reading counts what it finds first.
    """

    def __init__(self, index: OpenIndex, neighbours: Neighbours, builder: TreeBuilder) -> None:
        self._index = index
        self._neighbours = neighbours
        self._builder = builder
        self.commoner = lru_cache(maxsize=WORDS_KEPT)(self._commoner)
        self.split = lru_cache(maxsize=WORDS_KEPT)(self._split)

    def near(self, word: str) -> list[Reading]:
        """Words of the index, the likeliest first, and of each only one form."""
        edits = spelling.edits_allowed(word)
        near = self._neighbours.near(word, edits) if edits else []
        return _likeliest_forms(word, near)[:READINGS_TRIED]

    def _commoner(self, word: str) -> tuple[Reading, ...]:
        """Of words one edit away those that so much more articles hold than this one."""
        if not spelling.edits_allowed(word):
            return ()
        commoner = [
            other
            for other, factor in self._neighbours.commoner(word, MUCH_COMMONER)
            if factor >= MUCH_COMMONER * math.exp(_reading(word, other).unlikeliness(1))
        ]
        return tuple(_likeliest_forms(word, commoner)[:READINGS_TRIED])

    def _split(self, word: str) -> tuple[Reading, ...]:
        """Two words that stand side by side in an article."""
        if not spelling.edits_allowed(word):
            return ()
        pairs = list(spelling.splits(word))
        known = self._neighbours.are_written([half for pair in pairs for half in pair])
        return tuple(
            Reading(word, " ".join(pair))
            for pair, both in zip(pairs, zip(known[::2], known[1::2], strict=True), strict=True)
            if all(both) and self._stand_together(pair)
        )

    def _stand_together(self, pair: tuple[str, str]) -> bool:
        phrase = Phrase(tuple(Terms((half,)) for half in pair))
        return len(evaluate(self._index, self._builder.build(phrase, ""), POSTINGS_TRIED)) > 0


def _likeliest_forms(word: str, near: list[Neighbour]) -> list[Reading]:
    ranked = sorted(near, key=lambda other: _reading(word, other).unlikeliness(other.frequency))
    forms: dict[str, Reading] = {}
    for other in ranked:
        forms.setdefault(other.stem, _reading(word, other))
    return list(forms.values())


def _reading(typed: str, near: Neighbour) -> Reading:
    return Reading(typed, near.word, near.edits)
