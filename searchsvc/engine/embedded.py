"""The engine inside the process: follows the live generation and answers from it."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np

from searchsvc import dates
from searchsvc.analysis import stemmer, title_key
from searchsvc.article import Article
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.stock import Matches
from searchsvc.errors import NoIndex
from searchsvc.generations import IndexFolder
from searchsvc.highlighting import Highlighter
from searchsvc.query import syntax
from searchsvc.query.tree import Query, TreeBuilder
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
from searchsvc.settings import Settings

_OPEN_TRIES = 3


class EmbeddedEngine:
    """Threads share it; a query keeps the generation it began with until it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = IndexFolder(settings.index)
        self._stem = stemmer(settings.language)
        self._ranked_by = repr((settings.boosts, settings.boost_exact, settings.weights))
        self._builder = TreeBuilder(settings.boosts, settings.boost_exact, self._stem)
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._generation: Generation | None = None
        self._checked: tuple[tuple[int, int, int] | None, str, float | None] = (None, "", None)

    def close(self) -> None:
        with self._lock:
            self._generation = self._stamp = None

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        deadline = started + self._settings.time_budget_ms / 1000
        generation, moment = self._now()
        node = syntax.parse(request.query) if request.query else None
        tree = self._builder.build(node, request.query) if node else None
        matches = _match(generation, tree, deadline)
        matches = _only(matches, moment.live[matches.docs])

        masks = generation.selector.filter_masks(request.filters, request.span)
        facets = _facets(generation, request, matches, masks)
        for mask in masks.values():
            matches = _only(matches, mask[matches.docs])
        scores = matches.scores * moment.priors[matches.docs]
        end = min(request.offset + request.size, MAX_DEPTH)
        order = generation.selector.best(matches.docs, scores, request.sort, end)
        page = order[request.offset :]

        docs = [int(doc) for doc in matches.docs[page]]
        highlighter = Highlighter.of(node or syntax.Nothing(), self._stem)
        hits = [
            self._hit(stored, float(scores[position]), highlighter if request.highlight else None)
            for stored, position in zip(generation.index.stored(docs), page, strict=True)
        ]
        if request.explain:
            texts = [float(matches.scores[position]) for position in page]
            hits = [
                replace(hit, explain=self._explain(generation, moment, request, tree, doc, text))
                for hit, doc, text in zip(hits, docs, texts, strict=True)
            ]
        total = len(matches.docs)
        return SearchResult(
            query=request.query,
            total=total,
            page=request.page,
            pages=-(-min(total, MAX_DEPTH) // request.size),
            size=request.size,
            took_ms=(time.perf_counter() - started) * 1000,
            hits=tuple(hits),
            facets=facets,
            index=self._status(generation, moment),
            partial=matches.partial,
            parsed=str(node or "") if request.explain else None,
        )

    def article(self, article_id: str) -> Article | None:
        generation, moment = self._now()
        doc = generation.index.document_number(article_id)
        if doc is None or not moment.live[doc]:
            return None
        return Article.from_json(generation.index.stored([doc])[0])

    def status(self) -> IndexStatus:
        return self._status(*self._now())

    def stamp(self) -> tuple[str, ...]:
        generation, moment = self._now()
        return generation.name, str(moment.valid_from), self._ranked_by

    def _now(self) -> tuple[Generation, Moment]:
        generation = self._live_generation()
        return generation, generation.moment(self._settings.clock())

    def _live_generation(self) -> Generation:
        """The generation that CURRENT names: one stat, and an open when it has changed."""
        stamp = self._folder.current_stamp()
        generation = self._generation
        if generation is not None and stamp == self._stamp:
            return generation
        with self._lock:
            if self._generation is None or stamp != self._stamp:
                try:
                    self._generation = self._open()
                except NoIndex:
                    # A generation that cannot be opened must not end one that answers.
                    if self._generation is None or stamp is None:
                        self._generation = None
                        raise
                self._stamp = stamp
            return self._generation

    def _open(self) -> Generation:
        """Open what CURRENT names; try again if a reindex removed it in between."""
        for attempt in range(_OPEN_TRIES):
            name = self._folder.current()
            if name is None:
                raise NoIndex(
                    f"there is no index in {self._folder.root} yet; run `searchsvc reindex`"
                )
            try:
                return Generation(self._folder.path(name), self._settings.weights)
            except NoIndex:
                if attempt == _OPEN_TRIES - 1 or self._folder.current() == name:
                    raise
        raise AssertionError("unreachable")

    def _status(self, generation: Generation, moment: Moment) -> IndexStatus:
        published_at = generation.manifest.published_at
        stamp, name, checked_at = self._checked
        if stamp != self._folder.checked_stamp() or name != generation.name:
            stamp = self._folder.checked_stamp()
            checked_at = self._folder.checked_at(generation.name)
            self._checked = (stamp, generation.name, checked_at)
        return IndexStatus(
            generation=generation.name,
            articles=moment.articles,
            published_at=dates.from_timestamp(published_at),
            checked_at=dates.from_timestamp(max(checked_at or 0.0, published_at)),
            as_of=dates.from_timestamp(moment.as_of),
        )

    def _hit(self, stored: bytes, score: float, highlighter: Highlighter | None) -> Hit:
        article = Article.from_json(stored)
        highlights = None
        if highlighter:
            highlights = Highlights(
                highlighter.whole(article.title), highlighter.passage(article.excerpt)
            )
        return Hit(article.id, score, stored, highlights)

    def _explain(
        self,
        generation: Generation,
        moment: Moment,
        request: SearchRequest,
        tree: Query | None,
        doc: int,
        text: float,
    ) -> Explanation:
        terms = generation.index.explain(tree, doc) if tree is not None else []
        key = title_key(request.query)
        return Explanation(
            text=text,
            title_is_query=any(term.field == "title_key" and term.term == key for term in terms),
            fields=tuple(term for term in terms if term.field != "title_key"),
            prior=float(moment.priors[doc]),
            quality=float(moment.parts.quality[doc]),
            heat=float(moment.parts.heat[doc]),
            freshness=float(moment.parts.freshness[doc]),
        )


def _match(generation: Generation, tree: Query | None, deadline: float) -> Matches:
    """The query's matches, or with no query every document, all alike."""
    if tree is not None:
        return generation.index.match(tree, deadline)
    count = len(generation.columns)
    return Matches(np.arange(count, dtype=np.int64), np.zeros(count))


def _only(matches: Matches, mask: np.typing.NDArray[np.bool_]) -> Matches:
    if mask.all():
        return matches
    return Matches(matches.docs[mask], matches.scores[mask], matches.partial)


def _facets(
    generation: Generation,
    request: SearchRequest,
    matches: Matches,
    masks: dict[str, np.typing.NDArray[np.bool_]],
) -> dict[str, tuple[Facet, ...]]:
    """Each facet counts under all filters but its own, so that one can change the choice."""
    facets = {}
    for facet in request.facets:
        chosen = np.zeros(len(generation.columns), bool)
        chosen[matches.docs] = True
        for name, mask in masks.items():
            if name != facet.field:
                chosen &= mask
        facets[facet.field] = generation.selector.facet(facet, chosen)
    return facets
