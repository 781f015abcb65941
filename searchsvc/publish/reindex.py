"""One run: read what changed, build a generation aside, try it, make it the live one."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from searchsvc.articles.listing import Listing, Outcome, Row, id_of, rivals
from searchsvc.articles.readers import Readers
from searchsvc.articles.rejection import Rejection
from searchsvc.errors import SearchsvcError
from searchsvc.publish import last_run
from searchsvc.publish.before import Before
from searchsvc.publish.changes import CorpusChanges, compare, refusal, withdrawn
from searchsvc.publish.destination import Builder, Destination, FailedCheck
from searchsvc.publish.folder_destination import FolderDestination
from searchsvc.publish.generations import ROLLED_BACK, IndexFolder
from searchsvc.publish.progress import Progress, Silent
from searchsvc.publish.removals import Removals, removals, withheld
from searchsvc.publish.report import Counts, ReindexReport, Status, refused
from searchsvc.publish.state import CorpusState, FileState
from searchsvc.settings import Settings

if TYPE_CHECKING:
    from searchsvc.articles.article import Article
    from searchsvc.articles.corpus import FileReading

_OBJECTS_BETWEEN_COLLECTIONS = 100_000


def reindex(
    settings: Settings,
    *,
    full: bool = False,
    forward: bool = False,
    wait: bool = False,
    progress: Progress | None = None,
) -> ReindexReport:
    """Bring the index up to date with the corpus, or refuse and leave the live one.

    After a rollback nothing is published until it is told to go `forward`. Raises Locked if another
    run is at work.
    """
    if settings.corpus.resolve().is_relative_to(settings.index.resolve()):
        # An index folder is closed to others, and what it does not know there is in the way.
        return refused(f"{settings.index} holds the corpus: an index has a folder of its own")
    folder = IndexFolder(settings.index)
    folder.make()
    with folder.locked(wait=wait), rarely_collecting():
        report = _Run(settings, folder, full, forward, progress or Silent()).run()
        last_run.record(folder.root, report)
        return report


def _destination(settings: Settings, folder: IndexFolder) -> Destination:
    if settings.engine == "opensearch":
        from searchsvc.publish.cluster_destination import ClusterDestination

        return ClusterDestination(folder, settings)
    return FolderDestination(folder, settings)


@contextmanager
def rarely_collecting() -> Iterator[None]:
    """Keeps Python's collector of cycles from going through all articles over and over.

    Some objects for every article live to the end of a run, and hold no cycles.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


class _Run:
    """The steps of one run, and what each leaves for the next."""

    def __init__(
        self,
        settings: Settings,
        folder: IndexFolder,
        full: bool,
        forward: bool,
        progress: Progress,
    ) -> None:
        self._started = time.monotonic()
        self._settings = settings
        self._folder = folder
        self._full = full
        self._progress = progress
        self._now = settings.clock()
        self._before = Before(folder.named(), None, CorpusState.of(()), 0.0, None, is_lost=False)
        self._destination: Destination | None = None
        self._editors: list[Rejection] = []
        self._kept: list[Rejection] = []
        self._forward = forward
        self._removed: Removals = {}
        self._taken_down: set[str] = set()

    def run(self) -> ReindexReport:
        settings = self._settings
        try:
            destination = self._destination = _destination(settings, self._folder)
            destination.clear()
            self._before = destination.before(full=self._full)
            if reason := self._conflict():
                return self._refuse(reason)
            self._removed = removals(self._folder)
            with Readers(settings.corpus, settings.read_processes, settings.conventions) as readers:
                is_walking = readers.begin_to_walk(len(self._before.state))
                self._keep_editors()
                if is_walking:
                    destination.prepare()
                after = self._read(readers)
            found = compare(self._before.state, self._before.clock, after, self._now)
            if reason := refusal(found, settings, len(self._kept)):
                return self._refuse(reason, found)
            if self._is_unchanged(found):
                return self._keep(after, found)
            return self._publish(after, found)
        except SearchsvcError as error:
            return self._refuse(str(error))
        except OSError as error:
            # A full disk, most likely: the live generation does not depend on what was written.
            return self._refuse(f"the index cannot be written: {error}")
        finally:
            self._discard()

    def _conflict(self) -> str | None:
        """Why this run must not even begin without a person's word."""
        rolled_back = self._folder.rolled_back()
        if rolled_back and not self._forward:
            return (
                f"rolled back from {rolled_back.left} at {rolled_back.at}, and the live index "
                "stays as it is; when the articles are right, run `searchsvc reindex --forward`"
            )
        language, allowed = self._before.language, self._settings.max_removals
        if language and language != self._settings.language and not self._full:
            return (
                f"the live index is in the language `{language}`, the settings say "
                f"`{self._settings.language}`; if that is meant, run `searchsvc reindex --full`"
            )
        fields, wanted = self._before.fields, str(self._settings.conventions)
        if fields is not None and fields != wanted and not self._full:
            return (
                "the live index was read with other `fields` or another `url_template` "
                f"({fields or 'none'}; the settings say {wanted or 'none'}); if that is meant, run "
                "`searchsvc reindex --full`"
            )
        if self._before.is_lost and not (allowed.is_share and allowed.amount >= 100):
            return (
                f"nothing in {self._folder.root} tells any more which articles are live, so "
                "nothing would show that some are missing; if the corpus is whole, run "
                "`searchsvc reindex --max-removals 100%`"
            )
        return None

    def _keep_editors(self) -> None:
        from searchsvc import editorial

        settings = self._settings
        self._editors = editorial.keep(settings.synonyms, settings.curation, settings.index)

    def _read(self, readers: Readers) -> CorpusState:
        """Read what changed and pass it on to the builder, file by file in path order."""
        carried = self._before.carried
        listing = self._with_what_is_out_of_reach(readers.walk())
        places = carried.places_of(listing.paths)
        are_same = carried.are_same(places, listing)
        are_same[self._places_of_removed(listing)] = False
        unread = np.flatnonzero(~are_same).tolist()
        readings = readers.read([listing[place] for place in unread])
        sharing = rivals(listing)
        owners: dict[str, str] = {}
        news: dict[int, FileState] = {}
        in_question = sorted(sharing.union(unread))
        for place in self._progress.track(in_question, len(in_question), "Reading"):
            reading = None if are_same[place] else next(readings)
            known = carried[int(places[place])] if places[place] >= 0 else None
            state = self._unless_removed(self._state_of(reading, known))
            if place in sharing:
                state = state.claim(owners)
            news[place] = state
            if reading and reading.article and state.outcome is Outcome.PUBLISHED:
                old = carried.published(state.id, int(places[place]))
                self._index(reading.article, state, old)
        after = carried.renewed(listing.paths, places, news)
        for article_id in withdrawn(carried, after):
            self._building().delete(article_id)
        return after

    def _with_what_is_out_of_reach(self, listing: Listing) -> Listing:
        """What a folder held that cannot be read stays as it was, where it can be carried over."""
        rows: list[Row] = []
        for folder, reason in listing.unreadable.items():
            for place in self._before.state.within(folder):
                file = self._before.state[place]
                is_kept = self._before.manifest is not None
                fault = None if is_kept else f"its folder {folder} {reason}"
                rows.append((file.path, file.size, file.modified, fault))
                if is_kept and file.outcome is Outcome.PUBLISHED:
                    self._kept.append(Rejection(file.path, None, f"its folder {reason}"))
        return listing.with_rows(rows) if rows else listing

    def _state_of(self, reading: FileReading | None, known: FileState | None) -> FileState:
        """Of a file as it was read, or as it was `known` where it was not or cannot be."""
        if reading is None:
            assert known is not None
            return known
        if reading.outcome is Outcome.UNREADABLE and known is not None:
            assert reading.rejection is not None
            self._kept.append(reading.rejection)
            return replace(known, size=-1)
        return FileState.of(reading)

    def _places_of_removed(self, listing: Listing) -> list[int]:
        if not self._removed:
            return []
        return [place for place, path in enumerate(listing.paths) if id_of(path) in self._removed]

    def _unless_removed(self, state: FileState) -> FileState:
        held_down = withheld(state, self._removed)
        if held_down is not state:
            self._taken_down.add(state.id)
        return held_down

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

    def _building(self) -> Builder:
        assert self._destination
        return self._destination.building()

    def _is_unchanged(self, found: CorpusChanges) -> bool:
        manifest = self._before.manifest
        return (
            manifest is not None
            and tuple(manifest.weights) == tuple(self._settings.field_weights)
            and not (self._destination and self._destination.is_building)
            and not found.changes_who_is_live
        )

    def _keep(self, after: CorpusState, found: CorpusChanges) -> ReindexReport:
        """Nothing to publish; the files' new times are noted, so that they are not read again."""
        assert self._destination
        name = self._destination.keep(after, self._now)
        self._go_forward()
        return self._report("unchanged", None, name, found)

    def _publish(self, after: CorpusState, found: CorpusChanges) -> ReindexReport:
        assert self._destination
        self._building()
        self._progress.say("Writing the index ...")
        try:
            name = self._destination.publish(after, found.counts.articles, self._now)
        except FailedCheck as error:
            return self._refuse(str(error), found)
        self._go_forward()
        return self._report("published", None, name, found)

    def _go_forward(self) -> None:
        (self._folder.root / ROLLED_BACK).unlink(missing_ok=True)

    def _refuse(self, reason: str, found: CorpusChanges | None = None) -> ReindexReport:
        return self._report("refused", reason, self._before.name, found)

    def _discard(self) -> None:
        """Give up what was being built."""
        if self._destination is not None:
            self._destination.discard()

    def _report(
        self, status: Status, reason: str | None, name: str | None, found: CorpusChanges | None
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
            kept=tuple(self._kept),
            taken_down=tuple(sorted(self._taken_down)),
        )
