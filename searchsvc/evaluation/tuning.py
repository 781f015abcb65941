"""A search for boosts and weights by which the judged articles stand further up.

One setting after another takes the value that is best while the others stay, until none changes
(coordinate search). It sees half of the queries. What it finds counts only if the other half, which
it has not seen, gains as well.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from searchsvc.evaluation.comparison import Comparison, compare
from searchsvc.evaluation.judgements import Judgements
from searchsvc.evaluation.measures import Measured, measure
from searchsvc.evaluation.system import System
from searchsvc.settings import Settings

OBJECTIVE = "nDCG@10"
VALUES: dict[str, tuple[float, ...]] = {
    "weight_quality": (0.0, 0.05, 0.1, 0.2, 0.35),
    "weight_heat": (0.0, 0.05, 0.1, 0.2, 0.35),
    "weight_freshness": (0.0, 0.05, 0.1, 0.2, 0.3),
    "boost_exact": (0.0, 0.05, 0.1, 0.2, 0.4),
    "boost_title": (1.0, 1.5, 2.0, 3.0, 4.0),
    "boost_topics": (0.0, 0.5, 1.0, 2.0, 3.0),
    "boost_excerpt": (0.5, 1.0, 1.5, 2.0),
}
"""What is tried for each setting, besides its present value."""
ROUNDS = 3
LEAST_GAIN = 0.0005
"""A change of the objective below which a value is no better than another."""
FEWEST_QUERIES = 10
_SEED = 20_200_520

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """changed     the settings that were found and their values
    seen        the objective on the half that was searched with, before and after
    unseen      the same of the other half
    comparison  of the other half, found against present
    """

    changed: dict[str, float]
    seen: tuple[float, float]
    unseen: tuple[float, float]
    comparison: Comparison

    @property
    def is_accepted(self) -> bool:
        return bool(self.changed) and self.comparison.difference >= LEAST_GAIN


def halves(judgements: Judgements) -> tuple[Judgements, Judgements]:
    """By lot, always the same."""
    queries = sorted(judgements.queries)
    random.Random(_SEED).shuffle(queries)
    return judgements.only(set(queries[::2])), judgements.only(set(queries[1::2]))


def tune(
    system: System, judgements: Judgements, settings: Settings, say: Say = lambda _: None
) -> Tuned:
    """Raises NoMeasures."""
    seen, unseen = halves(judgements)

    def measured(of: Judgements, chosen: Settings) -> Measured:
        return measure(of, system.rank(of.queries, chosen, depth=10))

    before = measured(seen, settings).mean(OBJECTIVE)
    best, chosen = before, settings
    for _ in range(ROUNDS):
        at_start = chosen
        for name, values in VALUES.items():
            for value in values:
                tried = _changed(chosen, name, value)
                if tried is None or tried == chosen:
                    continue
                found = measured(seen, tried).mean(OBJECTIVE)
                if found >= best + LEAST_GAIN:
                    say(f"{name} {value:g}: {found:.4f} (was {best:.4f})")
                    best, chosen = found, tried
        if chosen == at_start:
            break
    present, other = measured(unseen, settings), measured(unseen, chosen)
    changed = {
        name: getattr(chosen, name)
        for name in VALUES
        if getattr(chosen, name) != getattr(settings, name)
    }
    return Tuned(
        changed,
        (before, best),
        (present.mean(OBJECTIVE), other.mean(OBJECTIVE)),
        compare(other, present, OBJECTIVE),
    )


def _changed(settings: Settings, name: str, value: float) -> Settings | None:
    """None where the weights of the prior would sum to more than 1."""
    change: dict[str, Any] = {name: value}
    changed = replace(settings, **change)
    total = changed.weight_quality + changed.weight_heat + changed.weight_freshness
    return changed if total <= 1 + 1e-9 else None
