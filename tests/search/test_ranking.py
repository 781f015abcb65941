"""The prior: what quality, heat and freshness add, and never more than that."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.search import ranking
from searchsvc.search.ranking import NO_DATE, NO_VALUE, Pivots, Weights
from searchsvc.settings import Settings

DAY = 86_400
NOW = 1_600_000_000.0
DEFAULT = Settings().weights
EVEN = Pivots(50, 50)

VALUES = st.none() | st.integers(-(2**31) + 1, 2**31 - 1)
DATES = st.none() | st.integers(-(10**11), 10**11)
PIVOTS = st.builds(Pivots, st.floats(-1, 1e4), st.floats(-1, 1e4))
WEIGHTS = st.tuples(*[st.floats(0, 1)] * 3, st.floats(0.01, 1e5)).map(
    lambda w: Weights(*(part / max(sum(w[:3]), 1) for part in w[:3]), half_life=w[3])
)


def column(*values: int | None) -> np.ndarray:
    return np.array([NO_VALUE if value is None else value for value in values], np.int32)


def moments(*values: int | None) -> np.ndarray:
    return np.array([NO_DATE if value is None else value for value in values], np.int64)


def prior(
    quality: int | None,
    heat: int | None,
    date: int | None,
    weights: Weights = DEFAULT,
    pivots: Pivots = EVEN,
) -> float:
    parts = ranking.prior_parts(column(quality), column(heat), moments(date), weights, pivots, NOW)
    return float(parts.prior()[0])


def test_the_default_weights_leave_room_for_a_site_to_count_more() -> None:
    assert DEFAULT.quality + DEFAULT.heat + DEFAULT.freshness == pytest.approx(0.28)


@given(VALUES, VALUES, DATES, WEIGHTS, PIVOTS)
def test_a_prior_lies_between_one_and_two(
    quality: int | None, heat: int | None, date: int | None, weights: Weights, pivots: Pivots
) -> None:
    assert 1 <= prior(quality, heat, date, weights, pivots) <= 2 + 1e-9


@given(st.data(), WEIGHTS, PIVOTS)
def test_more_quality_more_heat_or_a_later_date_never_lowers_a_prior(
    data: st.DataObject, weights: Weights, pivots: Pivots
) -> None:
    numbers = st.integers(-1, 1000)
    quality, heat, age = data.draw(numbers), data.draw(numbers), data.draw(st.integers(0, 10**8))
    base = prior(quality, heat, int(NOW) - age, weights, pivots)
    more = data.draw(numbers.filter(lambda n: n >= 0))
    assert prior(quality + more, heat, int(NOW) - age, weights, pivots) >= base
    assert prior(quality, heat + more, int(NOW) - age, weights, pivots) >= base
    assert prior(quality, heat, int(NOW) - age + more, weights, pivots) >= base


def test_a_prior_is_one_and_its_parts() -> None:
    parts = ranking.prior_parts(
        column(50, 0, None), column(150, -1, None), moments(int(NOW), int(NOW) - 30 * DAY, None),
        Weights(0.35, 0.35, 0.3, 30), Pivots(50, 50), NOW,
    )  # fmt: skip
    assert parts.quality == pytest.approx([0.175, 0, 0.175])
    assert parts.heat == pytest.approx([0.2625, 0, 0.175])
    assert parts.freshness == pytest.approx([0.3, 0.15, 0])
    assert parts.prior() == pytest.approx([1.7375, 1.15, 1.35])


def test_an_article_of_which_nothing_is_known_is_as_good_as_the_median() -> None:
    assert prior(None, None, None) == prior(50, 50, None)


@pytest.mark.parametrize(
    ("value", "pivot", "part"),
    [
        (50, 50, 0.5),
        (0, 50, 0),
        (-1, 50, 0),
        (None, 50, 0.5),
        (150, 50, 0.75),
        (942, 72, 942 / 1014),
        (1, 0, 0.5),
        (None, 0, 0),
        (None, -1, 0),
        (3, -1, 0.75),
    ],
)
def test_saturation_is_half_at_the_pivot(value: int | None, pivot: float, part: float) -> None:
    assert ranking.saturation(column(value), pivot)[0] == pytest.approx(part)


@pytest.mark.parametrize(
    ("age_days", "part"), [(0, 1), (30, 0.5), (60, 0.25), (-1, 1), (365_000, 0), (None, 0)]
)
def test_freshness_halves_with_each_half_life(age_days: int | None, part: float) -> None:
    date = None if age_days is None else int(NOW) - age_days * DAY
    assert ranking.freshness(moments(date), NOW, 30)[0] == pytest.approx(part)


@pytest.mark.parametrize(
    ("now", "hour"), [(0, 0), (3599.9, 0), (3600, 3600), (7201.5, 7200), (-1, -3600)]
)
def test_the_clock_of_freshness_moves_by_the_hour(now: float, hour: int) -> None:
    assert ranking.hour(now) == hour
