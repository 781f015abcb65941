"""What an index view finds for one request: matches, a page of them, hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import repeat

import numpy as np

from searchsvc import kernels
from searchsvc.query.nodes import Node
from searchsvc.query.reading import typed
from searchsvc.search.answering import Shown, answer, chosen_by, highlighted, telling
from searchsvc.search.collectors import Page, facets_of, leaders, orders_of, others_of_story
from searchsvc.search.context import FoundMatches, SearchContext
from searchsvc.search.curated import NOT_CURATED, Curated, page_with_pins
from searchsvc.search.explanation import explain, explained
from searchsvc.search.matches import Matches
from searchsvc.search.query_cache import ParsedQuery
from searchsvc.search.request import SearchRequest
from searchsvc.search.result import MAX_ALSO, Highlights, Hit, IndexStatus, SearchResult


def search(
    context: SearchContext, request: SearchRequest, status: IndexStatus, now: float, started: float
) -> SearchResult:
    """Answers a request. `now` is in epoch seconds, `started` of `time.perf_counter`."""
    return answer(_IndexSearch(context, request, now), request, status, started)


@dataclass(slots=True, kw_only=True)
class _ShownMatches(Shown):
    """A page of the matches; `pins` in the editors' order."""

    page: Page
    matches: Matches
    pins: list[int]
    priors: kernels.Array


class _IndexSearch:
    """Of one request."""

    def __init__(self, context: SearchContext, request: SearchRequest, now: float) -> None:
        self.reader = context
        self._request = request
        self._now = now
        self._masks = context.view.opened.filters.masks(request.filters, request.span)

    def chosen(self, parsed: ParsedQuery) -> Curated:
        chosen = chosen_by(self.reader.rules, parsed, self._now)
        return NOT_CURATED if chosen is None else Curated.of(chosen, self.reader.view)

    def count(self, found: FoundMatches, chosen: Curated) -> int:
        return len(reduce(Matches.where, self._masks.values(), chosen.applied(found.matches)))

    def did_you_mean(self, parsed: ParsedQuery, found: FoundMatches, least: int) -> str | None:
        masks = list(self._masks.values())
        return self.reader.did_you_mean(parsed, found, least, masks, self._request.typing)

    def shown(self, parsed: ParsedQuery, found: FoundMatches, chosen: Curated) -> _ShownMatches:
        request, masks, view = self._request, self._masks, self.reader.view
        matches = chosen.applied(found.matches)
        shown = reduce(Matches.where, masks.values(), matches)
        wants_facets = request.facets or request.facet_query
        priors = chosen.priors(view)
        all_pins = pins = chosen.pins_among(shown)
        ranked = shown
        if request.collapse:
            ranked, pins = _one_a_story(self.reader, shown, pins, priors, request.sort)
        first, size = request.offset, request.limit
        return _ShownMatches(
            total=len(ranked),
            articles=len(shown),
            is_pinned=bool(pins),
            facets=facets_of(view, request, matches, masks) if wants_facets else {},
            orders=orders_of(view, parsed.text, shown) if wants_facets else (),
            page=page_with_pins(view, ranked, pins, priors, request.sort, first, size),
            matches=shown,
            pins=all_pins,
            priors=priors,
        )

    def hits(
        self, parsed: ParsedQuery, found: FoundMatches, chosen: Curated, shown: _ShownMatches
    ) -> list[Hit]:
        context, request = self.reader, self._request
        hits = _hits(context, request, parsed, shown.page)
        hits = _completed(context, request, hits, shown)
        if (groups := telling(request, found)) and hits:
            hits = _lacking(context, groups, hits, shown.page.docs)
        if request.explain:
            hits = _explained(context, found, hits, shown.page, chosen)
        return hits


def _one_a_story(
    context: SearchContext, shown: Matches, pins: list[int], priors: kernels.Array, sort: str
) -> tuple[Matches, list[int]]:
    """The first match of each story, and the pins of which each is the first of its story."""
    view = context.view
    ranked = leaders(view, shown, priors, sort)
    if not pins or sort != "relevance":
        return ranked, pins
    numbers = view.generation.stories.numbers
    first: dict[int, int] = {}
    for pin in pins:
        first.setdefault(int(numbers[pin]) if numbers[pin] >= 0 else -1 - pin, pin)
    kept = ranked
    for story, pin in first.items():
        kept = kept.only((numbers[kept.docs] != story) if story >= 0 else (kept.docs != pin))
    chosen = Curated(tuple(first.values()))
    applied = chosen.applied(kept)
    return Matches(applied.docs, shown.scores_of(applied.docs)), list(first.values())


def _hits(
    context: SearchContext, request: SearchRequest, parsed: ParsedQuery, page: Page
) -> list[Hit]:
    if not page.docs:
        return []
    generation = context.view.generation
    stored = generation.stored_of(page.docs)
    marked: list[Highlights | None] = [None] * len(stored)
    if request.highlight and not context.budget.is_over():
        bodies = (partial(generation.body_of, doc) for doc in page.docs)
        wanted = bodies if generation.has_bodies else repeat(None, len(stored))
        marked = highlighted(parsed.highlighter, stored, wanted, context.budget)
    return list(map(Hit, stored, page.scores, marked))


def _completed(
    context: SearchContext,
    request: SearchRequest,
    hits: list[Hit],
    shown: _ShownMatches,
) -> list[Hit]:
    """With the other articles of each hit's story, and which hits are pinned."""
    page, pins, priors = shown.page, shown.pins, shown.priors
    hits = _marked(hits, page.docs, pins)
    if not request.collapse:
        return hits
    view = context.view
    completed = []
    for hit, doc in zip(hits, page.docs, strict=True):
        others = others_of_story(view, shown.matches, doc)
        ahead = [pin for pin in pins if pin in others.docs]
        also = page_with_pins(view, others, ahead, priors, request.sort, 0, MAX_ALSO)
        stored = view.generation.stored_of(also.docs)
        listed = _marked(list(map(Hit, stored, also.scores)), also.docs, pins)
        completed.append(replace(hit, also=tuple(listed)))
    return completed


def _marked(hits: list[Hit], docs: list[int], pins: list[int]) -> list[Hit]:
    """Which of the hits are pinned."""
    if not pins:
        return hits
    return [replace(hit, pinned=doc in pins) for hit, doc in zip(hits, docs, strict=True)]


def _lacking(
    context: SearchContext, groups: Sequence[Node], hits: list[Hit], docs: list[int]
) -> list[Hit]:
    """With the words of the query that each hit lacks."""
    shown = np.array(docs, np.int32)
    has = [context.evaluator.holds(group, shown) for group in groups]
    if context.budget.is_over():
        return hits
    words = [typed(group) for group in groups]
    return [
        replace(
            hit,
            missing=tuple(word for word, held in zip(words, has, strict=True) if not held[place]),
        )
        for place, hit in enumerate(hits)
    ]


def _explained(
    context: SearchContext, found: FoundMatches, hits: list[Hit], page: Page, curated: Curated
) -> list[Hit]:
    view, boosts, wording = context.view, dict(curated.boosts), found.wording
    fields = explain(context.evaluator, found.node, found.factors, page.docs)
    told = []
    for hit, doc, score, scores in zip(hits, page.docs, page.texts, fields, strict=True):
        parts = view.opened.parts(slice(doc, doc + 1), view.as_of)
        by = float(wording.scores_of(np.array([doc], np.int32))[0]) if wording else 1.0
        explanation = explained(score, scores, by, parts, boosts.get(doc, 1.0))
        told.append(replace(hit, explain=explanation))
    return told
