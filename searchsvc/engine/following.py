"""Follows the live generation: opened beside the answers, tried again where it cannot be opened.

What is open goes on answering whatever becomes of its folder. Only where another program has
written into its files is it given up: what is mapped is then no longer what was verified. Where
nothing is open and the live generation is damaged, the newest whole one is opened instead.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from searchsvc.errors import NoIndex
from searchsvc.index import FileChange
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.removals import RemovalsLost, removed_ids
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.result import IndexStatus, Trouble
from searchsvc.search.view import IndexView, OpenGeneration
from searchsvc.suggest.suggester import Suggester
from searchsvc.suggest.tables import SuggestTables

FIRST_DELAY, LONGEST_DELAY = 1.0, 60.0
"""Seconds after which what could not be opened is tried again; each time twice as long."""
PATIENCE = 0.05
"""Seconds for which the request that finds a new generation, or damage, waits for what comes of it:
a small one is open then, as whoever has just published expects."""
LOOK_SECONDS = 1.0
"""How often the files of what is open are looked at, while anybody asks."""
_OPEN_TRIES = 3
OPENER = "opens a generation"
"""The name of the thread that does."""
_LOG = logging.getLogger(__name__)

Stamp = tuple[int, int, int]


@dataclass(slots=True)
class Serving:
    """A generation that answers, with all that is remembered of it: both go together."""

    opened: OpenGeneration
    tables: SuggestTables
    hidden: frozenset[str] = frozenset()
    view: tuple[frozenset[str], IndexView] | None = None
    cache: QueryCache | None = None
    suggester: tuple[IndexView, Suggester[int]] | None = None
    status: tuple[IndexView, Stamp | None, IndexStatus] | None = None
    change: FileChange | None = None
    looked_at: float = field(default_factory=time.monotonic)

    @property
    def name(self) -> str:
        return self.opened.generation.name

    def view_at(self, now: float) -> IndexView:
        """Made with the ids it leaves out beside it: others may be hidden while it is made."""
        hidden, made = self.hidden, self.view
        if made is None or made[0] is not hidden or not made[1].holds(now):
            made = self.view = hidden, self.opened.at(now, hidden)
        return made[1]

    def look(self) -> FileChange | None:
        """What has become of its files."""
        self.change, self.looked_at = self.opened.generation.files.change(), time.monotonic()
        return self.change

    def has_news(self) -> bool:
        """Whether something else has become of its files than when it was last looked at."""
        if time.monotonic() - self.looked_at < LOOK_SECONDS:
            return False
        before = self.change
        return self.look() != before

    def hide(self, hidden: frozenset[str]) -> None:
        """Leaves out the articles of these ids, which a person has taken down."""
        if hidden != self.hidden:
            self.hidden = hidden


Open = Callable[[Path], Serving]


@dataclass(frozen=True, slots=True)
class _Failure:
    """Of the last attempt: when it is due again (monotonic), and after how many."""

    trouble: Trouble
    tries: int = 1
    due: float = field(init=False)

    def __post_init__(self) -> None:
        delay = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(self.tries - 1, 30))
        object.__setattr__(self, "due", time.monotonic() + delay)


class Follower:
    """Shared by all threads. Whoever asks first opens; after that one thread does, while asked."""

    def __init__(self, folder: IndexFolder, open_folder: Open) -> None:
        self._folder = folder
        self._open = open_folder
        self._lock = threading.Lock()
        self._serving: Serving | None = None
        self._stamp: Stamp | None = None
        self._failure: _Failure | None = None
        self._opener: threading.Thread | None = None

    @property
    def stamp(self) -> Stamp | None:
        """Differs after each reindex that has been noticed."""
        return self._stamp

    @property
    def trouble(self) -> Trouble | None:
        failure = self._failure
        return failure.trouble if failure else None

    def serving(self) -> Serving:
        """What answers now. Raises NoIndex where nothing does."""
        serving, failure = self._serving, self._failure
        is_new = self._folder.current_stamp() != self._stamp
        is_due = failure is not None and time.monotonic() >= failure.due
        has_news = is_new or serving is not None and serving.has_news()
        if has_news or is_due:
            if serving is None and (is_new or failure is None):
                return self._first()
            self._open_beside(PATIENCE if has_news else 0)
            serving = self._serving
        if serving is None:
            return self._first() if failure is None else self._none(failure)
        return serving

    def close(self) -> None:
        """Lets go of what is open; a later question opens it again."""
        with self._lock:
            self._serving = self._stamp = self._failure = self._opener = None

    def _first(self) -> Serving:
        """The one opening that is waited for."""
        with self._lock:
            failure = self._failure
            is_known = failure is not None and self._folder.current_stamp() == self._stamp
            if self._serving is None and not is_known:
                self._take(*self._attempt(None))
            if self._serving is not None:
                return self._serving
            assert self._failure is not None
            return self._none(self._failure)

    def _none(self, failure: _Failure) -> Serving:
        raise NoIndex(failure.trouble.reason)

    def _open_beside(self, patience: float) -> None:
        with self._lock:
            opener = self._opener
            if opener is None or not opener.is_alive():
                opener = threading.Thread(target=self._run, name=OPENER, daemon=True)
                try:
                    opener.start()
                except RuntimeError as error:  # as many threads as the system allows
                    stamp = self._folder.current_stamp()
                    self._take(stamp, self._serving, f"the live generation is not opened: {error}")
                    return
                self._opener = opener
            else:
                patience = 0
        if patience:
            opener.join(patience)

    def _run(self) -> None:
        serving = self._serving
        attempt = self._attempt(serving)
        with self._lock:
            # Closed meanwhile, it is nobody's any more.
            if self._opener is threading.current_thread():
                self._opener = None
                self._take(*attempt)

    def _attempt(self, serving: Serving | None) -> tuple[Stamp | None, Serving | None, str]:
        """What should answer from now on, and why that is not what CURRENT names."""
        stamp = self._folder.current_stamp()
        reason = ""
        try:
            return stamp, self._live(serving), ""
        except NoIndex as error:
            reason = str(error)
        except Exception as error:  # memory that is not there, or a fault of ours
            reason = f"the live generation cannot be opened: {error!r}"
            if self.trouble is None or self.trouble.reason != reason:
                _LOG.exception("%s: opening failed", self._folder.root)
        if serving is None or (change := serving.look()) and change.reaches_us:
            serving = self._fallback()
        return stamp, serving, reason

    def _live(self, serving: Serving | None) -> Serving:
        """What CURRENT names; looked at again if a reindex removed it in between.

        CURRENT also changes when a reindex has found nothing to do: what is open stays. It is
        opened anew if it has other files now: restored from a backup, or damaged.
        """
        for attempt in range(_OPEN_TRIES):
            name = self._folder.current()
            if name is None:
                root = self._folder.root
                if serving is None and not self._folder.was_published():
                    raise NoIndex(f"there is no index in {root} yet; run `searchsvc reindex`")
                raise NoIndex(f"{root / 'CURRENT'} is gone; run `searchsvc reindex`")
            if serving is not None and serving.name == name and serving.look() is None:
                return serving
            try:
                return self._open(self._folder.path(name))
            except NoIndex:
                if attempt == _OPEN_TRIES - 1 or self._folder.current() == name:
                    raise
        raise AssertionError("unreachable")

    def _fallback(self) -> Serving | None:
        """The newest generation that can be opened, of an index that was published once."""
        if not self._folder.was_published():
            return None
        for name in self._folder.fallbacks():
            try:
                return self._open(self._folder.path(name))
            except Exception as error:
                if self._failure is None:
                    _LOG.warning("generation %s cannot be opened either: %r", name, error)
        return None

    def _hide(self, serving: Serving, reason: str) -> str:
        """Leaves out what is taken down; the reason, or another where nothing tells what is.

        What was taken down stays down where the folder, or the list of it, is out of reach.
        """
        hidden = serving.hidden | (self._serving.hidden if self._serving else frozenset())
        try:
            removed = removed_ids(self._folder)
        except RemovalsLost as error:
            serving.hide(hidden)
            return reason or str(error)
        serving.hide(removed | hidden if reason else removed)
        return reason

    def _take(self, stamp: Stamp | None, serving: Serving | None, reason: str) -> None:
        """Answer from this. Logs a new reason, and that it is over; where nothing answers and
        nothing did, the first who asks is told.
        """
        before, is_new = self._failure, stamp != self._stamp
        was_open = self._serving is not None
        if serving is not None:
            reason = self._hide(serving, reason)
        self._serving, self._stamp = serving, stamp
        if not reason:
            if before is not None and serving is not None:
                _LOG.warning("generation %s is open, which is the live one", serving.name)
            self._failure = None
            return
        if before is None:
            self._failure = _Failure(Trouble(reason, time.time()))
        else:
            tries = 1 if is_new else before.tries + 1
            self._failure = _Failure(Trouble(reason, before.trouble.since), tries)
        is_told = serving is not None or was_open or before is not None
        if is_told and (before is None or before.trouble.reason != reason):
            answers = f"generation {serving.name} answers" if serving else "nothing answers"
            _LOG.warning("%s; %s", reason, answers)
