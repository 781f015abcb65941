"""Publishes generations in the index folder: for the embedded engine."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from searchsvc.publish.before import Before, built_with, find_before, is_recorded, record_live
from searchsvc.publish.destination import FailedCheck
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Settings

if TYPE_CHECKING:
    from searchsvc.publish.builder import GenerationBuilder


class FolderDestination:
    """Builds a generation aside; CURRENT names it once it is whole and on disk."""

    def __init__(self, folder: IndexFolder, settings: Settings) -> None:
        self._folder = folder
        self._settings = settings
        self._before: Before | None = None
        self._aside: Path | None = None
        self._builder: GenerationBuilder | None = None

    def clear(self) -> None:
        self._folder.clear(self._settings.keep_generations)

    def before(self, *, full: bool) -> Before:
        self._before = find_before(self._folder, self._settings, full=full)
        return self._before

    def prepare(self) -> None:
        import_module("searchsvc.publish.builder")

    @property
    def is_building(self) -> bool:
        return self._builder is not None

    def building(self) -> GenerationBuilder:
        if self._builder is None:
            from searchsvc.publish.builder import GenerationBuilder

            before = self._before
            name = before.name if before and before.manifest else None
            carried = self._folder.path(name) if name else None
            # Known before it is built in: an interrupt may come at any moment.
            self._aside = self._folder.new()
            self._builder = GenerationBuilder(self._aside, self._settings, carried)
        return self._builder

    def keep(self, after: CorpusState, now: float) -> str:
        assert self._before and self._before.name
        name = self._before.name
        if after != self._before.state:
            after.save(self._folder.path(name))
        if not is_recorded(self._folder, name):
            record_live(self._folder, name, built_with(self._settings), after)
        self._folder.mark_checked(name, now)
        return name

    def publish(self, after: CorpusState, articles: int, now: float) -> str:
        from searchsvc.publish import canary

        builder = self.building()
        name = builder.folder.name
        builder.finish(now)
        after.save(builder.folder)
        with ThreadPoolExecutor(1) as beside:
            synced = beside.submit(self._folder.sync, name)
            wrong = canary.fault(builder.folder, self._settings, articles, now)
            synced.result()
        if wrong:
            raise FailedCheck(f"the new index failed its check: {wrong}")
        record_live(self._folder, name, built_with(self._settings), after)
        self._folder.publish(name)
        self._aside = self._builder = None
        with suppress(OSError):  # what follows can wait for the next run
            self._folder.mark_checked(name, now)
            self._folder.clear(self._settings.keep_generations)
        return name

    def discard(self) -> None:
        """Unless it is live: an error may come right after that."""
        if self._builder is not None:
            with suppress(Exception):
                self._builder.cancel()
            self._builder = None
        if self._aside is not None and not self._folder.may_name(self._aside.name):
            shutil.rmtree(self._aside, ignore_errors=True)
        self._aside = None
