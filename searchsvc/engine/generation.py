"""One generation, open for queries: its documents, their columns and their priors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchsvc import ranking
from searchsvc.columns import Columns
from searchsvc.engine.selection import Selector
from searchsvc.engine.stock import StockIndex
from searchsvc.errors import NoIndex
from searchsvc.generations import read_manifest
from searchsvc.ranking import NO_DATE, Pivots, PriorParts, Weights


@dataclass(frozen=True, slots=True)
class Moment:
    """What changes with the clock: who is live, and every prior as of the full hour.

    `valid_until` is when the next hour or the next embargo ends, in epoch seconds.
    """

    as_of: int
    valid_from: float
    valid_until: float
    live: npt.NDArray[np.bool_]
    articles: int
    parts: PriorParts
    priors: npt.NDArray[np.float64]


class Generation:
    """Raises NoIndex when it cannot be opened whole."""

    def __init__(self, folder: Path, weights: Weights) -> None:
        self.name = folder.name
        self.manifest = read_manifest(folder)
        try:
            self.index = StockIndex(folder)
            self.columns = Columns.load(folder)
        except Exception as error:
            raise NoIndex(
                f"{folder} cannot be opened ({error}); run `searchsvc reindex --full`"
            ) from error
        self.selector = Selector(self.columns)
        self._weights = weights
        dates = self.columns.published_at
        embargoes = dates[dates > self.manifest.clock]
        self._embargoes = np.sort(embargoes)
        self._moment: Moment | None = None

    def moment(self, now: float) -> Moment:
        """The clock's view of the generation; made anew when the hour or an embargo ends."""
        moment = self._moment
        if moment is None or not moment.valid_from <= now < moment.valid_until:
            moment = self._moment = self._moment_at(now)
        return moment

    def _moment_at(self, now: float) -> Moment:
        columns, manifest = self.columns, self.manifest
        as_of = ranking.hour(now)
        parts = ranking.prior_parts(
            columns.quality,
            columns.heat,
            columns.published_at,
            self._weights,
            Pivots(manifest.quality_pivot, manifest.heat_pivot),
            as_of,
        )
        live = (columns.published_at <= now) | (columns.published_at == NO_DATE)
        coming = self._embargoes[self._embargoes > now]
        passed = self._embargoes[self._embargoes <= now]
        valid_from = max(as_of, float(passed[-1])) if len(passed) else as_of
        valid_until = min(as_of + 3600, float(coming[0])) if len(coming) else as_of + 3600
        return Moment(as_of, valid_from, valid_until, live, int(live.sum()), parts, parts.prior())
