"""Measures of a ranking by what was judged, as ir-measures computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchsvc.errors import SearchsvcError
from searchsvc.evaluation.judgements import Judgements
from searchsvc.extras import how_to_install

Ranking = Mapping[str, Sequence[str]]
"""For each query the ids of articles, the best first."""

MEASURES = ("nDCG@10", "MAP", "MRR", "recall@100")
DEPTH = 1000
"""Articles of a ranking that are looked at; MAP is of so many."""
_NAMES = {"nDCG@10": "nDCG@10", "AP": "MAP", "RR": "MRR", "R@100": "recall@100"}


class NoMeasures(SearchsvcError):
    """The package that computes the measures is not installed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """`values` holds for each query each of MEASURES."""

    values: Mapping[str, Mapping[str, float]]

    @property
    def means(self) -> dict[str, float]:
        return {name: self.mean(name) for name in MEASURES}

    def mean(self, name: str) -> float:
        return sum(values[name] for values in self.values.values()) / len(self.values)


def measure(judgements: Judgements, ranking: Ranking) -> Measured:
    """Of every judged query; one without results has 0. Raises NoMeasures."""
    try:
        import ir_measures
        from ir_measures import AP, RR, R, nDCG
    except ImportError:
        raise NoMeasures(
            f"measures need the package ir-measures: {how_to_install('evaluate')}"
        ) from None
    run = {
        query: {article: -float(place) for place, article in enumerate(articles[:DEPTH])}
        for query, articles in ranking.items()
        if articles
    }
    values = {query: dict.fromkeys(MEASURES, 0.0) for query in judgements.queries}
    relevant = {query: dict(grades) for query, grades in judgements.relevant.items()}
    for metric in ir_measures.iter_calc([nDCG @ 10, AP, RR, R @ 100], relevant, run):
        values[metric.query_id][_NAMES[str(metric.measure)]] = metric.value
    return Measured(values)
