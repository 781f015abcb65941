"""Filters as masks over columns, whether they came as `topic=AI` or were typed as `topic:ai`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import numpy as np

from searchsvc.index.columns import NO_DATE, Columns
from searchsvc.query.nodes import Published, Value
from searchsvc.query.patterns import Named, Site
from searchsvc.remembering import remembering
from searchsvc.search.matches import Mask

DATE_FACET = "month"
"""The facet whose filter `from` and `to` are."""
_COLUMNS = {"site": "domain"}
_MOST_KEPT, _BYTES_KEPT = 64, 16_000_000


class Filters:
    """Of one generation, shared by all queries; the masks asked for last are kept."""

    def __init__(self, columns: Columns, language: str) -> None:
        self._columns = columns
        self._language = language
        self._documents = len(columns.published_at)
        most = min(_MOST_KEPT, max(4, _BYTES_KEPT // (self._documents + 1)))
        self._of_parameter = remembering(self._make_of_parameter, most)
        self.of_value = remembering(self._make_of_value, most)

    def masks(
        self, filters: Mapping[str, tuple[str, ...]], span: tuple[float | None, float | None]
    ) -> dict[str, Mask]:
        """For each filter, and for the dates, which documents pass; [documents].

        `filters` are alternatives by name, `span` two times in epoch seconds.
        """
        masks = {name: self._of_parameter(name, texts) for name, texts in filters.items()}
        if span != (None, None):
            masks[DATE_FACET] = self._between(*span)
        return masks

    def of_period(self, node: Published) -> Mask:
        return self._between(_seconds(node.first), _seconds(node.last))

    def _between(self, first: float | None, last: float | None) -> Mask:
        dates = self._columns.published_at
        mask: Mask = dates != NO_DATE
        if first is not None:
            mask &= dates >= first
        if last is not None:
            mask &= dates <= last
        return mask

    def _make_of_parameter(self, name: str, texts: tuple[str, ...]) -> Mask:
        """Documents with any of the values; a provider by its name, else by its domain."""
        if name != "provider":
            return self._with_texts(name, texts)
        mask = np.zeros(self._documents, np.bool_)
        for text in texts:
            named, of_domain = (self._with_texts(by, (text,)) for by in ("provider", "domain"))
            # Who has no name goes by the domain: that is no name that keeps the others out.
            mask |= of_domain if not (named & ~of_domain).any() else named
        return mask

    def _with_texts(self, name: str, texts: Iterable[str]) -> Mask:
        column = self._columns.values[name]
        return column.documents_with(column.codes_of(texts))

    def _make_of_value(self, value: Value) -> Mask:
        """Documents that a value in the query lets pass."""
        name, text, is_prefix = value.name, value.text, value.is_prefix
        if name in ("topic", "provider"):
            named = Named(
                text, value.is_exact, is_prefix, self._language, is_stemmed=name == "topic"
            ).accepts
            mask = self._accepted(name, named)
            return mask | self._accepted("domain", named) if name == "provider" else mask
        if is_prefix:
            return self._accepted(_COLUMNS.get(name, name), lambda label: label.startswith(text))
        if name == "site":
            return self._accepted("domain", Site(text).accepts)
        return self._accepted(name, lambda label: label == text)

    def _accepted(self, name: str, accepts: Callable[[str], bool]) -> Mask:
        column = self._columns.values[name]
        folded = map(str.casefold, column.labels)
        return column.documents_with(code for code, label in enumerate(folded) if accepts(label))


def _seconds(moment: datetime | None) -> float | None:
    return moment.timestamp() if moment else None
