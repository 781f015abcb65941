"""From Whoosh's query tree to all matches and their text scores, node by node.

    And, Or          sums of scores; words in the default fields are one kernel call
    Not, prohibited  matches what its query doesn't, scores 0
    Term             boost x BM25 in a text field, boost in any other
    expansions       (prefix, wildcard, fuzzy, range): boost, once for a document and node
    anything else    by the node's own Whoosh matcher

Stock Whoosh scores some of these differently: `And[a, Not b]` adds 1, Require is AndNot, and what
a prefix scores depends on how many terms it expands to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import numpy as np
from whoosh import query as whoosh_query
from whoosh.query.qcore import _NullQuery
from whoosh.query.terms import MultiTerm

from searchsvc.query.tree import DefaultPhrase, DefaultWord, Query, WrittenTitle
from searchsvc.scoring import phrases, terms, words
from searchsvc.scoring.budget import NO_LIMIT, Budget, OverBudget
from searchsvc.scoring.expansions import Clause, any_clause, constant_term
from searchsvc.scoring.fallback import whoosh_matches
from searchsvc.scoring.matches import NOTHING, Matches
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.titles import written_title


def evaluate(index: OpenIndex, query: Query, limit: int = NO_LIMIT) -> Matches:
    """Every match of a query, articles that are held back included.

    `limit` is how many postings may be read, about 3 ns each. A query that would read more gets
    the matches among the first documents, as many as it can pay for, and is `partial`. So is one
    with a pattern that stands for more words than MAX_EXPANSIONS, or than can be looked for in as
    much time.
    """
    budget = Budget(limit, len(index), looks=limit)
    try:
        found = _matches(query, Run(index, budget))
        return replace(found, partial=True) if budget.is_cut else found
    except OverBudget:
        estimate = budget.again(horizon=0)
        _matches(query, Run(index, estimate))
        horizon = int(len(index) * min(limit / max(estimate.spent, 1), 1.0))
        found = _matches(query, Run(index, estimate.again(horizon)))
        return replace(found.before(horizon), partial=True)


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation of one query."""

    index: OpenIndex
    budget: Budget

    def everything(self, score: float) -> Matches:
        """All documents that are not deleted."""
        statistics = self.index.statistics
        self.budget.spend(len(statistics))
        docs = np.arange(len(statistics), dtype=np.int32)
        if not statistics.are_all_present:
            docs = docs[statistics.states != 0]
        return Matches(docs, np.full(len(docs), score, np.float32))


@singledispatch
def _matches(query: Any, run: Run) -> Matches:
    return whoosh_matches(run.index, run.budget, query)


@_matches.register
def _(query: DefaultWord, run: Run) -> Matches:
    if words.have_impacts(run.index, [query], query.boost):
        return words.all_words(run.index, run.budget, [query]).times(query.boost)
    return _any_of(query.subqueries, run)


@_matches.register
def _(query: whoosh_query.And, run: Run) -> Matches:
    children = query.subqueries
    prohibited = [child for child in children if isinstance(child, whoosh_query.Not)]
    if not prohibited:
        return _all_of(children, run).times(query.boost)
    required = [child for child in children if not isinstance(child, whoosh_query.Not)]
    found = _all_of(required, run) if required else run.everything(0.0)
    for child in prohibited:
        found = found.without(_matches(child.query, run))
    return found.times(query.boost)


def _all_of(queries: Sequence[Query], run: Run) -> Matches:
    plain, others = _split_words(queries, run)
    found = words.all_words(run.index, run.budget, plain) if plain else None
    for query in others:
        if found is not None and not len(found) and run.budget.horizon:
            return NOTHING
        matches = _matches(query, run)
        found = matches if found is None else found.intersect(matches)
    return NOTHING if found is None else found


@_matches.register
def _(query: whoosh_query.Or, run: Run) -> Matches:
    if query.scale:
        return whoosh_matches(run.index, run.budget, query)
    return _any_of(query.subqueries, run).times(query.boost)


def _any_of(queries: Sequence[Query], run: Run) -> Matches:
    plain, others = _split_words(queries, run)
    found = words.any_words(run.index, run.budget, plain) if plain else NOTHING
    clauses = []
    for query in others:
        clause = Clause.of(query)
        if clause:
            clauses.append(clause)
        else:
            found = found.unite(_matches(query, run))
    return found.unite(any_clause(run.index, run.budget, clauses)) if clauses else found


def _split_words(queries: Sequence[Query], run: Run) -> tuple[list[DefaultWord], Sequence[Query]]:
    """The words that one kernel call can score, and all other queries."""
    plain = [query for query in queries if type(query) is DefaultWord]
    if len(plain) == len(queries) and words.have_impacts(run.index, plain):
        return plain, ()
    if not plain or not words.have_impacts(run.index, plain):
        return [], queries
    return plain, [query for query in queries if type(query) is not DefaultWord]


@_matches.register
def _(query: whoosh_query.DisjunctionMax, run: Run) -> Matches:
    """The greatest score, and `tiebreak` times each of the others."""
    parts = [_matches(child, run) for child in query.subqueries]
    greatest = summed = NOTHING
    for part in parts:
        greatest = greatest.unite(part, lesser=0.0)
        summed = summed.unite(part)
    scores = greatest.scores + np.float32(query.tiebreak) * (summed.scores - greatest.scores)
    return Matches(greatest.docs, scores).times(query.boost)


@_matches.register
def _(query: whoosh_query.AndMaybe, run: Run) -> Matches:
    found = _matches(query.a, run)
    if not len(found) and run.budget.horizon:
        return found
    return found.raised_by(_matches(query.b, run))


@_matches.register
def _(query: whoosh_query.AndNot, run: Run) -> Matches:
    return _matches(query.a, run).without(_matches(query.b, run))


@_matches.register
def _(query: whoosh_query.Require, run: Run) -> Matches:
    return _matches(query.a, run).only_in(_matches(query.b, run))


@_matches.register
def _(query: whoosh_query.Otherwise, run: Run) -> Matches:
    found = _matches(query.a, run)
    return found if len(found) else _matches(query.b, run)


@_matches.register
def _(query: whoosh_query.Not, run: Run) -> Matches:
    return run.everything(0.0).without(_matches(query.query, run))


@_matches.register
def _(query: whoosh_query.ConstantScoreQuery, run: Run) -> Matches:
    if type(query.child) is whoosh_query.Term:
        return constant_term(run.index, run.budget, query.child, query.score)
    clause = Clause.of(query)
    if clause:
        return any_clause(run.index, run.budget, [clause])
    return _matches(query.child, run).scored(query.score)


@_matches.register
def _(query: whoosh_query.Every, run: Run) -> Matches:
    if query.fieldname is None:
        return run.everything(query.boost)
    clause = Clause(whoosh_query.TermRange(query.fieldname, None, None), query.boost)
    return any_clause(run.index, run.budget, [clause])


@_matches.register
def _(query: _NullQuery, run: Run) -> Matches:
    return NOTHING


@_matches.register
def _(query: whoosh_query.Term, run: Run) -> Matches:
    index = run.index
    if not index.is_scored(query.fieldname):
        return constant_term(index, run.budget, query, query.boost)
    term = index.term(query.fieldname, query.text)
    if term is None:
        return NOTHING
    return terms.scored_term(index, run.budget, query.fieldname, term).times(query.boost)


@_matches.register
def _(query: WrittenTitle, run: Run) -> Matches:
    return written_title(run.index, run.budget, query)


@_matches.register
def _(query: whoosh_query.Phrase, run: Run) -> Matches:
    if not query.words:
        return NOTHING
    located = phrases.locate_in(
        run.index, run.budget, query.fieldname, query.words, query.slop, query.boost
    )
    return located.matches() if located else whoosh_matches(run.index, run.budget, query)


@_matches.register
def _(query: DefaultPhrase, run: Run) -> Matches:
    located = phrases.locate(run.index, run.budget, query.words, query.boosts)
    return located.matches() if located else _any_of(query.subqueries, run)


@_matches.register(MultiTerm)
@_matches.register(whoosh_query.NumericRange)
def _(query: Any, run: Run) -> Matches:
    return any_clause(run.index, run.budget, [Clause(query, query.boost)])
