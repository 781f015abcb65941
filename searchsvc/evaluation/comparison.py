"""Whether one ranking is better than another by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from searchsvc.evaluation.measures import Measured

SWAPS = 10_000
_SEED = 20_200_520


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one measure: the mean difference, and how often chance makes one as large.

    better, worse  queries by which side is ahead
    """

    difference: float
    p: float
    better: int
    worse: int


def compare(one: Measured, other: Measured, name: str) -> Comparison:
    """By a paired randomisation test: were both the same, each query's two values might as well be
    swapped (Smucker, Allan and Carterette, "A comparison of statistical significance tests for
    information retrieval evaluation", CIKM 2007).
    """
    queries = list(one.values)
    differences = np.array([one.values[q][name] - other.values[q][name] for q in queries])
    found = float(differences.mean())
    chance = np.random.default_rng(_SEED)
    extreme = sum(
        abs(float(differences @ chance.choice((-1.0, 1.0), len(queries)))) / len(queries)
        >= abs(found) - 1e-12
        for _ in range(SWAPS)
    )
    return Comparison(
        found,
        (extreme + 1) / (SWAPS + 1),
        better=int((differences > 0).sum()),
        worse=int((differences < 0).sum()),
    )
