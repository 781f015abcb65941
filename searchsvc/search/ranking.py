"""The prior of an article: what quality, heat and freshness add. Pure functions of numbers.

    score(d, q) = text(d, q) x prior(d)
    prior(d)    = 1 + wq*sat(quality) + wh*sat(heat) + wr*fresh(age)

The weights sum to at most 1, so a prior lies in [1, 2]: popularity lifts and breaks ties, and an
article whose text matches twice as well always stays ahead. Saturation after Craswell, Robertson,
Zaragoza and Taylor, "Relevance weighting for query independent evidence", SIGIR 2005.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchsvc.index.columns import NO_DATE, NO_VALUE

Floats = npt.NDArray[np.float64]

HIGHEST_PRIOR = 2.0

TITLE_IS_QUERY = 1000.0
"""Added to the text of an article whose whole title is the query: more than words can reach."""

SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Weights:
    """What quality, heat and freshness may add to a prior; half_life is in days."""

    quality: float
    heat: float
    freshness: float
    half_life: float


@dataclass(frozen=True, slots=True)
class Pivots:
    """The quality and the heat that count half: the medians of the live articles."""

    quality: float
    heat: float


@dataclass(frozen=True, slots=True)
class PriorParts:
    """What each part adds to 1, one value for each article."""

    quality: Floats
    heat: Floats
    freshness: Floats

    def prior(self) -> Floats:
        prior: Floats = 1.0 + self.quality + self.heat + self.freshness
        return prior


def saturation(values: npt.NDArray[np.int32], pivot: float) -> Floats:
    """x / (x + pivot) in [0, 1): half at the pivot, which also stands in for a missing value."""
    known = np.where(values == NO_VALUE, pivot, values)
    positive: Floats = np.maximum(known, 0.0)
    result: Floats = positive / (positive + max(pivot, 1.0))
    return result


def freshness(published_at: npt.NDArray[np.int64], now: float, half_life: float) -> Floats:
    """0.5 ** (age / half_life) of dates in epoch seconds; 0 where there is none."""
    known = published_at != NO_DATE
    ages = np.maximum(now - np.where(known, published_at, 0), 0.0) / SECONDS_A_DAY
    result: Floats = np.where(known, np.exp2(-ages / half_life), 0.0)
    return result


def prior_parts(
    quality: npt.NDArray[np.int32],
    heat: npt.NDArray[np.int32],
    published_at: npt.NDArray[np.int64],
    weights: Weights,
    pivots: Pivots,
    now: float,
) -> PriorParts:
    """The parts of every article's prior at `now` (epoch seconds)."""
    return PriorParts(
        quality=weights.quality * saturation(quality, pivots.quality),
        heat=weights.heat * saturation(heat, pivots.heat),
        freshness=weights.freshness * freshness(published_at, now, weights.half_life),
    )


def hour(now: float) -> int:
    """The full hour at or before `now`: the clock of freshness, so that answers are cacheable."""
    return int(now // 3600) * 3600
