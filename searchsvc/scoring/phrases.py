"""Phrases: in any of the fields with words as typed, by one kernel call a segment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.schema import EXACT
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import Matches, end_to_end
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.segments import ExactFields

_TEXT_FIELDS = {exact: field for field, exact in EXACT.items()}


class LocatedPhrase(NamedTuple):
    """Where the words of a phrase lie.

    places       of each segment that has them all in a field: its base, its arrays, and where
    frequencies  int64 [fields, words, 3], of which the last are how many live articles hold a word
    boosts       float64 [fields]
    """

    opened: OpenIndex
    places: list[tuple[int, ExactFields, NDArray[np.int64]]]
    frequencies: NDArray[np.int64]
    boosts: NDArray[np.float64]
    slop: int

    def matches(self) -> Matches:
        """The documents with the words in this order, each at most `slop` after the one before it.

        The score is the sum over fields of boost x the words' BM25.
        """
        statistics = self.opened.statistics
        found = [
            kernels.phrase_in_fields(
                exact.docs,
                exact.positions,
                exact.counts,
                exact.are_others,
                exact.ranks,
                exact.widths,
                exact.places,
                statistics.states,
                statistics.lengths,
                statistics.norms,
                base,
                located,
                self.frequencies,
                statistics.documents,
                self.boosts,
                self.slop,
            )
            for base, exact, located in self.places
        ]
        return end_to_end([Matches(docs, scores) for docs, scores in found])


def locate_in(
    index: OpenIndex, budget: Budget, field: str, words: Sequence[str], slop: int, boost: float
) -> LocatedPhrase | None:
    """In one field; None if it is not one that holds the words of a text as typed."""
    text_field = _TEXT_FIELDS.get(field)
    return locate(index, budget, words, {text_field: boost}, slop) if text_field else None


def locate(
    index: OpenIndex,
    budget: Budget,
    words: Sequence[str],
    boosts: Mapping[str, float],
    slop: int = 1,
) -> LocatedPhrase | None:
    """A phrase in any of some text fields, given with their boosts, up to the budget's horizon.

    None where the index has other arrays than the kernel knows.
    """
    if index.exact is None:
        return None
    texts = "\0".join(words).encode("utf-8", "surrogatepass")
    by_field = np.array([boosts.get(name, math.nan) for name in TEXT_FIELDS])
    places, frequencies = [], _NOWHERE
    for base, exact, states in index.exact:
        located, postings = kernels.locate_in_fields(
            exact.blobs,
            exact.offsets,
            exact.starts,
            exact.docs,
            states,
            texts,
            len(words),
            by_field,
        )
        budget.spend(postings)
        frequencies = located if frequencies is _NOWHERE else frequencies + located
        if postings and base < budget.horizon:
            places.append((base, exact, located))
    return LocatedPhrase(index, places, frequencies, by_field, slop)


_NOWHERE = np.zeros((0, 0, 0), np.int64)
