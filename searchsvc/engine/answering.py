"""One answer from one generation: parse, match, filter, count, order, show."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NamedTuple

from whoosh import query as whoosh_query

from searchsvc.analysis import title_key
from searchsvc.articles.article import stored_texts
from searchsvc.articles.cleaning import clean_text
from searchsvc.engine import stories
from searchsvc.engine.asking import Asked, Asking, Listed
from searchsvc.engine.curating import Curated
from searchsvc.engine.editing import Editing
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.ordering import Ordering
from searchsvc.engine.questions import EVERYTHING, Question
from searchsvc.engine.readings import Readings
from searchsvc.engine.related import RelatedFinder
from searchsvc.engine.rescue import FEW, NONE, Rescuer
from searchsvc.engine.selection import Mask
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.explanation import explain
from searchsvc.scoring.page import Page
from searchsvc.search import (
    MAX_ALSO,
    Explanation,
    Facet,
    FacetRequest,
    Highlights,
    Hit,
    IndexStatus,
    SearchRequest,
    SearchResult,
    pages_of,
)
from searchsvc.search.highlighting import Highlighter

POSTINGS_A_MILLISECOND = 300_000
"""What a kernel reads, about; the time budget is one of postings, as kernels can't be stopped."""


class _Found(NamedTuple):
    """One page and what else is told of the matches; `ordering` is of all that pass the filters."""

    page: Page
    total: int
    facets: dict[str, tuple[Facet, ...]]
    ordering: Ordering | None


class Answerer:
    """Holds what all answers of an engine have in common; no state of any one."""

    def __init__(self, builder: TreeBuilder, language: str, time_budget_ms: int) -> None:
        self._builder = builder
        self._language = language
        self._limit = time_budget_ms * POSTINGS_A_MILLISECOND
        self.related = RelatedFinder(builder, self._limit)

    def find(self, generation: Generation, article_id: str) -> int | None:
        """The document of an article's id, live or not."""
        found = evaluate(generation.index, whoosh_query.Term("id", article_id))
        return int(found.docs[-1]) if len(found) else None

    def answer(
        self,
        generation: Generation,
        moment: Moment,
        editing: Editing,
        request: SearchRequest,
        status: IndexStatus,
        *,
        now: float,
        started: float,
    ) -> SearchResult:
        """`now` in epoch seconds; `started` is when it was asked, of time.perf_counter.

        Raises InvalidRequest.
        """
        masks = generation.selector.filter_masks(request.filters, request.span)
        questions = generation.questions(
            moment, editing, self._builder, self._language, self._limit
        )
        asking = Asking(generation, moment, now, questions, request.typing, masks)
        question = asking.read(clean_text(request.query))
        rescue = NONE
        found = None
        if not asking.curated(question):
            found = _best(generation, moment, request, question, masks)
        if found is None or found.total <= FEW:
            readings = Readings(asking)
            asked = Asked(question, found.total, found.total) if found else asking.ask(question)
            asked, rescue = Rescuer(asking, readings).answer(asked)
            question = asked.question
            if found is None or asked.listed:
                assert asked.listed
                found = _all(generation, moment, request, asked.listed, masks)
        page = found.page
        highlighter = question.highlighter if request.highlight else None
        curated = found.ordering.curated if found.ordering else None
        hits = _hits(generation, page, highlighter, curated)
        if request.collapse and found.ordering:
            hits = [
                replace(hit, also=_also(generation, request, found.ordering, doc))
                for hit, doc in zip(hits, page.docs.tolist(), strict=True)
            ]
        if request.explain:
            hits = [
                replace(hit, explain=_explain(generation, moment, question, curated, doc, text))
                for hit, doc, text in zip(
                    hits, page.docs.tolist(), page.texts.tolist(), strict=True
                )
            ]
        total = found.total
        return SearchResult(
            query=request.query,
            total=total,
            page=request.page,
            pages=pages_of(total, request.size),
            size=request.size,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=tuple(hits),
            facets=found.facets,
            index=status,
            corrected=rescue.corrected,
            relaxed=rescue.relaxed,
            did_you_mean=rescue.did_you_mean,
            partial=found.ordering is not None and found.ordering.articles.partial,
            parsed=question.parsed if request.explain else None,
        )


def _best(
    generation: Generation,
    moment: Moment,
    request: SearchRequest,
    question: Question,
    masks: dict[str, Mask],
) -> _Found | None:
    """By the short way, where nothing but one page and the number of matches is asked."""
    if (
        request.facets
        or request.facet_query
        or request.collapse
        or moment.is_hiding
        or masks
        or not question.prepared
    ):
        return None
    first, size = request.offset, request.limit
    if request.sort == "relevance":
        ranks = generation.columns.ranks["newest"]
        page, total = question.prepared.best(moment.priors, ranks, first, size)
        return _Found(page, total, {}, None)
    matches = question.matches()
    page = generation.selector.page(matches, moment.priors, request.sort, first, size)
    return _Found(page, len(matches), {}, None)


def _all(
    generation: Generation,
    moment: Moment,
    request: SearchRequest,
    listed: Listed,
    masks: dict[str, Mask],
) -> _Found:
    facets = _facets(generation, request, listed, masks)
    ordering = Ordering.of(listed, moment.priors)
    ranked = ordering.ranked
    if request.collapse:
        ranked = stories.leaders(
            generation.stories, generation.columns, ranked, ordering.ranks, request.sort
        )
    page = ordering.page(generation.selector, ranked, request.sort, request.offset, request.limit)
    return _Found(page, len(ranked), facets, ordering)


def _hits(
    generation: Generation, page: Page, highlighter: Highlighter | None, curated: Curated | None
) -> list[Hit]:
    docs = page.docs.tolist()
    if not docs:
        return []
    stored, scores = generation.stored_of(docs), page.scores.tolist()
    if highlighter:
        texts = list(map(stored_texts, stored))
        marked = highlighter.highlights([text for text, _ in texts], [text for _, text in texts])
        shown = map(Highlights, marked, marked[len(texts) :])
        hits = list(map(Hit, stored, scores, shown))
    else:
        hits = list(map(Hit, stored, scores))
    if not curated:
        return hits
    return [replace(hit, pinned=doc in curated.pinned) for hit, doc in zip(hits, docs, strict=True)]


def _also(
    generation: Generation, request: SearchRequest, ordering: Ordering, leader: int
) -> tuple[Hit, ...]:
    """The other matches of a hit's story, in the order of the results."""
    found = stories.others(generation.stories, ordering.ranked, leader)
    if not len(found):
        return ()
    page = ordering.page(generation.selector, found, request.sort, 0, MAX_ALSO)
    return tuple(_hits(generation, page, None, ordering.curated))


def _explain(
    generation: Generation,
    moment: Moment,
    question: Question,
    curated: Curated | None,
    doc: int,
    text: float,
) -> Explanation:
    key = title_key(question.text)
    boosts = curated.boosts if curated else {}
    parts = generation.parts(slice(doc, doc + 1), moment.as_of)
    tree = question.tree
    terms = [] if tree is EVERYTHING else explain(generation.index, tree, doc)
    return Explanation(
        text=text,
        title_is_query=any(term.field == "title_key" and term.term == key for term in terms),
        fields=tuple(term for term in terms if term.field != "title_key"),
        prior=float(parts.prior()[0]),
        quality=float(parts.quality[0]),
        heat=float(parts.heat[0]),
        freshness=float(parts.freshness[0]),
        boost=boosts.get(doc, 1.0),
    )


def _facets(
    generation: Generation,
    request: SearchRequest,
    listed: Listed,
    masks: dict[str, Mask],
) -> dict[str, tuple[Facet, ...]]:
    """Each facet counts under all filters but its own, so that one can change the choice."""
    facets = {}
    wanted, beginning = request.facets, request.facet_query
    if beginning and all(facet.field != beginning.field for facet in wanted):
        wanted += (FacetRequest(beginning.field),)
    for facet in wanted:
        counted = listed.shown
        if facet.field in masks:
            counted = listed.matches
            for name, mask in masks.items():
                if name != facet.field:
                    counted = counted.where(mask)
        text = beginning.text if beginning and beginning.field == facet.field else ""
        facets[facet.field] = generation.selector.facet(facet, counted.docs, text)
    return facets
