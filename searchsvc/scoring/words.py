"""Plain words in the default fields, by impacts: the queries that most readers type."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.query.tree import DefaultWord
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.shards import SHARD


def have_impacts(index: OpenIndex, words: Sequence[DefaultWord], boost: float = 1.0) -> bool:
    """Whether one call can score the words: boosted as the impacts are, and all alike."""
    first = words[0]
    if not index.impacts.are_boosted_by(first.boosts):
        return False
    # Spelled out: for so few words a generator takes longer than they do.
    for word in words:
        if word.boost != boost or word.boost_exact != first.boost_exact:
            return False
        if word.boosts is not first.boosts and word.boosts != first.boosts:
            return False
    return True


def all_words(index: OpenIndex, budget: Budget, words: Sequence[DefaultWord]) -> Matches:
    """The documents with every word."""
    return all_at(index, find_words(index, budget, words), words[0].boost_exact)


def any_words(index: OpenIndex, budget: Budget, words: Sequence[DefaultWord]) -> Matches:
    """The documents with any of the words."""
    return any_at(index, find_words(index, budget, words), words[0].boost_exact)


def all_at(index: OpenIndex, extents: NDArray[np.int64], boost_exact: float) -> Matches:
    """The documents with every word, whose lists lie there."""
    impacts = index.impacts
    return Matches(*kernels.all_words(impacts.docs, impacts.impacts, extents, boost_exact))


def any_at(index: OpenIndex, extents: NDArray[np.int64], boost_exact: float) -> Matches:
    """The documents with any of the words, whose lists lie there."""
    impacts = index.impacts
    return Matches(
        *kernels.any_words(impacts.docs, impacts.impacts, extents, boost_exact, len(index))
    )


def find_all(index: OpenIndex, words: Sequence[DefaultWord]) -> NDArray[np.int64]:
    """`find_words` without a budget."""
    pairs = []
    for word in words:
        pairs.append(word.stem)
        pairs.append(word.term)
    return index.impacts.find(pairs)


def find_words(index: OpenIndex, budget: Budget, words: Sequence[DefaultWord]) -> NDArray[np.int64]:
    """Where the words' lists lie, up to the budget's horizon; [shards, words, 4]."""
    extents = find_all(index, words)
    # As Python's own numbers: a handful of them is summed faster than numpy begins.
    firsts, lasts = extents[0].tolist(), extents[-1].tolist()
    pairs_of = zip(firsts, lasts, strict=True)
    budget.spend(sum(b - a + d - c for (a, _, c, _), (_, b, _, d) in pairs_of))
    if budget.horizon < len(index):
        _cut(extents, index.impacts.docs, budget.horizon)
    return extents


def _cut(extents: NDArray[np.int64], docs: NDArray[np.uint16], horizon: int) -> None:
    """Shortens lists, in place, to the documents below the horizon."""
    for shard, words in enumerate(extents):
        within = horizon - shard * SHARD
        if within >= SHARD:
            continue
        lists = words.reshape(-1, 2)
        for row, (start, stop) in enumerate(lists.tolist()):
            kept = int(docs[start:stop].searchsorted(np.uint16(max(within, 0))))
            lists[row, 1] = start + kept
