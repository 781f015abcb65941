"""Scores and orders: the prior as a script over doc values, and the five sorts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.tiers import Factor, times
from searchsvc.index.columns import NO_DATE, NO_VALUE
from searchsvc.search.ranking import SECONDS_A_DAY, PriorParts, Weights, prior_parts

_PRIOR = """
double q = doc['quality'].size() == 0 ? params.qp : Math.max(doc['quality'].value, 0);
double h = doc['heat'].size() == 0 ? params.hp : Math.max(doc['heat'].value, 0);
q = Math.max(q, 0); h = Math.max(h, 0);
double prior = 1 + params.wq * q / (q + Math.max(params.qp, 1))
                 + params.wh * h / (h + Math.max(params.hp, 1));
if (doc['published_at'].size() != 0) {
  double age = Math.max(params.now - doc['published_at'].value, 0) / params.day;
  prior += params.wr * Math.pow(0.5, age / params.half);
}
return _score * prior;
"""
"""`search/ranking.py` has the formula; the source never changes, so that it is compiled once."""

_NEWEST: list[dict[str, Any]] = [
    {"published_at": {"order": "desc", "missing": "_last"}},
    {"id": "asc"},
]
_SORTS: dict[str, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, *_NEWEST],
    "newest": _NEWEST,
    "oldest": [{"published_at": {"order": "asc", "missing": "_last"}}, {"id": "asc"}],
    "heat": [{"heat": {"order": "desc", "missing": "_last"}}, *_NEWEST],
    "quality": [{"quality": {"order": "desc", "missing": "_last"}}, *_NEWEST],
}


def scored(view: ClusterView, weights: Weights, text: Query, boosts: Mapping[str, float]) -> Query:
    """A query by text x prior, and by what editors give some articles, by their ids."""
    parameters = {
        "wq": weights.quality,
        "wh": weights.heat,
        "wr": weights.freshness,
        "qp": view.pivots.quality,
        "hp": view.pivots.heat,
        "half": weights.half_life,
        "now": view.as_of,
        "day": SECONDS_A_DAY,
    }
    script = {"source": _PRIOR, "params": parameters}
    query: Query = {"script_score": {"query": text, "script": script}}
    return times(query, [Factor({"term": {"id": one}}, by) for one, by in boosts.items()])


def order(sort: str) -> list[dict[str, Any]]:
    """Ties are newest first, then by id; what has no value is last."""
    return _SORTS[sort]


def parts_of(view: ClusterView, weights: Weights, source: Mapping[str, Any]) -> PriorParts:
    """What the prior of one article consists of."""

    def column(name: str, missing: int, dtype: Any) -> Any:
        value = source.get(name)
        return np.array([missing if value is None else value], dtype)

    return prior_parts(
        column("quality", NO_VALUE, np.int32),
        column("heat", NO_VALUE, np.int32),
        column("published_at", NO_DATE, np.int64),
        weights,
        view.pivots,
        view.as_of,
    )
