"""The engine inside the process: follows the live generation and answers from it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from searchsvc.articles.article import Article
from searchsvc.articles.dates import from_timestamp
from searchsvc.editorial import EditorialWatcher
from searchsvc.errors import NoIndex
from searchsvc.index import Generation
from searchsvc.publish.generations import IndexFolder
from searchsvc.search.budget import Budget
from searchsvc.search.context import SearchContext
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.related import related_to
from searchsvc.search.request import DEFAULT_SIZE, SearchRequest, check_size
from searchsvc.search.result import IndexStatus, RelatedResult, SearchResult
from searchsvc.search.searcher import search
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.settings import Settings
from searchsvc.suggest.request import Suggestion, SuggestRequest
from searchsvc.suggest.suggester import Suggester

_OPEN_TRIES = 3
_Stamp = tuple[int, int, int]


class EmbeddedEngine:
    """Threads share it; a query keeps the generation it began with until it ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = IndexFolder(settings.index)
        self._watcher = EditorialWatcher(settings.synonyms, settings.curation, settings.index)
        self._ranked_by = repr((settings.boost_exact, settings.weights))
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._opened: OpenGeneration | None = None
        self._view: IndexView | None = None
        self._cache: QueryCache | None = None
        self._suggester: tuple[IndexView, Suggester] | None = None
        self._status: tuple[IndexView, _Stamp | None, IndexStatus] | None = None

    def close(self) -> None:
        with self._lock:
            self._opened = self._stamp = self._view = self._cache = None
            self._suggester = self._status = None

    def search(self, request: SearchRequest) -> SearchResult:
        started, now = time.perf_counter(), self._settings.clock()
        view = self._view_at(now)
        budget = Budget.of(started, self._settings.time_budget_ms)
        evaluator = Evaluator(view, self._settings.boost_exact, budget)
        context = SearchContext(self._query_cache(view), evaluator)
        return search(context, request, self._status_of(view), now, started)

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        view = self._view_at(self._settings.clock())
        known = self._suggester
        if known is None or known[0] is not view:
            known = self._suggester = view, Suggester(view)
        return known[1].suggest(request)

    def article(self, article_id: str) -> Article | None:
        view = self._view_at(self._settings.clock())
        doc = _find_live(view, article_id)
        if doc is None:
            return None
        (stored,) = view.generation.stored_of([doc])
        return Article.from_json(stored)

    def related(self, article_id: str, size: int = DEFAULT_SIZE) -> RelatedResult | None:
        check_size(size)
        view = self._view_at(self._settings.clock())
        doc = _find_live(view, article_id)
        if doc is None:
            return None
        results = related_to(view, doc, size, self._settings.boost_exact)
        return RelatedResult(article_id, results, self._status_of(view))

    def status(self) -> IndexStatus:
        return self._status_of(self._view_at(self._settings.clock()))

    def stamp(self) -> tuple[str, ...]:
        now = self._settings.clock()
        view = self._view_at(now)
        rules = self._watcher.rules(self._stamp)
        period = rules.curation.period(now)
        return (
            view.generation.name,
            str(view.valid_from),
            self._ranked_by,
            rules.digest,
            str(period),
        )

    def _query_cache(self, view: IndexView) -> QueryCache:
        """Made anew when the view or the editors' rules change."""
        rules, cache = self._watcher.rules(self._stamp), self._cache
        if cache is None or cache.view is not view or cache.rules is not rules:
            cache = self._cache = QueryCache(view, rules)
        return cache

    def _view_at(self, now: float) -> IndexView:
        opened, view = self._live_generation(), self._view
        if view is None or view.opened is not opened or not view.holds(now):
            view = self._view = opened.at(now)
        return view

    def _live_generation(self) -> OpenGeneration:
        """The generation that CURRENT names: one stat, and an open when it names another."""
        stamp = self._folder.current_stamp()
        opened = self._opened
        if opened is not None and stamp == self._stamp:
            return opened
        with self._lock:
            if self._opened is None or stamp != self._stamp:
                try:
                    self._opened = self._open(self._opened)
                except NoIndex:
                    # A generation that cannot be opened must not end one that answers.
                    if self._opened is None or stamp is None:
                        self._opened = None
                        raise
                self._stamp = stamp
            return self._opened

    def _open(self, opened: OpenGeneration | None) -> OpenGeneration:
        """Open what CURRENT names; try again if a reindex removed it in between.

        CURRENT also changes when a reindex has found nothing to do: the open one stays.
        """
        for attempt in range(_OPEN_TRIES):
            name = self._folder.current()
            if name is None:
                raise NoIndex(
                    f"there is no index in {self._folder.root} yet; run `searchsvc reindex`"
                )
            if opened is not None and opened.generation.name == name:
                return opened
            try:
                return self._open_folder(self._folder.path(name))
            except NoIndex:
                if attempt == _OPEN_TRIES - 1 or self._folder.current() == name:
                    raise
        raise AssertionError("unreachable")

    def _open_folder(self, path: Path) -> OpenGeneration:
        return OpenGeneration(Generation(path), self._settings.weights)

    def _status_of(self, view: IndexView) -> IndexStatus:
        stamp, known = self._stamp, self._status
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
        self._status = (view, stamp, status)
        return status


def _find_live(view: IndexView, article_id: str) -> int | None:
    doc = view.generation.find(article_id)
    return doc if doc is not None and view.live[doc] else None
