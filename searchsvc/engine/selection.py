"""From all matches to one page: filters, facet counts and orders, as array operations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from searchsvc import analysis
from searchsvc.index.columns import Columns, ValueColumn
from searchsvc.scoring import kernels
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.page import Page, best_page, sorted_page
from searchsvc.search import Facet, FacetRequest
from searchsvc.search.ranking import NO_DATE

Mask = NDArray[np.bool_]

DATE_FACET = "month"
"""The facet whose filter `from` and `to` are."""
MASKS_KEPT = 64


class Selector:
    """Answers from the columns of one generation; made once, shared by all queries."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        # A site's filters are few and asked for again and again.
        self._value_mask = lru_cache(maxsize=MASKS_KEPT)(self._make_value_mask)

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
            masks[DATE_FACET] = mask
        return masks

    def _make_value_mask(self, name: str, texts: tuple[str, ...]) -> Mask:
        """Documents with any of the values; a provider by name, else by domain."""
        if name != "provider":
            return self._documents_with(name, texts)
        mask = np.zeros(len(self.columns), np.bool_)
        for text in texts:
            named, of_domain = (self._documents_with(by, (text,)) for by in ("provider", "domain"))
            # Who has no name goes by the domain: that is no name that keeps the others out.
            mask |= of_domain if not (named & ~of_domain).any() else named
        return mask

    def _documents_with(self, name: str, texts: tuple[str, ...]) -> Mask:
        column = self.columns.values[name]
        return column.documents_with(column.codes_of(texts))

    def facet(
        self, request: FacetRequest, docs: NDArray[np.int32], beginning: str = ""
    ) -> tuple[Facet, ...]:
        """The commonest values among the documents, then by name.

        With a `beginning` only values that begin so; after them those of which a later word does.
        """
        if not len(docs):
            return ()
        column = self._months if request.field == DATE_FACET else self.columns.values[request.field]
        labels = column.labels
        counted = (docs, column.starts, column.codes, len(labels))
        # Codes are in the order of the names.
        if not beginning:
            found = kernels.commonest_codes(*counted, request.size).tolist()
            return tuple([Facet(labels[code], count) for code, count in found])
        counts = kernels.count_codes(*counted)
        codes = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
        codes = _beginning_with(beginning, labels, codes)[: request.size]
        return tuple(map(Facet, [labels[code] for code in codes], counts[codes].tolist()))

    @cached_property
    def _months(self) -> ValueColumn:
        """Each document's month, `2020-05`; made when first asked for."""
        dates = self.columns.published_at
        is_dated = dates != NO_DATE
        months = dates[is_dated].astype("datetime64[s]").astype("datetime64[M]")
        labels, codes = np.unique(months, return_inverse=True)
        starts = np.concatenate(([0], np.cumsum(is_dated))).astype(np.int32)
        return ValueColumn(tuple(map(str, labels)), starts, codes.astype(np.int32))

    def page(
        self, matches: Matches, priors: NDArray[np.float32], sort: str, first: int, size: int
    ) -> Page:
        """The matches from `first` on in the order asked for.

        Relevance: by text score x prior, ties newest first, then by id. Missing values are last.
        """
        if sort == "relevance":
            return best_page(matches, priors, self.columns.ranks["newest"], first, size)
        return sorted_page(matches, priors, self.columns.ranks[sort], first, size)


def _beginning_with(
    beginning: str, labels: Sequence[str], codes: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Those codes whose labels begin so, then those of which a later word does, each in order."""
    text = analysis.fold(beginning)
    in_word = re.compile(rf"(?<!\w){re.escape(text)}")
    folded = [_fold(labels[code]) for code in codes]
    values = np.array([label.startswith(text) for label in folded], np.bool_)
    words = np.array([in_word.search(label) is not None for label in folded], np.bool_)
    return np.concatenate((codes[values], codes[words & ~values]))


_fold = lru_cache(maxsize=1 << 16)(analysis.fold)
