"""The first page of a query without a list of its matches: for any of some plain words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from searchsvc.query.tree import DefaultWord, Query
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget, OverBudget
from searchsvc.scoring.expansions import constant_term
from searchsvc.scoring.matches import NOTHING
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.page import Page, page_of
from searchsvc.scoring.words import find_words, have_impacts


@dataclass(frozen=True, slots=True)
class _AnyWords:
    """Some words, and the term that raises the score of what they match."""

    words: list[DefaultWord]
    title: Query | None = None
    lift: float = 0.0

    @classmethod
    def of(cls, query: Query) -> _AnyWords | None:
        """A query as such, if it is one: as TreeBuilder makes it of `a OR b`."""
        if type(query) is whoosh_query.AndMaybe:
            b = query.b
            if type(b) is whoosh_query.ConstantScoreQuery and type(b.child) is whoosh_query.Term:
                inner = cls.of(query.a)
                return inner and cls(inner.words, b.child, b.score) if b.score >= 0 else None
        if type(query) is whoosh_query.Or and query.boost == 1.0 and not query.scale:
            words = query.subqueries
            if words and all(type(word) is DefaultWord for word in words):
                return cls(words)
        return None


def best_of_any(
    index: OpenIndex,
    query: Query,
    limit: int,
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    first: int,
    size: int,
) -> tuple[Page, int] | None:
    """The `best_page` of all that match, and how many these are.

    None where the query is another one, or would read more than `limit` postings: then `evaluate`.
    """
    asked = _AnyWords.of(query)
    if asked is None or not have_impacts(index, asked.words):
        return None
    budget = Budget(limit, len(index))
    lifted = NOTHING
    try:
        extents = find_words(index, budget, asked.words)
        if asked.title is not None:
            lifted = constant_term(index, budget, asked.title, asked.lift)
    except OverBudget:
        return None
    total, docs, texts = kernels.best_of_any(
        index.impacts.docs,
        index.impacts.impacts,
        extents,
        asked.words[0].boost_exact,
        priors,
        ranks,
        lifted.docs,
        asked.lift,
        first + size,
    )
    return page_of(docs[first:], texts[first:], priors), total
