"""One run: read what changed, build a generation aside, try it, make it the live one."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.listing import Listing, Outcome, id_of
from searchsvc.articles.pool import ReaderFailed, Readers
from searchsvc.articles.rejection import Rejection
from searchsvc.errors import NoIndex
from searchsvc.index import checksums
from searchsvc.publish.collecting import rarely_collecting
from searchsvc.publish.comparison import Comparison, compare, refusal
from searchsvc.publish.generations import IndexFolder, Manifest, read_manifest
from searchsvc.publish.lock import writer_lock
from searchsvc.publish.progress import Progress, Silent
from searchsvc.publish.report import Counts, ReindexReport, Status
from searchsvc.publish.state import CorpusState, FileState
from searchsvc.settings import Settings

if TYPE_CHECKING:
    from searchsvc.articles.article import Article
    from searchsvc.publish.builder import GenerationBuilder

Places = NDArray[np.int64]

_PUBLISHING = (
    "searchsvc.articles.corpus",
    "searchsvc.publish.builder",
    "searchsvc.publish.canary",
    "searchsvc.scoring.kernels.compiling",
)
"""Half a second's imports, from the shortest to the longest."""


@dataclass(frozen=True, slots=True)
class _Before:
    """The live generation as the run finds it; `folder` is None if nothing can be carried over."""

    name: str | None
    manifest: Manifest | None
    state: CorpusState
    folder: Path | None

    @property
    def clock(self) -> float:
        return self.manifest.clock if self.manifest else 0.0


def reindex(
    settings: Settings,
    *,
    full: bool = False,
    wait: bool = False,
    progress: Progress | None = None,
) -> ReindexReport:
    """Bring the index up to date with the corpus, or refuse and leave the live one.

    Raises Locked if another run is at work.
    """
    folder = IndexFolder(settings.index)
    folder.make()
    with writer_lock(folder.lock, wait=wait), rarely_collecting():
        return _Run(settings, folder, full, progress or Silent()).run()


class _Run:
    """The steps of one run, and what each leaves for the next."""

    def __init__(
        self, settings: Settings, folder: IndexFolder, full: bool, progress: Progress
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._progress = progress
        self._started = time.monotonic()
        self._now = settings.clock()
        self._before = _find_before(folder, full)
        self._builder: GenerationBuilder | None = None
        self._editors: list[Rejection] = []

    def run(self) -> ReindexReport:
        self._folder.clear_unfinished()
        settings = self._settings
        try:
            with Readers(settings.corpus, settings.read_processes) as readers:
                readers.begin_to_walk(len(self._before.state))
                self._prepare(readers)
                after = self._read(readers)
            comparison = compare(self._before.state, self._before.clock, after, self._now)
            if reason := refusal(comparison, settings):
                return self._refuse(reason, comparison)
            if self._is_unchanged(comparison):
                return self._keep(after, comparison)
            return self._publish(after, comparison)
        except ReaderFailed as error:
            return self._refuse(str(error), None)
        except OSError as error:
            # A full disk, most likely: the live generation does not depend on what was written.
            return self._refuse(f"the index cannot be written: {error}", None)
        finally:
            self._discard()

    def _prepare(self, readers: Readers) -> None:
        """What does not depend on the corpus, imports included, while another process walks it."""
        from searchsvc import editorial as editors

        settings = self._settings
        self._before = _verified(self._before, settings)
        self._editors = editors.keep(settings.synonyms, settings.curation, settings.index)
        for load in _loads(settings):
            if not readers.are_walking():
                break
            load()

    def _read(self, readers: Readers) -> CorpusState:
        """Read what changed and pass it on to the builder, file by file in path order."""
        listing = readers.walk()
        carried = self._before.state if self._before.folder else CorpusState.of(())
        places = carried.places_of(listing.paths)
        are_same = carried.are_same(places, listing)
        unread = np.flatnonzero(~are_same).tolist()
        readings = readers.read([listing[place] for place in unread])
        rivals = _rivals(listing)
        owners: dict[str, str] = {}
        news: dict[int, FileState] = {}
        in_question = sorted(rivals.union(unread))
        for place in self._progress.track(in_question, len(in_question), "Reading"):
            reading = None if are_same[place] else next(readings)
            before = int(places[place])
            state = FileState.of(reading) if reading else carried[before]
            if place in rivals:
                state = state.claim(owners)
            news[place] = state
            if reading and reading.article and state.outcome is Outcome.PUBLISHED:
                self._index(reading.article, state, carried.published(state.id, before))
        after = carried.renewed(listing.paths, places, news)
        for article_id in _withdrawn(carried, places, after):
            self._building().delete(article_id)
        return after

    def _index(self, article: Article, state: FileState, old: FileState | None) -> None:
        """Pass on what is new of an article that may be in the index already."""
        if old is not None and old.digest == state.digest:
            return
        from searchsvc.articles.article import is_same_but_rating

        if old is not None and is_same_but_rating(old.digest, state.digest):
            self._building().rate(article.id, article.quality, article.heat)
            return
        if old is not None:
            self._building().delete(article.id)
        self._building().add(article)

    def _building(self) -> GenerationBuilder:
        if self._builder is None:
            from searchsvc.publish.builder import GenerationBuilder

            _kernels(self._settings)
            self._builder = GenerationBuilder(
                self._folder.new(), self._settings, self._before.folder
            )
        return self._builder

    def _is_unchanged(self, comparison: Comparison) -> bool:
        return (
            self._before.folder is not None
            and self._builder is None
            and not comparison.changes_who_is_live
        )

    def _keep(self, after: CorpusState, comparison: Comparison) -> ReindexReport:
        """Nothing to publish; the files' new times are noted, so that they are not read again."""
        name = self._before.name
        assert name is not None
        if after != self._before.state:
            after.save(self._folder.path(name))
        self._folder.mark_checked(name, self._now)
        return self._report("unchanged", None, name, comparison)

    def _publish(self, after: CorpusState, comparison: Comparison) -> ReindexReport:
        from searchsvc.publish import canary

        builder = self._building()
        name = builder.folder.name
        self._progress.say("Writing the index ...")
        builder.finish(self._now)
        after.save(builder.folder)
        with ThreadPoolExecutor(1) as beside:
            synced = beside.submit(self._folder.sync, name)
            articles = comparison.counts.articles
            wrong = canary.fault(builder.folder, self._settings, articles, self._now)
            synced.result()
        if wrong:
            return self._refuse(f"the new index failed its check: {wrong}", comparison)
        self._builder = None
        self._folder.publish(name)
        self._folder.mark_checked(name, self._now)
        self._folder.clear_old(self._settings.keep_generations)
        return self._report("published", None, name, comparison)

    def _refuse(self, reason: str, comparison: Comparison | None) -> ReindexReport:
        return self._report("refused", reason, self._before.name, comparison)

    def _discard(self) -> None:
        """Give up what was being built."""
        if self._builder is not None:
            with suppress(Exception):
                self._builder.cancel()
            shutil.rmtree(self._builder.folder, ignore_errors=True)
            self._builder = None

    def _report(
        self, status: Status, reason: str | None, name: str | None, found: Comparison | None
    ) -> ReindexReport:
        return ReindexReport(
            status=status,
            reason=reason,
            generation=name,
            counts=found.counts if found else Counts(),
            lost=found.lost if found else (),
            rejects=found.rejects if found else (),
            seconds=time.monotonic() - self._started,
            editors=tuple(self._editors),
        )


def _loads(settings: Settings) -> Iterator[Callable[[], object]]:
    """What publishing will need, in steps."""
    yield from (partial(import_module, module) for module in _PUBLISHING)
    kernels = _kernels(settings)
    yield from (partial(getattr, kernels, name) for name in kernels.PUBLISHING)


def _kernels(settings: Settings) -> ModuleType:
    from searchsvc.scoring import kernels

    kernels.set_cache_dir(settings.cache_dir)
    return kernels


def _rivals(listing: Listing) -> set[int]:
    """The places of files that share their id with another, those that cannot be read aside."""
    suffix = "." + next(iter(listing.paths), "").rpartition(".")[2]
    if all(map(str.endswith, listing.paths, repeat(suffix))):
        return set()  # nearly always; to cut 100,000 paths takes several times as long
    ids = [id_of(path) for path in listing.paths]
    bearers = Counter(ids)
    return {i for i, key in enumerate(ids) if bearers[key] > 1 and i not in listing.faults}


def _withdrawn(before: CorpusState, places: Places, after: CorpusState) -> Iterator[str]:
    """The ids of articles that are published no longer; `places` are those of `after`'s files in
    `before`."""
    stay = np.zeros(len(before), np.bool_)
    stay[places[(places >= 0) & after.having(Outcome.PUBLISHED)]] = True
    others = before.ids(np.flatnonzero(before.having(Outcome.PUBLISHED) & ~stay))
    kept = set(after.ids(np.flatnonzero(after.having(Outcome.PUBLISHED)))) if others else ()
    return (article_id for article_id in others if article_id not in kept)


def _find_before(folder: IndexFolder, full: bool) -> _Before:
    """What can be carried over, and what was live, for the counts and the refusals."""
    nothing = _Before(None, None, CorpusState.of(()), None)
    try:
        name = folder.current()
    except NoIndex:
        name = None
    # Where CURRENT is lost, the newest generation still tells what was live, but is not trusted
    # to be added to.
    known = name or next(iter(folder.finished()), None)
    if known is None:
        return nothing
    try:
        manifest = read_manifest(folder.path(known))
    except NoIndex:
        return nothing
    state = CorpusState.load(folder.path(known))
    if state is None:
        return replace(nothing, name=name)
    return _Before(name, manifest, state, folder.path(known) if name and not full else None)


def _verified(before: _Before, settings: Settings) -> _Before:
    """Without its folder if that is damaged or was built otherwise: everything is built anew."""
    from searchsvc.publish.builtwith import built_with

    if before.folder is None or before.manifest is None:
        return before
    try:
        checksums.verify(before.folder, before.manifest.files)
        is_fit = before.manifest.built_with == built_with(settings)
    except NoIndex:
        is_fit = False
    return before if is_fit else replace(before, folder=None)
