"""What the Whoosh peers know of each article by its number: date, prior, topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from searchsvc import Article

FILE = "benchmark-columns.npz"
HALF_LIFE = 30 * 86400
QUALITY, HEAT, FRESHNESS = 0.35, 0.35, 0.3


@dataclass(frozen=True, slots=True)
class Columns:
    """In document order. `topics[c]` is code c; `codes[i]` belongs to document `owners[i]`."""

    dates: npt.NDArray[np.int64]
    priors: npt.NDArray[np.float64]
    topics: npt.NDArray[np.str_]
    owners: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]

    @classmethod
    def build(cls, articles: Sequence[Article]) -> Columns:
        dates = np.array(
            [a.published_at.timestamp() if a.published_at else 0 for a in articles], np.int64
        )
        pairs = [(doc, t.casefold()) for doc, a in enumerate(articles) for t in a.topics]
        topics, codes = np.unique([topic for _, topic in pairs], return_inverse=True)
        return cls(
            dates=dates,
            priors=1
            + QUALITY * _saturated([article.quality for article in articles])
            + HEAT * _saturated([article.heat for article in articles])
            + FRESHNESS * 0.5 ** ((dates.max(initial=0) - dates) / HALF_LIFE),
            topics=topics,
            owners=np.array([doc for doc, _ in pairs], np.int64),
            codes=codes,
        )

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, **{name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def load(cls, folder: Path) -> Columns:
        with np.load(folder / FILE) as arrays:
            return cls(**arrays)

    def in_topic(self, topic: str) -> npt.NDArray[np.bool_]:
        mask = np.zeros(len(self.dates), bool)
        mask[self.owners[self.topics[self.codes] == topic]] = True
        return mask

    def topic_counts(self, docs: npt.NDArray[np.int64]) -> dict[str, int]:
        """The ten commonest topics among documents."""
        chosen = np.zeros(len(self.dates), bool)
        chosen[docs] = True
        counts = np.bincount(self.codes[chosen[self.owners]], minlength=len(self.topics))
        best = np.argsort(-counts, kind="stable")[:10]
        return {str(self.topics[code]): int(counts[code]) for code in best if counts[code]}


def _saturated(values: Sequence[int | None]) -> npt.NDArray[Any]:
    """sat(x) = x / (x + pivot), the pivot being the median; it stands in for missing values."""
    known = [value for value in values if value is not None]
    pivot = max(float(np.median(known)) if known else 50.0, 1.0)
    numbers = np.array([max(pivot if value is None else value, 0) for value in values])
    return numbers / (numbers + pivot)
