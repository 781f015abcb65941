"""The measures are those of the literature."""

from __future__ import annotations

import math
import sys

import pytest

from searchsvc.evaluation import MEASURES, Judgements, measure
from searchsvc.evaluation.measures import NoMeasures

JUDGED = Judgements({"1": "x", "2": "y"}, {"1": {"a": 1, "b": 1}, "2": {"c": 1}})


def test_each_query_has_each_measure_by_the_order_of_its_results() -> None:
    measured = measure(JUDGED, {"1": ["z", "a", "y", "b"], "2": ["c"]})
    first = measured.values["1"]
    ideal = 1 + 1 / math.log2(3)
    assert first["nDCG@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert first["MAP"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert (first["MRR"], first["recall@100"]) == (0.5, 1.0)
    assert measured.values["2"] == dict.fromkeys(MEASURES, 1.0)
    assert measured.means["MRR"] == pytest.approx(0.75)


@pytest.mark.parametrize("ranking", [{"1": ["a", "b"]}, {"1": ["a", "b"], "2": []}])
def test_a_query_without_results_counts_as_nothing(ranking: dict[str, list[str]]) -> None:
    assert measure(JUDGED, ranking).values["2"] == dict.fromkeys(MEASURES, 0.0)


def test_without_its_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(NoMeasures, match=r"searchsvc\[evaluate\]"):
        measure(JUDGED, {})
