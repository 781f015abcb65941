"""One answer: request, syntax tree, matches, collector, hits."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial, reduce

import numpy as np

from searchsvc import kernels
from searchsvc.articles.article import stored_texts
from searchsvc.articles.cleaning import clean_text
from searchsvc.query.reading import ANY_FROM, typed
from searchsvc.search.collectors import Page, facets_of, leaders, orders_of, others_of_story
from searchsvc.search.context import Found, SearchContext
from searchsvc.search.curated import NOT_CURATED, Curated, may_be_curated, page_with_pins
from searchsvc.search.explanation import Scores, explain
from searchsvc.search.matches import Mask, Matches
from searchsvc.search.query_cache import ParsedQuery
from searchsvc.search.ranking import TITLE_IS_QUERY
from searchsvc.search.request import SearchRequest, pages_of
from searchsvc.search.result import (
    MAX_ALSO,
    Explanation,
    Highlights,
    Hit,
    IndexStatus,
    SearchResult,
)

FEW = 10
"""With no more results than this, something else may have been meant."""
RARE = 3
"""A word that no more articles have may be misspelt in them as well."""


def search(
    context: SearchContext, request: SearchRequest, status: IndexStatus, now: float, started: float
) -> SearchResult:
    """Answers a request. `now` is in epoch seconds, `started` of `time.perf_counter`."""
    view = context.view
    masks = view.opened.filters.masks(request.filters, request.span)
    parsed = context.parse(clean_text(request.query), request.typing)
    found, corrected = context.find(parsed), None
    curated = _curated(context, parsed, now)
    if found.unknown and not curated.pinned:
        if better := context.corrected(parsed, found, request.typing):
            corrected, found = better
            curated = _curated(context, context.parse(corrected, request.typing), now)
    matches = curated.applied(found.matches)
    shown = reduce(Matches.where, masks.values(), matches)
    wants_facets = request.facets or request.facet_query
    facets = facets_of(view, request, matches, masks) if wants_facets else {}
    priors = curated.priors(view)
    all_pins = pins = curated.pins_among(shown)
    ranked = shown
    if request.collapse:
        ranked, pins = _one_a_story(context, shown, pins, priors, request.sort)
    page = page_with_pins(view, ranked, pins, priors, request.sort, request.offset, request.limit)
    total = len(ranked)
    meant = None
    if (
        parsed.text
        and not corrected
        and not pins
        and may_be_meant(found.is_relaxed, found.rarest, total)
    ):
        meant = _meant(context, request, parsed, found, len(shown), list(masks.values()), now)
    hits = _hits(context, request, parsed if not corrected else context.reread(found), page)
    hits = _completed(context, request, hits, page, shown, all_pins, priors)
    if found.is_relaxed and request.highlight:
        hits = _lacking(context, found, hits, page.docs)
    if request.explain:
        hits = _explained(context, found, corrected or parsed.text, hits, page, curated)
    return SearchResult(
        query=request.query,
        total=total,
        total_articles=len(shown),
        page=request.page,
        pages=pages_of(total, request.size),
        size=request.size,
        took_ms=(time.perf_counter() - started) * 1000,
        corrected=corrected,
        relaxed=found.is_relaxed and total > 0,
        ignored=found.ignored,
        did_you_mean=meant,
        partial=context.budget.is_spent,
        parsed=(str(found.node) if parsed.text else "") if request.explain else None,
        hits=tuple(hits),
        facets=facets,
        orders=orders_of(view, parsed.text, shown) if wants_facets else (),
        index=status,
    )


def may_be_meant(is_relaxed: bool, rarest: int, total: int) -> bool:
    """Whether another query may have been meant: few articles have all words, or one of them."""
    return not total or (total <= FEW or is_relaxed) and rarest <= RARE


def _meant(
    context: SearchContext,
    request: SearchRequest,
    parsed: ParsedQuery,
    found: Found,
    shown: int,
    masks: list[Mask],
    now: float,
) -> str | None:
    """Another query that shows more than so many articles, or any with all of its words instead."""
    least = min(shown, max(found.complete, 1)) if found.is_relaxed else shown
    text = context.did_you_mean(parsed, found, least, masks, request.typing)
    if text is None:
        return None
    other = context.parse(text)
    read = context.find(other)
    more = reduce(Matches.where, masks, _curated(context, other, now).applied(read.matches))
    is_better = len(more) > shown or found.is_relaxed and len(more) and not read.is_relaxed
    return text if is_better else None


def _curated(context: SearchContext, parsed: ParsedQuery, now: float) -> Curated:
    """What editors chose for the query's text."""
    chosen = context.rules.curation.chosen(parsed.text, now) if parsed.text else None
    if chosen is None or not may_be_curated(parsed.node):
        return NOT_CURATED
    return Curated.of(chosen, context.view)


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
    marked: list[Highlights | None] = []
    if request.highlight and not context.budget.is_over():
        highlighter = parsed.highlighter
        for doc, (title, excerpt) in zip(page.docs, map(stored_texts, stored), strict=True):
            if context.budget.is_over():
                break  # those that follow are shown without
            body = partial(generation.body_of, doc) if generation.has_bodies else None
            marked.append(highlighter.highlights(title, excerpt, body))
    marked += [None] * (len(stored) - len(marked))
    return list(map(Hit, stored, page.scores, marked))


def _completed(
    context: SearchContext,
    request: SearchRequest,
    hits: list[Hit],
    page: Page,
    shown: Matches,
    pins: list[int],
    priors: kernels.Array,
) -> list[Hit]:
    """With the other articles of each hit's story, and which hits are pinned."""
    hits = _marked(hits, page.docs, pins)
    if not request.collapse:
        return hits
    view = context.view
    completed = []
    for hit, doc in zip(hits, page.docs, strict=True):
        others = others_of_story(view, shown, doc)
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


def _lacking(context: SearchContext, found: Found, hits: list[Hit], docs: list[int]) -> list[Hit]:
    """With the words of the query that each hit lacks; of a sentence nobody needs to know."""
    groups = list(found.factors)
    if len(groups) >= ANY_FROM or not docs:
        return hits
    shown = np.array(docs, np.int32)
    has = [context.evaluator.matches(group).holds(shown) for group in groups]
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
    context: SearchContext,
    found: Found,
    text: str,
    hits: list[Hit],
    page: Page,
    curated: Curated,
) -> list[Hit]:
    view, boosts = context.view, dict(curated.boosts)
    fields = explain(context.evaluator, found.node, found.factors, page.docs)
    explained = []
    for hit, doc, score, scores in zip(hits, page.docs, page.texts, fields, strict=True):
        parts = view.opened.parts(slice(doc, doc + 1), view.as_of)
        explanation = Explanation(
            text=score,
            title_is_query=score >= TITLE_IS_QUERY,
            fields=_times(scores, found.wording, doc),
            prior=float(parts.prior()[0]),
            quality=float(parts.quality[0]),
            heat=float(parts.heat[0]),
            freshness=float(parts.freshness[0]),
            boost=boosts.get(doc, 1.0),
        )
        explained.append(replace(hit, explain=explanation))
    return explained


def _times(scores: Scores, wording: Matches | None, doc: int) -> Scores:
    """With the factor of how the article words the query, which belongs to all of the fields."""
    factor = float(wording.scores_of(np.array([doc], np.int32))[0]) if wording else 1.0
    return tuple(replace(score, boost=score.boost * factor) for score in scores)
