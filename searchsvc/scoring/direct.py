"""What most readers type, words or a phrase: looked up once, and answered by few steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from searchsvc.query.tree import DefaultPhrase, DefaultWord, Query
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget, OverBudget
from searchsvc.scoring.expansions import constant_term
from searchsvc.scoring.matches import NOTHING, Matches
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.page import Page, best_page, page_from
from searchsvc.scoring.phrases import LocatedPhrase, locate
from searchsvc.scoring.words import all_at, any_at, find_all, find_words, have_impacts


class Prepared(Protocol):
    """A query whose words have been looked up in an index: it may be asked again and again."""

    def matches(self) -> Matches:
        """All matches, as `evaluate` finds them."""

    def best(
        self, priors: NDArray[np.float32], ranks: NDArray[np.int32], first: int, size: int
    ) -> tuple[Page, int]:
        """The `best_page` of all matches, and how many these are."""


def prepare(index: OpenIndex, query: Query, limit: int) -> Prepared | None:
    """Plain words, all of them or any, or a phrase; as TreeBuilder makes them, with its title.

    None where a query is another one, or would read more than `limit` postings: then `evaluate`.
    """
    title, lift = None, 0.0
    if type(query) is whoosh_query.AndMaybe:
        title, lift = _term_and_score(query.b)
        if title is None:
            return None
        query = query.a
    budget = Budget(limit, len(index))
    try:
        if type(query) is DefaultPhrase:
            located = locate(index, budget, query.words, query.boosts)
            if located is None:
                return None
            lifted = constant_term(index, budget, title, lift) if title else NOTHING
            return _Phrase(located, lifted)
        words = _plain_words(query)
        if not words or not have_impacts(index, words):
            return None
        if 2 * len(words) * len(index) <= limit:  # more than that is not there to be read
            extents = find_all(index, words)
        else:
            extents = find_words(index, budget, words)
        lifted = constant_term(index, budget, title, lift) if title else NOTHING
    except OverBudget:
        return None
    is_any = type(query) is whoosh_query.Or
    return _Words(index, extents, words[0].boost_exact, is_any, lifted, lift)


def _term_and_score(query: Query) -> tuple[Query | None, float]:
    """What raises the scores of the articles with a term, and by how much."""
    if type(query) is whoosh_query.ConstantScoreQuery and type(query.child) is whoosh_query.Term:
        return (query.child, query.score) if query.score >= 0 else (None, 0.0)
    return None, 0.0


def _plain_words(query: Query) -> Sequence[DefaultWord]:
    """The words of a query that is nothing else."""
    kind = type(query)
    if kind is DefaultWord:
        return (query,)
    if kind is whoosh_query.And or (kind is whoosh_query.Or and not query.scale):
        words: Sequence[DefaultWord] = query.subqueries
        if query.boost == 1.0 and set(map(type, words)) == _ONLY_WORDS:
            return words
    return ()


_ONLY_WORDS = {DefaultWord}


class _Phrase(NamedTuple):
    located: LocatedPhrase
    lifted: Matches

    def matches(self) -> Matches:
        return self.located.matches().raised_by(self.lifted)

    def best(
        self, priors: NDArray[np.float32], ranks: NDArray[np.int32], first: int, size: int
    ) -> tuple[Page, int]:
        matches = self.matches()
        return best_page(matches, priors, ranks, first, size), len(matches)


class _Words(NamedTuple):
    """`extents` are those of `find_words`."""

    opened: OpenIndex
    extents: NDArray[np.int64]
    boost_exact: float
    is_any: bool
    lifted: Matches
    lift: float

    def matches(self) -> Matches:
        at = any_at if self.is_any else all_at
        return at(self.opened, self.extents, self.boost_exact).raised_by(self.lifted)

    def best(
        self, priors: NDArray[np.float32], ranks: NDArray[np.int32], first: int, size: int
    ) -> tuple[Page, int]:
        """Without a list of all matches: the kernel goes straight to the best."""
        impacts = self.opened.impacts
        kernel = kernels.best_of_any if self.is_any else kernels.best_of_all
        found = kernel(
            impacts.docs,
            impacts.impacts,
            self.extents,
            self.boost_exact,
            priors,
            ranks,
            self.lifted.docs,
            self.lift,
            first + size,
        )
        return page_from(first, found), found[0]
