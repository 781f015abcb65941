"""One run: read what changed, build a generation aside, try it, make it the live one."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from searchsvc import checksums, corpus, editors
from searchsvc.article import Article, is_same_but_rating
from searchsvc.corpus import CorpusFile, Outcome
from searchsvc.errors import NoIndex
from searchsvc.generations import IndexFolder, Manifest, read_manifest
from searchsvc.indexing import canary
from searchsvc.indexing.builder import GenerationBuilder, built_with
from searchsvc.indexing.collecting import rarely_collecting
from searchsvc.indexing.comparison import Comparison, compare, refusal
from searchsvc.indexing.lock import writer_lock
from searchsvc.indexing.progress import Progress, Silent
from searchsvc.indexing.report import Counts, ReindexReport, Status
from searchsvc.indexing.state import CorpusState, FileState
from searchsvc.reading.pool import ReaderFailed, read_all
from searchsvc.rejection import Rejection
from searchsvc.scoring import kernels
from searchsvc.settings import Settings


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
    kernels.set_cache_dir(settings.cache_dir)
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
        self._read_at = time.time_ns()
        self._now = settings.clock()
        self._before = _find_before(folder, settings, full)
        self._builder: GenerationBuilder | None = None
        self._editors: list[Rejection] = []

    def run(self) -> ReindexReport:
        self._folder.clear_unfinished()
        try:
            files = corpus.walk(self._settings.corpus)
        except OSError as error:
            return self._refuse(
                f"the corpus {self._settings.corpus} cannot be read: {error.strerror}", None
            )
        try:
            settings = self._settings
            self._editors = editors.keep(settings.synonyms, settings.curation, settings.index)
            after = self._read(files)
            comparison = compare(self._before.state, self._before.clock, after, self._now)
            if reason := refusal(comparison, self._settings):
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

    def _read(self, files: list[CorpusFile]) -> CorpusState:
        """Read what changed and pass it on to the builder, file by file in path order."""
        carried = self._before.state if self._before.folder else CorpusState({})
        known = {file.path: carried.files.get(file.path) for file in files}
        changed = [f for f in files if not ((old := known[f.path]) and old.is_of(f))]
        readings = read_all(self._settings.corpus, changed, self._settings.read_processes)
        unread = {file.path for file in changed}
        before = {state.id: state for state in carried.published()}
        owners: dict[str, str] = {}
        after: dict[str, FileState] = {}
        for file in self._progress.track(files, len(files), "Reading"):
            reading = next(readings) if file.path in unread else None
            state = FileState.of(reading, self._read_at) if reading else known[file.path]
            assert state is not None
            if not file.fault:
                state = state.claim(owners)
            after[file.path] = state
            if reading and reading.article and state.outcome is Outcome.PUBLISHED:
                self._index(reading.article, state, before.get(state.id))
        kept = {state.id for state in after.values() if state.outcome is Outcome.PUBLISHED}
        for article_id in before.keys() - kept:
            self._building().delete(article_id)
        return CorpusState(after)

    def _index(self, article: Article, state: FileState, old: FileState | None) -> None:
        """Pass on what is new of an article that may be in the index already."""
        if old is not None and old.digest == state.digest:
            return
        if old is not None and is_same_but_rating(old.digest, state.digest):
            self._building().rate(article.id, article.quality, article.heat)
            return
        if old is not None:
            self._building().delete(article.id)
        self._building().add(article)

    def _building(self) -> GenerationBuilder:
        if self._builder is None:
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
        builder = self._building()
        self._progress.say("Writing the index ...")
        builder.finish(self._now)
        after.save(builder.folder)
        self._builder = None
        wrong = canary.fault(builder.folder, self._settings, comparison.counts.articles, self._now)
        if wrong:
            shutil.rmtree(builder.folder, ignore_errors=True)
            return self._refuse(f"the new index failed its check: {wrong}", comparison)
        name = builder.folder.name
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


def _find_before(folder: IndexFolder, settings: Settings, full: bool) -> _Before:
    """What can be carried over, and what was live, for the counts and the refusals."""
    nothing = _Before(None, None, CorpusState({}), None)
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
    can_carry = name and not full and manifest.built_with == built_with(settings)
    if can_carry:
        try:
            checksums.verify(folder.path(known), manifest.files)
        except NoIndex:
            can_carry = False  # damage is not carried on: everything is built anew
    return _Before(name, manifest, state, folder.path(known) if can_carry else None)
