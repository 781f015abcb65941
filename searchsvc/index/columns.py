"""Doc values of a generation: dates, ratings, texts, and the orders that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.index.arrays import Int32, Int64, are_within, check, load, save
from searchsvc.index.values import ValueColumn

NO_VALUE = np.iinfo(np.int32).min
NO_DATE = np.iinfo(np.int64).min
"""What stands for a missing quality or heat, and for a missing date."""
NEVER = np.iinfo(np.int64).max
"""When what has no expiry date expires."""

DEFAULT_PIVOT = 50.0


def are_out(published_at: Int64, expires_at: Int64, now: float) -> NDArray[np.bool_]:
    """Which are published at a time and not expired; NO_DATE is below all times."""
    return (published_at <= now) & (expires_at > now)


class Ranks(dict[str, Int32]):
    """The place of each document in an order: newest, oldest, heat or quality; int32 [documents].

    All places differ: ties are newest first, then by id; missing values are last. Other orders
    than `newest` are made when they are first asked for.
    """

    def __init__(self, newest: Int32, published_at: Int64, quality: Int32, heat: Int32) -> None:
        super().__init__(newest=newest)
        self._published_at = published_at
        self._ratings = {"quality": quality, "heat": heat}

    def __missing__(self, order: str) -> Int32:
        newest = inverse(self["newest"])
        if order == "oldest":
            dates = self._published_at[newest]
            keys = np.where(dates == NO_DATE, np.iinfo(np.int64).max, dates)
        else:
            keys = ~self._ratings[order][newest]
        self[order] = ranks = inverse(newest[np.argsort(keys, kind="stable")])
        return ranks


@dataclass(frozen=True, slots=True)
class Columns:
    """One value a document: `published_at` in epoch seconds, whole numbers for the ratings."""

    published_at: Int64
    quality: Int32
    heat: Int32
    values: Mapping[str, ValueColumn]
    ranks: Ranks

    @classmethod
    def of(
        cls,
        published_at: Int64,
        quality: Int32,
        heat: Int32,
        values: Mapping[str, ValueColumn],
        id_ranks: Int32,
    ) -> Columns:
        """`id_ranks` has each document's place in the order of ids."""
        newest = np.lexsort((id_ranks, -published_at.astype(np.float64)))
        ranks = Ranks(inverse(newest), published_at, quality, heat)
        return cls(published_at, quality, heat, values, ranks)

    def rated(self, quality: Int32, heat: Int32) -> Columns:
        """The same documents with other ratings."""
        ranks = Ranks(self.ranks["newest"], self.published_at, quality, heat)
        return replace(self, quality=quality, heat=heat, ranks=ranks)

    def months(self) -> ValueColumn:
        """Each document's month, `2020-05`."""
        is_dated = self.published_at != NO_DATE
        months = self.published_at[is_dated].astype("datetime64[s]").astype("datetime64[M]")
        labels, codes = np.unique(months, return_inverse=True)
        starts = np.concatenate(([0], np.cumsum(is_dated))).astype(np.int32)
        return ValueColumn(tuple(map(str, labels)), starts, codes.astype(np.int32))

    def save_ratings(self, folder: Path) -> None:
        save(folder, "column.quality", self.quality)
        save(folder, "column.heat", self.heat)

    def save(self, folder: Path) -> None:
        """What does not depend on ratings, but for the dates: segments have them."""
        save(folder, "column.newest", self.ranks["newest"])
        for name, column in self.values.items():
            column.save(folder, f"column.{name}")

    @classmethod
    def load(cls, folder: Path, published_at: Int64) -> Columns:
        """With the dates that the segments have.

        Raises OSError or ValueError for files that are missing or damaged.
        """
        documents = len(published_at)
        quality = load(folder, "column.quality", np.int32)
        heat = load(folder, "column.heat", np.int32)
        newest = load(folder, "column.newest", np.int32)
        values = {
            name: ValueColumn.load(folder, f"column.{name}", documents) for name in VALUE_FIELDS
        }
        lengths = {len(array) for array in (quality, heat, newest)}
        check(folder / "column", lengths == {documents}, "columns of another index")
        check(folder / "column.newest", _is_order(newest), "places that are not each taken once")
        return cls(published_at, quality, heat, values, Ranks(newest, published_at, quality, heat))


def inverse(order: NDArray[Any]) -> Int32:
    """The place of each number in an order of all numbers."""
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def _is_order(places: Int32) -> bool:
    """Whether every number below their count is among them once."""
    if not are_within(places, len(places)):
        return False
    are_taken = np.zeros(len(places), np.bool_)
    are_taken[places] = True
    return bool(are_taken.all())


def pivot(values: Int32) -> float:
    """The median of the values that are there, DEFAULT_PIVOT if there are none."""
    present = values[values != NO_VALUE]
    return float(np.median(present)) if len(present) else DEFAULT_PIVOT


def rating(value: int | None) -> int:
    """Quality or heat as its column holds it."""
    return NO_VALUE if value is None else value
