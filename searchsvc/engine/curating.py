"""What editors chose for a query, applied to what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from searchsvc.editorial.curation import Chosen
from searchsvc.engine.generation import Generation, Moment
from searchsvc.query.nodes import AllOf, AnyOf, Node, Phrase, Prefix, Word
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.page import Page, page_of

_AHEAD = 1e12
"""More than any text score: what pins have while results are put in order."""

Priors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Curated:
    """The chosen articles that are live, as documents; pins in the editors' order."""

    pinned: tuple[int, ...]
    hidden: tuple[int, ...]
    boosts: dict[int, float]

    @classmethod
    def of(cls, chosen: Chosen, generation: Generation, moment: Moment) -> Curated:
        def live(ids: Iterable[str]) -> list[tuple[str, int]]:
            found = ((article_id, _document(generation, article_id)) for article_id in ids)
            return [(one, doc) for one, doc in found if doc is not None and moment.live[doc]]

        return cls(
            tuple(doc for _, doc in live(chosen.pinned)),
            tuple(doc for _, doc in live(chosen.hidden)),
            {doc: chosen.boosts[article_id] for article_id, doc in live(chosen.boosts)},
        )

    def applied(self, matches: Matches) -> Matches:
        """Without what is hidden, with what is pinned, which scores 0 if it does not match."""
        kept = matches.without(_unscored(self.hidden)).unite(_unscored(self.pinned))
        return replace(kept, partial=matches.partial)

    def boosted(self, priors: Priors) -> Priors:
        if not self.boosts:
            return priors
        changed = priors.copy()
        for doc, factor in self.boosts.items():
            changed[doc] *= factor
        return changed

    def ahead(self, matches: Matches, priors: Priors) -> tuple[Matches, Priors]:
        """Scores and priors by which pins come first, in their order."""
        if not self.pinned:
            return matches, priors
        scores, priors = matches.scores.copy(), priors.copy()
        for place, doc in enumerate(self.pinned):
            scores[matches.docs == doc] = _AHEAD / 2**place
            priors[doc] = 1.0
        return replace(matches, scores=scores), priors

    def told(self, page: Page, matches: Matches, priors: Priors) -> Page:
        """A page with its pins' own scores again."""
        if not self.pinned or not len(page.docs):
            return page
        return page_of(page.docs, matches.scores[matches.docs.searchsorted(page.docs)], priors)


def may_be_curated(node: Node) -> bool:
    """Whether a query is nothing but words, quoted or not: what editors choose queries by."""
    match node:
        case AllOf(nodes=nodes):
            return all(map(may_be_curated, nodes))
        case AnyOf(nodes=(Word(), Prefix())):  # an unfinished word
            return True
    return isinstance(node, Word | Phrase)


def _unscored(docs: tuple[int, ...]) -> Matches:
    ordered = np.array(sorted(docs), np.int32)
    return Matches(ordered, np.zeros(len(ordered), np.float32))


def _document(generation: Generation, article_id: str) -> int | None:
    found = evaluate(generation.index, whoosh_query.Term("id", article_id))
    return int(found.docs[-1]) if len(found) else None
