"""One answer from one generation: parse, match, filter, count, order, show."""

from __future__ import annotations

import time
from dataclasses import replace

from whoosh import query as whoosh_query

from searchsvc.analysis import title_key
from searchsvc.article import stored_id, stored_texts
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.selection import Mask
from searchsvc.highlighting import Highlighter
from searchsvc.query import syntax
from searchsvc.query.tree import Query, TreeBuilder
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.explanation import explain
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.page import Page
from searchsvc.search import (
    MAX_DEPTH,
    Explanation,
    Facet,
    Highlights,
    Hit,
    IndexStatus,
    SearchRequest,
    SearchResult,
)

POSTINGS_A_MILLISECOND = 300_000
"""What a kernel reads, about; the time budget is one of postings, as kernels can't be stopped."""

_EVERYTHING = whoosh_query.ConstantScoreQuery(whoosh_query.Every(), 0.0)


class Answerer:
    """Holds what all answers of an engine have in common; no state of any one."""

    def __init__(self, builder: TreeBuilder, time_budget_ms: int) -> None:
        self._builder = builder
        self._limit = time_budget_ms * POSTINGS_A_MILLISECOND

    def find(self, generation: Generation, article_id: str) -> int | None:
        """The document of an article's id, live or not."""
        found = evaluate(generation.index, whoosh_query.Term("id", article_id))
        return int(found.docs[-1]) if len(found) else None

    def answer(
        self,
        generation: Generation,
        moment: Moment,
        request: SearchRequest,
        status: IndexStatus,
        started: float,
    ) -> SearchResult:
        """`started` is when it was asked, of time.perf_counter. Raises InvalidRequest."""
        node = syntax.parse(request.query) if request.query else None
        tree = self._builder.build(node, request.query) if node else _EVERYTHING
        matches = moment.only_live(evaluate(generation.index, tree, self._limit))
        masks = generation.selector.filter_masks(request.filters, request.span)
        facets = _facets(generation, request, matches, masks)
        for mask in masks.values():
            matches = matches.where(mask)
        page = generation.selector.page(
            matches, moment.priors, request.sort, request.offset, request.size
        )
        highlighter = None
        if request.highlight:
            highlighter = Highlighter.of(node or syntax.Nothing(), self._builder.stem)
        hits = _hits(generation, page, highlighter)
        if request.explain:
            key = title_key(request.query)
            hits = [
                replace(hit, explain=_explain(generation, moment, tree, key, doc, text))
                for hit, doc, text in zip(
                    hits, page.docs.tolist(), page.texts.tolist(), strict=True
                )
            ]
        total = len(matches)
        return SearchResult(
            query=request.query,
            total=total,
            page=request.page,
            pages=-(-min(total, MAX_DEPTH) // request.size),
            size=request.size,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=tuple(hits),
            facets=facets,
            index=status,
            partial=matches.partial,
            parsed=str(node or "") if request.explain else None,
        )


def _hits(generation: Generation, page: Page, highlighter: Highlighter | None) -> list[Hit]:
    hits = []
    for doc, score in zip(page.docs.tolist(), page.scores.tolist(), strict=True):
        stored = generation.stored(doc)
        highlights = _highlights(stored, highlighter) if highlighter else None
        hits.append(Hit(stored_id(stored), score, stored, highlights))
    return hits


def _highlights(stored: bytes, highlighter: Highlighter) -> Highlights:
    title, excerpt = stored_texts(stored)
    return Highlights(highlighter.whole(title), highlighter.passage(excerpt))


def _explain(
    generation: Generation,
    moment: Moment,
    tree: Query,
    key: str,
    doc: int,
    text: float,
) -> Explanation:
    terms = [] if tree is _EVERYTHING else explain(generation.index, tree, doc)
    return Explanation(
        text=text,
        title_is_query=any(term.field == "title_key" and term.term == key for term in terms),
        fields=tuple(term for term in terms if term.field != "title_key"),
        prior=float(moment.priors[doc]),
        quality=float(moment.parts.quality[doc]),
        heat=float(moment.parts.heat[doc]),
        freshness=float(moment.parts.freshness[doc]),
    )


def _facets(
    generation: Generation,
    request: SearchRequest,
    matches: Matches,
    masks: dict[str, Mask],
) -> dict[str, tuple[Facet, ...]]:
    """Each facet counts under all filters but its own, so that one can change the choice."""
    facets = {}
    for facet in request.facets:
        counted = matches
        for name, mask in masks.items():
            if name != facet.field:
                counted = counted.where(mask)
        facets[facet.field] = generation.selector.facet(facet, counted.docs)
    return facets
