"""The engine inside the process: answers from the generation that it follows."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from searchsvc.articles.article import Article
from searchsvc.articles.dates import from_timestamp
from searchsvc.editorial import EditorialWatcher
from searchsvc.engine.building import otherwise_built
from searchsvc.engine.following import Follower, Serving
from searchsvc.errors import NoIndex
from searchsvc.index import Generation
from searchsvc.publish.generations import IndexFolder
from searchsvc.search.budget import Budget
from searchsvc.search.context import SearchContext
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.related import related_to
from searchsvc.search.request import DEFAULT_SIZE, SearchRequest, check_size
from searchsvc.search.result import IndexStatus, RelatedResult, SearchResult, Trouble
from searchsvc.search.searcher import search
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.settings import Settings
from searchsvc.suggest.index_source import IndexSource
from searchsvc.suggest.request import SuggestRequest, SuggestResult
from searchsvc.suggest.suggester import Suggester
from searchsvc.suggest.tables import SuggestTables

_LOG = logging.getLogger(__name__)


class EmbeddedEngine:
    """Threads share it; a query keeps the generation it began with until it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = IndexFolder(settings.index)
        self._watcher = EditorialWatcher(settings.synonyms, settings.curation, settings.index)
        self._ranked_by = repr((settings.boost_exact, settings.weights))
        self._warned: str | None = None
        self._follower = Follower(self._folder, self._open)

    def _open(self, folder: Path) -> Serving:
        """All of a generation: what is open has to answer also where its folder has gone."""
        generation = Generation(folder)
        try:
            tables = SuggestTables.load(generation)
        except (OSError, ValueError) as error:
            message = f"{folder} cannot be opened ({error}); run `searchsvc reindex --full`"
            raise NoIndex(message) from None
        warning = otherwise_built(generation.manifest.built_with, self._settings)
        if warning and warning != self._warned:
            _LOG.warning("%s", warning)
        self._warned = warning
        return Serving(OpenGeneration(generation, self._settings.weights), tables)

    def close(self) -> None:
        self._follower.close()

    def search(self, request: SearchRequest) -> SearchResult:
        started, now = time.perf_counter(), self._settings.clock()
        serving = self._follower.serving()
        view = serving.view_at(now)
        cache = self._query_cache(serving, view)
        if request.lang and request.lang != view.language:
            view = view.in_language(request.lang)
            cache = QueryCache(view, cache.rules)
        budget = Budget.of(started, self._settings.time_budget_ms)
        evaluator = Evaluator(view, self._settings.boost_exact, budget)
        context = SearchContext(cache, evaluator, request.words == "all")
        return search(context, request, self._status_of(serving, view), now, started)

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        serving, view = self._view()
        known = serving.suggester
        if known is None or known[0] is not view:
            known = serving.suggester = view, Suggester(IndexSource(view, serving.tables))
        return SuggestResult(known[1].suggest(request))

    def article(self, article_id: str) -> Article | None:
        _, view = self._view()
        doc = _find_live(view, article_id)
        if doc is None:
            return None
        (stored,) = view.generation.stored_of([doc])
        return Article.from_json(stored)

    def related(self, article_id: str, size: int = DEFAULT_SIZE) -> RelatedResult | None:
        check_size(size)
        serving, view = self._view()
        doc = _find_live(view, article_id)
        if doc is None:
            return None
        results = related_to(view, doc, size, self._settings.boost_exact)
        return RelatedResult(article_id, results, self._status_of(serving, view))

    def status(self) -> IndexStatus:
        return self._status_of(*self._view())

    def trouble(self) -> Trouble | None:
        return self._follower.trouble

    def warning(self) -> str | None:
        generation = self._follower.serving().opened.generation
        return otherwise_built(generation.manifest.built_with, self._settings)

    def stamp(self) -> tuple[str, ...]:
        now = self._settings.clock()
        view = self._follower.serving().view_at(now)
        rules = self._watcher.rules(self._follower.stamp)
        period = rules.curation.period(now)
        return (
            view.generation.name,
            str(view.hidden),
            str(view.valid_from),
            self._ranked_by,
            rules.digest,
            str(period),
        )

    def _view(self) -> tuple[Serving, IndexView]:
        serving = self._follower.serving()
        return serving, serving.view_at(self._settings.clock())

    def _query_cache(self, serving: Serving, view: IndexView) -> QueryCache:
        """Made anew when the view or the editors' rules change."""
        rules, cache = self._watcher.rules(self._follower.stamp), serving.cache
        if cache is None or cache.view is not view or cache.rules is not rules:
            cache = serving.cache = QueryCache(view, rules)
        return cache

    def _status_of(self, serving: Serving, view: IndexView) -> IndexStatus:
        stamp, known = self._follower.stamp, serving.status
        if known is not None and known[0] is view and known[1] == stamp:
            return known[2]
        manifest = view.generation.manifest
        checked_at = self._folder.checked_at(view.generation.name) or 0.0
        status = IndexStatus(
            generation=view.generation.name,
            articles=view.articles,
            published_at=from_timestamp(manifest.published_at),
            checked_at=from_timestamp(max(checked_at, manifest.published_at)),
            as_of=view.hour,
        )
        serving.status = (view, stamp, status)
        return status


def _find_live(view: IndexView, article_id: str) -> int | None:
    doc = view.generation.find(article_id)
    return doc if doc is not None and view.live[doc] else None
