"""From all matches to the page that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring import kernels
from searchsvc.scoring.matches import Matches

if TYPE_CHECKING:
    from searchsvc.scoring.kernels.selecting import Best


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


NO_PAGE = Page(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.float64))


def best_page(
    matches: Matches, priors: NDArray[np.float32], ranks: NDArray[np.int32], first: int, size: int
) -> Page:
    """By text x prior, the highest first; the lower rank wins a tie.

    `priors` and `ranks` are by document; ranks are distinct.
    """
    if not len(matches):
        return NO_PAGE
    return page_from(first, kernels.best(matches.docs, matches.scores, priors, ranks, first + size))


def sorted_page(
    matches: Matches, priors: NDArray[np.float32], ranks: NDArray[np.int32], first: int, size: int
) -> Page:
    """By a column alone: the lowest ranks first."""
    if not len(matches):
        return NO_PAGE
    return page_from(
        first, kernels.lowest(matches.docs, matches.scores, priors, ranks, first + size)
    )


def page_from(first: int, best: Best) -> Page:
    """The last of the best that a kernel found."""
    _, docs, texts, scores = best
    return Page(docs[first:], texts[first:], scores[first:])


def page_of(
    docs: NDArray[np.int32], texts: NDArray[np.float32], priors: NDArray[np.float32]
) -> Page:
    """Documents in their order, with their text scores."""
    return Page(docs, texts, texts.astype(np.float64) * priors[docs])
