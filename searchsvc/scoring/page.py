"""From all matches to the page that is shown, and to facet counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring import kernels
from searchsvc.scoring.matches import Matches


@dataclass(frozen=True, slots=True)
class Page:
    """The first matches in some order.

    docs    int32, global numbers
    texts   float32, their text scores
    scores  float64, text x prior
    """

    docs: NDArray[np.int32]
    texts: NDArray[np.float32]
    scores: NDArray[np.float64]


def best_page(
    matches: Matches, priors: NDArray[np.float64], ranks: NDArray[np.int32], first: int, size: int
) -> Page:
    """By text x prior, the highest first; the lower rank wins a tie.

    `priors` and `ranks` are by document; ranks are distinct, as `order_ranks` makes them.
    """
    places = kernels.best(matches.docs, matches.scores, priors, ranks, first + size)[first:]
    return _page(matches, priors, places)


def sorted_page(
    matches: Matches, priors: NDArray[np.float64], ranks: NDArray[np.int32], first: int, size: int
) -> Page:
    """By a column alone: the lowest ranks first."""
    places = kernels.lowest(matches.docs, ranks, first + size)[first:]
    return _page(matches, priors, places)


def _page(matches: Matches, priors: NDArray[np.float64], places: NDArray[np.int64]) -> Page:
    docs = matches.docs[places]
    texts = matches.scores[places]
    return Page(docs, texts, texts * priors[docs])


def order_ranks(keys: Sequence[NDArray[Any]]) -> NDArray[np.int32]:
    """Each document's place in an order, by the first key, then the next; all ascending.

    For ties in relevance and for newest first: `order_ranks([-published_at, id_rank])`. Takes a
    fifth of a second for a million documents, so it belongs to publishing.
    """
    order = np.lexsort(tuple(reversed(keys)))
    ranks = np.empty(len(order), np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    return ranks


def facet_counts(
    matches: Matches, starts: NDArray[np.int64], codes: NDArray[np.int32], labels: int
) -> NDArray[np.int64]:
    """How many matches have each code; those of document d are `codes[starts[d]:starts[d + 1]]`."""
    counts: NDArray[np.int64] = kernels.count_codes(matches.docs, starts, codes, labels)
    return counts
