"""From all matches to one page: filters, facet counts and orders, as array operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from searchsvc.columns import Columns
from searchsvc.ranking import NO_DATE
from searchsvc.search import Facet, FacetRequest

Mask = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Selector:
    """Answers from the columns of one generation; made once, used by every query."""

    columns: Columns
    _owners: dict[str, Int64] = field(default_factory=dict)

    def filter_masks(
        self, filters: Mapping[str, tuple[str, ...]], span: tuple[float | None, float | None]
    ) -> dict[str, Mask]:
        """For each filter, and for the dates, which documents pass; [documents]."""
        masks = {name: self._value_mask(name, texts) for name, texts in filters.items()}
        first, last = span
        if first is not None or last is not None:
            dates = self.columns.published_at
            mask = dates != NO_DATE
            if first is not None:
                mask &= dates >= first
            if last is not None:
                mask &= dates <= last
            masks["month"] = mask  # the facet that dates filter
        return masks

    def _value_mask(self, name: str, texts: tuple[str, ...]) -> Mask:
        """Documents with any of the values; a provider by name, else by domain."""
        if name != "provider":
            return self._code_mask(name, texts)
        mask = np.zeros(len(self.columns), bool)
        for text in texts:
            named, of_domain = (self._code_mask(by, (text,)) for by in ("provider", "domain"))
            # Who has no name goes by the domain: that is no name that keeps the others out.
            mask |= of_domain if not (named & ~of_domain).any() else named
        return mask

    def _code_mask(self, name: str, texts: tuple[str, ...]) -> Mask:
        column = self.columns.values[name]
        codes = column.codes_of(texts)
        mask = np.zeros(len(self.columns), bool)
        if codes:
            chosen = np.zeros(len(column.labels), bool)
            chosen[list(codes)] = True
            mask[self._owners_of(name)[chosen[column.codes]]] = True
        return mask

    def _owners_of(self, name: str) -> Int64:
        owners = self._owners.get(name)
        if owners is None:
            owners = self._owners[name] = self.columns.values[name].owners()
        return owners

    def facet(self, request: FacetRequest, matches: Mask) -> tuple[Facet, ...]:
        """The commonest values among the matching documents, then by name."""
        if request.field == "month":
            counted = list(self._month_counts(matches))
        else:
            column = self.columns.values[request.field]
            codes = column.codes[matches[self._owners_of(request.field)]]
            counts = np.bincount(codes, minlength=len(column.labels))
            counted = [(column.labels[code], int(counts[code])) for code in np.flatnonzero(counts)]
        counted.sort(key=lambda item: (-item[1], item[0].casefold()))
        return tuple(Facet(value, count) for value, count in counted[: request.size])

    def _month_counts(self, matches: Mask) -> Iterator[tuple[str, int]]:
        dates = self.columns.published_at[matches]
        months = dates[dates != NO_DATE].astype("datetime64[s]").astype("datetime64[M]")
        values, counts = np.unique(months, return_counts=True)
        for value, count in zip(values.astype(str), counts, strict=True):
            yield str(value), int(count)

    def best(self, docs: Int64, scores: Floats, sort: str, count: int) -> Int64:
        """Positions in `docs` of the first `count` in the order asked for.

        Relevance: by score, ties newest first, then by id. Missing values come last everywhere.
        """
        dates = self.columns.published_at[docs]
        ids = self.columns.id_rank[docs]
        newest = -dates.astype(np.float64)
        keys: tuple[npt.NDArray[Any], ...]
        match sort:
            case "newest":
                keys = (ids, newest)
            case "oldest":
                keys = (ids, np.where(dates == NO_DATE, np.inf, dates))
            case "heat" | "quality":
                keys = (ids, newest, -getattr(self.columns, sort)[docs].astype(np.float64))
            case _:
                keys = (ids, newest, -scores)
        kept = _smallest(keys[-1], count)
        order = np.lexsort([key[kept] for key in keys])
        return kept[order[:count]]


def _smallest(key: npt.NDArray[Any], count: int) -> Int64:
    """Positions of all values not above the count-th smallest: the only ones worth sorting."""
    if count >= len(key):
        return np.arange(len(key))
    bound = np.partition(key, count - 1)[count - 1]
    return np.flatnonzero(key <= bound)
