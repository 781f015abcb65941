"""The first page of what most readers type, by as few steps as it takes: words, or a phrase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from searchsvc.query.tree import DefaultPhrase, DefaultWord, Query
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget, OverBudget
from searchsvc.scoring.expansions import constant_term
from searchsvc.scoring.matches import NOTHING
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.page import Page, best_page, page_from
from searchsvc.scoring.phrases import default_phrase
from searchsvc.scoring.words import find_words, have_impacts


def best_of(
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
    title = None
    if type(query) is whoosh_query.AndMaybe:
        query, title = query.a, query.b
        if not _is_lift(title):
            return None
    budget = Budget(limit, len(index))
    try:
        if type(query) is DefaultPhrase:
            return _best_of_phrase(index, budget, query, title, priors, ranks, first, size)
        return _best_of_words(index, budget, query, title, priors, ranks, first, size)
    except OverBudget:
        return None


def _best_of_phrase(
    index: OpenIndex,
    budget: Budget,
    query: DefaultPhrase,
    title: Query | None,
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    first: int,
    size: int,
) -> tuple[Page, int] | None:
    matches = default_phrase(index, budget, query)
    if matches is None:
        return None
    if title is not None and len(matches):
        matches = matches.raised_by(constant_term(index, budget, title.child, title.score))
    return best_page(matches, priors, ranks, first, size), len(matches)


def _best_of_words(
    index: OpenIndex,
    budget: Budget,
    query: Query,
    title: Query | None,
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    first: int,
    size: int,
) -> tuple[Page, int] | None:
    """Without a list of all matches: the kernel goes straight to the best."""
    words, best = _plain_words(query)
    if not words or not have_impacts(index, words):
        return None
    extents = find_words(index, budget, words)
    lifted, lift = NOTHING, 0.0
    if title is not None:
        lift = title.score
        lifted = constant_term(index, budget, title.child, lift)
    found = best(
        index.impacts.docs,
        index.impacts.impacts,
        extents,
        words[0].boost_exact,
        priors,
        ranks,
        lifted.docs,
        lift,
        first + size,
    )
    return page_from(first, found), found[0]


def _is_lift(query: Query) -> bool:
    """Whether it raises the score of what has a term, as TreeBuilder has it of titles."""
    return (
        type(query) is whoosh_query.ConstantScoreQuery
        and type(query.child) is whoosh_query.Term
        and query.score >= 0
    )


def _plain_words(query: Query) -> tuple[Sequence[DefaultWord], Callable[..., Any]]:
    """The words of a query that is nothing else, and the kernel for it."""
    kind = type(query)
    if kind is DefaultWord:
        return (query,), kernels.best_of_all
    if kind is whoosh_query.And or (kind is whoosh_query.Or and not query.scale):
        words = query.subqueries
        if query.boost == 1.0 and all(type(word) is DefaultWord for word in words):
            return words, kernels.best_of_all if kind is whoosh_query.And else kernels.best_of_any
    return (), kernels.best_of_all
