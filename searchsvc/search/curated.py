"""What editors chose for a query, as documents: pinned, hidden and boosted ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.editorial.curation import Chosen
from searchsvc.search.collectors import Page, page_of, plain
from searchsvc.search.matches import Matches
from searchsvc.search.view import IndexView


@dataclass(frozen=True, slots=True)
class Curated:
    """The chosen articles that are live; pins in the editors' order."""

    pinned: tuple[int, ...] = ()
    hidden: tuple[int, ...] = ()
    boosts: tuple[tuple[int, float], ...] = ()

    @classmethod
    def of(cls, chosen: Chosen, view: IndexView) -> Curated:
        def live(ids: Iterable[str]) -> dict[str, int]:
            found = {one: view.generation.find(one) for one in ids}
            return {one: doc for one, doc in found.items() if doc is not None and view.live[doc]}

        boosted = live(chosen.boosts)
        return cls(
            tuple(live(chosen.pinned).values()),
            tuple(live(chosen.hidden).values()),
            tuple((doc, chosen.boosts[one]) for one, doc in boosted.items()),
        )

    def applied(self, matches: Matches) -> Matches:
        """Without what is hidden, with what is pinned, which scores 0 if it does not match."""
        kept = matches.only(~np.isin(matches.docs, self.hidden)) if self.hidden else matches
        if not self.pinned:
            return kept
        pins = np.array(sorted(self.pinned), np.int32)
        missing = pins[~kept.holds(pins)]
        if not len(missing):
            return kept
        places = kept.docs.searchsorted(missing)
        return Matches(
            np.insert(kept.docs, places, missing), np.insert(kept.scores, places, np.float32(0.0))
        )

    def priors(self, view: IndexView) -> kernels.Array:
        """The view's priors with the boosts."""
        if not self.boosts:
            return view.lasting_priors
        priors = view.priors.copy()
        for doc, factor in self.boosts:
            priors[doc] *= factor
        return priors

    def pins_among(self, matches: Matches) -> list[int]:
        """The pins that are among the matches, in the editors' order."""
        if not self.pinned:
            return []
        pins = np.array(self.pinned, np.int32)
        among: list[int] = pins[matches.holds(pins)].tolist()
        return among


NOT_CURATED = Curated()


def page_with_pins(
    view: IndexView,
    matches: Matches,
    pins: list[int],
    priors: kernels.Array,
    sort: str,
    first: int,
    size: int,
) -> Page:
    """A page of the matches; by relevance the pins come ahead of all."""
    if not pins or sort != "relevance":
        return page_of(view, matches, priors, sort, first, size)
    docs = np.array(pins, np.int32)
    texts: NDArray[np.float64] = matches.scores_of(docs).astype(np.float64)
    scores = texts * plain(priors)[docs]
    ahead = slice(first, first + size)
    head = Page(pins[ahead], texts[ahead].tolist(), scores[ahead].tolist())
    rest = matches.only(~np.isin(matches.docs, docs))
    left = size - len(head.docs)
    if not left:
        return head
    tail = page_of(view, rest, priors, sort, max(first - len(pins), 0), left)
    return Page(head.docs + tail.docs, head.texts + tail.texts, head.scores + tail.scores)
