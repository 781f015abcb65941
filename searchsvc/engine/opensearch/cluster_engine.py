"""The engine over a cluster: answers from the index that the alias names."""

from __future__ import annotations

import time
from dataclasses import replace
from threading import Lock

from searchsvc.articles.article import Article
from searchsvc.articles.dates import from_timestamp
from searchsvc.editorial import EditorialWatcher
from searchsvc.engine.opensearch.asking import OutOfTime
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.completing import ClusterSource
from searchsvc.engine.opensearch.finding import Finder
from searchsvc.engine.opensearch.live_index import LiveIndex
from searchsvc.engine.opensearch.pages import SOURCES, ClusterSearch
from searchsvc.engine.opensearch.reading_on import find_live, related_to
from searchsvc.search.answering import answer, nothing_in_time
from searchsvc.search.budget import Budget
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.request import DEFAULT_SIZE, SearchRequest, check_size
from searchsvc.search.result import IndexStatus, RelatedResult, SearchResult, Trouble
from searchsvc.settings import Settings
from searchsvc.suggest.request import SuggestRequest, SuggestResult
from searchsvc.suggest.suggester import Suggester


class ClusterEngine:
    """Threads share it. What it asks the cluster raises ClusterAway while that is away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._index = LiveIndex(settings)
        self._watcher = EditorialWatcher(settings.synonyms, settings.curation, settings.index)
        self._ranked_by = repr((settings.boost_exact, settings.weights))
        self._cache: QueryCache | None = None
        self._lock = Lock()

    def close(self) -> None:
        self._index.client.close()

    def search(self, request: SearchRequest) -> SearchResult:
        started, now = time.perf_counter(), self._settings.clock()
        view = self._view(now)
        budget = Budget.of(started, self._settings.time_budget_ms)
        cache, boost_exact = self._query_cache(view), self._settings.boost_exact
        if request.lang and request.lang != view.language:
            view = view.in_language(request.lang)
            cache = QueryCache(view, cache.rules)
        finder = Finder(view, cache, boost_exact, budget, request.words == "all")
        status = self._status_of(view)
        try:
            weights = self._settings.weights
            source = ClusterSearch(finder, request, weights, boost_exact, now)
            result = answer(source, request, status, started)
        except OutOfTime:
            result = nothing_in_time(request, status, started)
        return replace(result, partial=True) if view.asking.lacks_shards else result

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        view = self._view(self._settings.clock())
        found = Suggester(ClusterSource(view, self._settings.weights)).suggest(request)
        return SuggestResult(found, view.asking.lacks_shards)

    def article(self, article_id: str) -> Article | None:
        found = find_live(self._view(self._settings.clock()), article_id, SOURCES)
        return Article.from_json(found.stored) if found else None

    def related(self, article_id: str, size: int = DEFAULT_SIZE) -> RelatedResult | None:
        check_size(size)
        view, settings = self._view(self._settings.clock()), self._settings
        found = related_to(view, article_id, size, settings.boost_exact, settings.weights)
        if found is None:
            return None
        return RelatedResult(article_id, found, self._status_of(view), view.asking.lacks_shards)

    def status(self) -> IndexStatus:
        return self._status_of(self._view(self._settings.clock()))

    def trouble(self) -> Trouble | None:
        """That shards did not answer the last question."""
        return self._index.shards.failed

    def warning(self) -> str | None:
        self._view(self._settings.clock())
        return self._index.warning

    def stamp(self) -> tuple[str, ...]:
        now = self._settings.clock()
        view = self._view(now)
        rules = self._watcher.rules(view.record.checked)
        period = rules.curation.period(now)
        index, run = view.record.index, view.record.run
        return index, run, str(view.valid_from), self._ranked_by, rules.digest, str(period)

    def _view(self, now: float) -> ClusterView:
        return self._index.view(now)

    def _query_cache(self, view: ClusterView) -> QueryCache:
        """Made anew when the view or the editors' rules change."""
        rules = self._watcher.rules(view.record.checked)
        with self._lock:
            cache = self._cache
            if cache is None or cache.view is not view or cache.rules is not rules:
                cache = self._cache = QueryCache(view, rules)
            return cache

    def _status_of(self, view: ClusterView) -> IndexStatus:
        record = view.record
        return IndexStatus(
            generation=record.generation,
            articles=view.articles,
            published_at=from_timestamp(record.published_at),
            checked_at=from_timestamp(max(record.checked_at, record.published_at)),
            as_of=view.hour,
        )
