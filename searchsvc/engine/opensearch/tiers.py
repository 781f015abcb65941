"""How articles word what was typed, as `search/wording.py` has it: by factors of their text score.

The lowest and the highest score of each tier are asked of the cluster first: they tell by how much
those stand below that have a word only in other forms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.translation import side_by_side
from searchsvc.query.nodes import AllOf, Node
from searchsvc.search.budget import Budget
from searchsvc.search.ranking import HIGHEST_PRIOR
from searchsvc.search.wording import BELOW, FEW, MOST_IN_ORDER, finished_word, is_one_term


@dataclass(frozen=True, slots=True)
class Factor:
    """What the scores of articles that pass the filter are multiplied by."""

    filter: Query
    by: float


def times(query: Query, factors: Sequence[Factor]) -> Query:
    """A query whose scores are multiplied by every factor that applies."""
    if not factors:
        return query
    functions = [{"filter": factor.filter, "weight": factor.by} for factor in factors]
    return {
        "function_score": {
            "query": query,
            "functions": functions,
            "score_mode": "multiply",
            "boost_mode": "multiply",
        }
    }


def factors_of(
    view: ClusterView,
    typed: Node,
    words: Sequence[Node],
    found: Query,
    have_all: Query | None,
    budget: Budget,
) -> list[Factor]:
    """Of the articles that `found` matches, more than one.

    `typed` is the tree as typed, `words` are what counts of it. `have_all` passes those that have
    all words in any form; None if all have.
    """
    if len(words) > FEW:
        have_all = None
    in_order = _side_by_side(view, typed)
    factors = [Factor(in_order, HIGHEST_PRIOR)] if in_order else []
    as_typed = _tiered(view, words, have_all is not None) if len(words) <= FEW else []
    tiers = _tiers(as_typed, have_all)
    if len(tiers) < 2 or budget.is_over():
        return factors
    bounds = _bounds(view, times(found, factors), tiers, budget)
    above = math.inf
    for tier in reversed(tiers):
        lowest, highest = bounds[tier]
        if highest is None or lowest is None:
            continue
        by = above * BELOW / highest if highest > above * BELOW else 1.0
        if by != 1.0:
            factors.append(Factor(tiers[tier], by))
        above = lowest * by
    return factors


def _side_by_side(view: ClusterView, typed: Node) -> Query | None:
    """What passes titles with the words side by side, if there are several."""
    nodes = typed.nodes if isinstance(typed, AllOf) else ()
    terms = [node.terms.parts[0] for node in nodes if is_one_term(node)]
    if not 1 < len(terms) <= MOST_IN_ORDER:
        return None
    if not all(view.counts([_as_typed(term) for term in terms])):
        return None
    return side_by_side("title", terms)


def _tiered(view: ClusterView, words: Sequence[Node], some_lack: bool) -> list[Query]:
    """What passes each of few words as typed, as not all matches have them so."""
    finished = [word for word in map(finished_word, words) if word is not None]
    queries, has_forms = [], some_lack
    for word in finished:
        term = word.terms.parts[0]
        any_form: Query = {"term": {"stems": {"value": view.stem.query_stem(word.terms)}}}
        of_word, of_stem = view.counts([_as_typed(term), any_form])
        if of_word and of_stem:
            queries.append(_as_typed(term))
            has_forms |= of_word < of_stem
    if some_lack and len(queries) < len(words):
        return []  # else who lacks a word that is typed in no article would be first
    return queries if has_forms else []


def _as_typed(term: str) -> Query:
    return {"term": {"words": {"value": term}}}


def _tiers(as_typed: Sequence[Query], have_all: Query | None) -> dict[int, Query]:
    """What passes each tier, the lowest first: few words as typed, then more; with all words."""
    counted: dict[int, Query] = {}
    for number in range(len(as_typed) + 1):
        query: Query = {"must_not": [_some(as_typed, number + 1)]}
        if number:
            query["filter"] = [_some(as_typed, number)]
        counted[number] = {"bool": query}
    if not as_typed:
        counted = {0: {"match_all": {}}}
    if have_all is None:
        return counted
    lacking = {
        number: {"bool": {"filter": [query], "must_not": [have_all]}}
        for number, query in counted.items()
    }
    complete = {
        number + FEW + 1: {"bool": {"filter": [query, have_all]}}
        for number, query in counted.items()
    }
    return {**lacking, **complete}


def _some(queries: Sequence[Query], least: int) -> Query:
    """So many of some at least."""
    if least > len(queries):
        return {"match_none": {}}
    return {"bool": {"should": list(queries), "minimum_should_match": least}}


def _bounds(
    view: ClusterView, found: Query, tiers: dict[int, Query], budget: Budget
) -> dict[int, tuple[float | None, float | None]]:
    """The lowest and the highest score of each tier; None of an empty one."""
    score = {"script": {"source": "_score"}}
    each = {"lowest": {"min": score}, "highest": {"max": score}}
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": {"bool": {"must": [found], "filter": [view.live]}},
        "aggs": {str(tier): {"filter": query, "aggs": each} for tier, query in tiers.items()},
    }
    answer = view.asking.search(body, budget)["aggregations"]
    return {
        tier: (answer[str(tier)]["lowest"]["value"], answer[str(tier)]["highest"]["value"])
        for tier in tiers
    }
