"""The engine inside the process: follows the live generation and answers from it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from searchsvc.analysis import stemmer
from searchsvc.articles import dates
from searchsvc.articles.article import Article
from searchsvc.editorial import Desk
from searchsvc.engine.answering import Answerer
from searchsvc.engine.editing import Editing
from searchsvc.engine.generation import Generation, Moment
from searchsvc.engine.suggesting import Suggester
from searchsvc.errors import NoIndex
from searchsvc.publish.generations import IndexFolder
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring import kernels
from searchsvc.search import (
    DEFAULT_SIZE,
    IndexStatus,
    RelatedResult,
    SearchRequest,
    SearchResult,
    check_size,
)
from searchsvc.settings import Settings
from searchsvc.suggest.request import Suggestion, SuggestRequest

_OPEN_TRIES = 3
_Stamp = tuple[int, int, int]


class EmbeddedEngine:
    """Threads share it; a query keeps the generation it began with until it ends."""

    def __init__(self, settings: Settings) -> None:
        kernels.set_cache_dir(settings.cache_dir)
        self._settings = settings
        self._folder = IndexFolder(settings.index)
        self._stem = stem = stemmer(settings.language)
        builder = TreeBuilder(settings.boosts, settings.boost_exact, stem)
        self._answerer = Answerer(builder, settings.language, settings.time_budget_ms)
        self._ranked_by = repr((settings.boosts, settings.boost_exact, settings.weights))
        self._desk = Desk(settings.synonyms, settings.curation, settings.index)
        self._editing: Editing | None = None
        self._lock = threading.Lock()
        self._stamp: _Stamp | None = None
        self._generation: Generation | None = None
        self._suggester: tuple[Moment, Suggester] | None = None
        self._status: tuple[Moment, _Stamp | None, IndexStatus] | None = None

    def prepare(self) -> None:
        if self._folder.current() is not None:
            kernels.compile_all()

    def close(self) -> None:
        with self._lock:
            self._generation = self._stamp = self._status = self._suggester = None

    def search(self, request: SearchRequest) -> SearchResult:
        started = time.perf_counter()
        generation, moment = self._now()
        status = self._status_of(generation, moment)
        return self._answerer.answer(
            generation,
            moment,
            self._edited(),
            request,
            status,
            now=self._settings.clock(),
            started=started,
        )

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        generation, moment = self._now()
        known = self._suggester
        if known is None or known[0] is not moment:
            known = self._suggester = (moment, self._suggester_of(generation, moment))
        return known[1].suggest(request)

    def _suggester_of(self, generation: Generation, moment: Moment) -> Suggester:
        language = self._settings.language
        return Suggester(generation, moment, language, stemmer(language))

    def article(self, article_id: str) -> Article | None:
        generation, moment = self._now()
        doc = self._find_live(generation, moment, article_id)
        return None if doc is None else Article.from_json(generation.stored(doc))

    def related(self, article_id: str, size: int = DEFAULT_SIZE) -> RelatedResult | None:
        check_size(size)
        generation, moment = self._now()
        doc = self._find_live(generation, moment, article_id)
        if doc is None:
            return None
        results = self._answerer.related.find(generation, moment, doc, size)
        return RelatedResult(article_id, results, self._status_of(generation, moment))

    def _find_live(self, generation: Generation, moment: Moment, article_id: str) -> int | None:
        doc = self._answerer.find(generation, article_id)
        return doc if doc is not None and moment.live[doc] else None

    def status(self) -> IndexStatus:
        return self._status_of(*self._now())

    def stamp(self) -> tuple[str, ...]:
        generation, moment = self._now()
        edition = self._edited().edition
        period = edition.curation.period(self._settings.clock())
        return (
            generation.name,
            str(moment.valid_from),
            self._ranked_by,
            edition.digest,
            str(period),
        )

    def _edited(self) -> Editing:
        """By the editors' files as they are; after `_now`, which notices a reindex."""
        edition = self._desk.edition(self._stamp)
        editing = self._editing
        if editing is None or editing.edition is not edition:
            editing = self._editing = Editing.of(edition, self._stem)
        return editing

    def _now(self) -> tuple[Generation, Moment]:
        generation = self._live_generation()
        return generation, generation.moment(self._settings.clock())

    def _live_generation(self) -> Generation:
        """The generation that CURRENT names: one stat, and an open when it names another."""
        stamp = self._folder.current_stamp()
        generation = self._generation
        if generation is not None and stamp == self._stamp:
            return generation
        with self._lock:
            if self._generation is None or stamp != self._stamp:
                try:
                    self._generation = self._open(self._generation)
                except NoIndex:
                    # A generation that cannot be opened must not end one that answers.
                    if self._generation is None or stamp is None:
                        self._generation = None
                        raise
                self._stamp = stamp
                self._suggester = None  # it may hold the one before
            return self._generation

    def _open(self, opened: Generation | None) -> Generation:
        """Open what CURRENT names; try again if a reindex removed it in between.

        CURRENT also changes when a reindex has found nothing to do: the open one stays.
        """
        for attempt in range(_OPEN_TRIES):
            name = self._folder.current()
            if name is None:
                raise NoIndex(
                    f"there is no index in {self._folder.root} yet; run `searchsvc reindex`"
                )
            if opened is not None and opened.name == name:
                return opened
            try:
                return self._open_generation(self._folder.path(name))
            except NoIndex:
                if attempt == _OPEN_TRIES - 1 or self._folder.current() == name:
                    raise
        raise AssertionError("unreachable")

    def _open_generation(self, path: Path) -> Generation:
        generation = Generation(path, self._settings.weights)
        # Compiled and computed before it is asked, not by the first who asks.
        kernels.compile_all()
        generation.moment(self._settings.clock())
        return generation

    def _status_of(self, generation: Generation, moment: Moment) -> IndexStatus:
        stamp = self._stamp
        known = self._status
        if known is not None and known[0] is moment and known[1] == stamp:
            return known[2]
        published_at = generation.manifest.published_at
        checked_at = self._folder.checked_at(generation.name) or 0.0
        status = IndexStatus(
            generation=generation.name,
            articles=moment.articles,
            published_at=dates.from_timestamp(published_at),
            checked_at=dates.from_timestamp(max(checked_at, published_at)),
            as_of=dates.from_timestamp(moment.as_of),
        )
        self._status = (moment, stamp, status)
        return status
