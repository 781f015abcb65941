"""Reindexes as files change: what `searchsvc watch` does."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from searchsvc.articles.listing import SUFFIXES
from searchsvc.errors import Locked, SearchsvcError
from searchsvc.publish.reindex import reindex
from searchsvc.publish.report import ReindexReport
from searchsvc.settings import Settings

QUIET_MS, LONGEST_MS = 100, 500
"""A burst of changes is one run: once nothing changes for so long, or has changed for so long."""
TICK_MS = 500
"""How often what waits is tried again."""
RETRY_SECONDS = 60.0
"""After a refusal, whose cause may lie elsewhere: a full disk, a mount that is gone."""
WALK_SECONDS = 3600.0
"""How often a run is made in any case: the system may lose a change, or tell of none."""
_FEW = 1_000
"""Of so few changes, starting other processes to read them would take longer than reading."""


class CannotWatch(SearchsvcError):
    """The system does not tell of changes; the message says what to do."""


def watch(settings: Settings, say: Callable[[str], None]) -> None:
    """Brings the index up to date now and after each change, until interrupted."""
    watcher = _Watcher(settings, say)
    while True:
        try:
            watcher.follow()
        except OSError as error:
            watcher.wait_for_corpus(error)


class _Watcher:
    """What the runs have come to, so that nothing is said twice."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self._due = 0.0
        self._said: str | None = None
        self._rejects: set[str] = set()

    def follow(self) -> None:
        """Ends with an OSError when the corpus is another folder than before, or out of reach."""
        folder = _identity(self._settings.corpus)
        self._due = 0.0
        for changed in _changes(self._settings):
            if changed or time.monotonic() >= self._due:
                self._run(changed)
            if not changed and _identity(self._settings.corpus) != folder:
                raise FileNotFoundError(self._settings.corpus)

    def wait_for_corpus(self, error: OSError) -> None:
        is_gone = isinstance(error, FileNotFoundError)
        how = "is not there" if is_gone else f"is out of reach: {error.strerror or error}"
        self._say_once(f"{self._settings.corpus} {how}; the index stays as it is")
        while not os.path.isdir(self._settings.corpus):  # which raises nothing
            time.sleep(TICK_MS / 1000)

    def _run(self, changed: int) -> None:
        few = 0 < changed <= _FEW
        settings = replace(self._settings, read_processes=1) if few else self._settings
        try:
            report = reindex(settings)
        except Locked:
            # Whatever changes meanwhile is of the same run.
            self._due = 0.0
            self._say_once("another run is at work; waiting for it to end")
            return
        except OSError as error:
            self._due = time.monotonic() + RETRY_SECONDS
            self._say_once(f"refused: {self._settings.index}: {error.strerror or error}")
            return
        wait = RETRY_SECONDS if report.status == "refused" else WALK_SECONDS
        self._due = time.monotonic() + wait
        self._tell(report)

    def _tell(self, report: ReindexReport) -> None:
        rejects = {str(rejection) for rejection in report.rejects}
        for rejection in sorted(rejects - self._rejects):
            self._say(f"rejected  {rejection}")
        self._rejects = rejects
        counts = report.counts
        if report.status == "published":
            self._said = None
            self._say(
                f"published {report.generation}: {counts.articles:,} articles, "
                f"{counts.added:,} added, {counts.changed:,} changed, {counts.removed:,} removed "
                f"({report.seconds:.1f} s)"
            )
        elif report.status == "refused":
            self._say_once(f"refused: {report.reason}")
        else:
            self._say_once(f"up to date: {counts.articles:,} articles")

    def _say_once(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self._say(line)


def _changes(settings: Settings) -> Iterator[int]:
    """How many files have changed since last asked; 0 now and then, at first soon."""
    import watchfiles

    is_wanted = _filter(settings)
    try:
        for changes in watchfiles.watch(
            settings.corpus,
            watch_filter=lambda _, path: is_wanted(path),
            debounce=LONGEST_MS,
            step=QUIET_MS,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
            ignore_permission_denied=True,
        ):
            yield len(changes)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CannotWatch(
            f"{settings.corpus} cannot be watched: {error}; raise the system's limit "
            "(`sysctl fs.inotify.max_user_watches`), or set WATCHFILES_FORCE_POLLING=1"
        ) from None


def _filter(settings: Settings) -> Callable[[str], bool]:
    """Which paths may concern a run: what is hidden, or of no article's suffix, does not."""
    corpus = os.path.realpath(settings.corpus)
    index = os.path.realpath(settings.index)

    def is_wanted(path: str) -> bool:
        if path == index or path.startswith(index + os.sep):
            return False
        relative = os.path.relpath(path, corpus)
        parts = relative.split(os.sep)
        if any(part.startswith(".") for part in parts if part not in (".", "..")):
            return False
        # A folder that has come or gone stands for what is in it.
        return relative.lower().endswith(SUFFIXES) or not os.path.isfile(path)

    return is_wanted


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino
