"""The live index as settings would have it answer, without building or publishing anything."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

from searchsvc.editorial import EditorialRules
from searchsvc.editorial.watcher import inspect
from searchsvc.errors import NoIndex
from searchsvc.evaluation.measures import DEPTH
from searchsvc.index import Generation
from searchsvc.publish.generations import IndexFolder
from searchsvc.search.budget import Budget
from searchsvc.search.context import SearchContext
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.request import MAX_QUERY_LENGTH, MAX_SIZE, SearchRequest
from searchsvc.search.result import IndexStatus
from searchsvc.search.searcher import search
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.settings import Settings

_TIME_MS = 60_000


class System:
    """Other field weights than the index was built with are made effective in memory, as the next
    reindex would on disk.
    """

    def __init__(self, settings: Settings) -> None:
        """Raises NoIndex."""
        folder = IndexFolder(settings.index)
        name = folder.current()
        if name is None:
            raise NoIndex(f"there is no index in {folder.root} yet; run `searchsvc reindex`")
        self._built = self._weighed = Generation(folder.path(name))

    def known(self, articles: set[str]) -> set[str]:
        """Those of the ids that the index has."""
        return {one for one in articles if self._built.find(one) is not None}

    def rank(
        self, queries: Mapping[str, str], settings: Settings, depth: int = DEPTH
    ) -> dict[str, list[str]]:
        """For each query the ids of the best articles, by the editors' files as well."""
        if self._weighed.weights != settings.field_weights:
            self._weighed = self._built.with_weights(settings.field_weights)
        now = settings.clock()
        view = OpenGeneration(self._weighed, settings.weights).at(now)
        rules, _ = inspect(settings.synonyms, settings.curation)
        asker = _Asker(view, rules, settings.boost_exact, now)
        return {query: asker.ids(text, depth) for query, text in queries.items()}


class _Asker:
    """Of one view."""

    def __init__(
        self, view: IndexView, rules: EditorialRules, boost_exact: float, now: float
    ) -> None:
        self._view = view
        self._cache = QueryCache(view, rules)
        self._boost_exact = boost_exact
        self._now = now
        name = view.generation.name
        self._status = IndexStatus(name, view.articles, view.hour, view.hour, view.hour)

    def ids(self, text: str, depth: int) -> list[str]:
        return [one for page in self._pages(text[:MAX_QUERY_LENGTH], depth) for one in page]

    def _pages(self, text: str, depth: int) -> Iterator[list[str]]:
        size = min(depth, MAX_SIZE)
        for page in range(1, -(-depth // size) + 1):
            started = time.perf_counter()
            evaluator = Evaluator(self._view, self._boost_exact, Budget.of(started, _TIME_MS))
            request = SearchRequest(text, page=page, size=size, highlight=False)
            context = SearchContext(self._cache, evaluator)
            result = search(context, request, self._status, self._now, started)
            yield [hit.id for hit in result.hits]
            if page >= result.pages:
                return
