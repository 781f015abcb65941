"""What orders an answer: scores with the editors' boosts, and pins ahead of all."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc.engine.asking import Listed
from searchsvc.engine.curating import Curated
from searchsvc.engine.selection import Selector
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.page import Page


class Ordering(NamedTuple):
    """All articles of an answer with their own scores and priors, and with those that order them.

    `ranked` and `ranks` differ from `articles` and `priors` where something is pinned.
    """

    articles: Matches
    priors: NDArray[np.float32]
    ranked: Matches
    ranks: NDArray[np.float32]
    curated: Curated | None

    @classmethod
    def of(cls, listed: Listed, priors: NDArray[np.float32]) -> Ordering:
        articles, curated = listed.shown, listed.curated
        if not curated:
            return cls(articles, priors, articles, priors, None)
        priors = curated.boosted(priors)
        return cls(articles, priors, *curated.ahead(articles, priors), curated)

    def page(self, selector: Selector, ranked: Matches, sort: str, first: int, size: int) -> Page:
        """From `first` on, of some of `ranked`; with their own scores."""
        page = selector.page(ranked, self.ranks, sort, first, size)
        return self.curated.told(page, self.articles, self.priors) if self.curated else page
