"""A difference is told with how likely chance makes it."""

from __future__ import annotations

import pytest

from searchsvc.evaluation import Measured, compare


def of(values: list[float]) -> Measured:
    return Measured({str(number): {"MAP": value} for number, value in enumerate(values)})


def test_equal_rankings_differ_by_nothing() -> None:
    found = compare(of([0.1, 0.5]), of([0.1, 0.5]), "MAP")
    assert (found.difference, found.p, found.better, found.worse) == (0, 1, 0, 0)


def test_a_gain_on_every_query_is_no_chance_and_one_on_half_of_them_is() -> None:
    found = compare(of([0.3] * 20), of([0.2] * 20), "MAP")
    assert found.difference == pytest.approx(0.1)
    assert found.p < 0.001 and (found.better, found.worse) == (20, 0)
    mixed = compare(of([0.3, 0.1] * 10), of([0.2] * 20), "MAP")
    assert mixed.p > 0.9 and (mixed.better, mixed.worse) == (10, 10)


def test_of_three_queries_chance_is_one_in_four() -> None:
    assert compare(of([0.3] * 3), of([0.2] * 3), "MAP").p == pytest.approx(0.25, abs=0.03)
