"""Takes articles down at once, and brings them back: what `searchsvc remove` does."""

from __future__ import annotations

import difflib
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import numpy as np

from searchsvc.articles.listing import Outcome
from searchsvc.errors import Locked, NoIndex
from searchsvc.index import Generation
from searchsvc.index.strings import decoded
from searchsvc.publish.derivation import derive, holds_any, put_live
from searchsvc.publish.generations import IndexFolder, remove
from searchsvc.publish.removals import Removal, Removals, change, removals
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Settings

PATIENCE = 10.0
"""Seconds for which a running reindex is waited for: readers see nothing of the articles then."""


@dataclass(frozen=True, slots=True)
class Takedown:
    """What became of the articles.

    `pending`: servers hide them, and another run has to end before they leave the index.
    """

    status: Literal["done", "pending", "refused"]
    reason: str | None = None
    generation: str | None = None
    removed: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    purged: bool = False
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def take_down(
    settings: Settings,
    article_ids: Sequence[str],
    *,
    purge: bool = False,
    force: bool = False,
    patience: float = PATIENCE,
) -> Takedown:
    """Takes articles down until that is undone, whatever reindexes do.

    Unknown ones are left out unless by `force`. To `purge` leaves none of the words of anything
    that is taken down in any file of the index. Raises RemovalsLost and OSError.
    """
    started = time.monotonic()
    folder = IndexFolder(settings.index)
    if not folder.root.is_dir():
        return Takedown("refused", f"there is no index in {folder.root}")
    older = folder.fallbacks() if purge and settings.engine != "opensearch" else []
    unknown = () if force else tuple(_unknown(folder, settings, article_ids, older))
    known = tuple(one for one in dict.fromkeys(article_ids) if one not in unknown)
    since = _now()

    def add(found: Removals) -> None:
        for article_id in known:
            found.setdefault(article_id, Removal(since))

    change(folder, add)
    done = Takedown("done", removed=known, unknown=unknown)
    try:
        with folder.locked(seconds=patience):
            done = replace(done, generation=_take_out(folder, settings, purge), purged=purge)
    except Locked as error:
        reason = f"{error}. Servers hide the articles already, and later reindexes leave them out"
        reason += "; nothing is purged yet, run this again" if purge else ""
        done = replace(done, status="pending", reason=reason)
    except NoIndex as error:
        reason = f"{error}. Servers hide the articles, and every reindex leaves them out"
        done = replace(done, status="refused", reason=reason)
    return replace(done, seconds=time.monotonic() - started)


def bring_back(settings: Settings, article_ids: Sequence[str]) -> Takedown:
    """Undoes it: the next reindex finds the articles' files again. Raises RemovalsLost, OSError."""
    started = time.monotonic()
    folder = IndexFolder(settings.index)
    if not folder.root.is_dir():
        return Takedown("refused", f"there is no index in {folder.root}")
    undone: list[str] = []

    def drop(found: Removals) -> None:
        undone.extend(one for one in dict.fromkeys(article_ids) if found.pop(one, None))

    change(folder, drop)
    unknown = tuple(one for one in article_ids if one not in undone)
    seconds = time.monotonic() - started
    return Takedown("done", undone=tuple(undone), unknown=unknown, seconds=seconds)


def _unknown(
    folder: IndexFolder, settings: Settings, article_ids: Sequence[str], older: Sequence[str]
) -> list[str]:
    """Those that neither the live generation nor `older` ones have."""
    known = set(removals(folder)).union(_ids(folder, settings))
    for name in older:
        with suppress(NoIndex):
            known.update(_articles(Generation(folder.path(name))))
    return [one for one in article_ids if one not in known]


def _ids(folder: IndexFolder, settings: Settings) -> list[str]:
    """Of all files that the last run found, published or not; else of all articles.

    Looked at again if another run has put a generation in the place of the one looked at.
    """
    if settings.engine == "opensearch":
        from searchsvc.publish.cluster_removal import known_ids

        return known_ids(settings)
    name = folder.named()
    while name is not None:
        with suppress(NoIndex):
            if (state := CorpusState.load(folder.path(name))) is not None:
                return state.ids(np.flatnonzero(~state.having(Outcome.SKIPPED)).tolist())
            return _articles(Generation(folder.path(name)))
        before, name = name, folder.named()
        if name == before:
            break
    return []


def _articles(generation: Generation) -> list[str]:
    return [decoded(one) for segment in generation.segments for one in segment.data.ids]


def nearest(settings: Settings, article_id: str) -> str | None:
    """The known id that one meant, most likely."""
    ids = _ids(IndexFolder(settings.index), settings)
    return next(iter(difflib.get_close_matches(article_id, ids, n=1, cutoff=0.8)), None)


def _take_out(folder: IndexFolder, settings: Settings, purge: bool) -> str | None:
    """Takes what is removed out of what is live, wherever that is; its name."""
    if settings.engine == "opensearch":
        from searchsvc.publish.cluster_removal import take_out

        return take_out(settings, removals(folder), purge=purge)
    return _rewrite(folder, settings, purge)


def _rewrite(folder: IndexFolder, settings: Settings, purge: bool) -> str | None:
    """Makes a generation without the articles the live one; the live one's name."""
    removed = removals(folder)
    current = folder.current()
    if current is None:
        return None
    if purge:
        return _purge(folder, settings, removed, current)
    if not holds_any(folder, current, removed):
        return current
    name = derive(folder, settings, current, removed)
    put_live(folder, settings, name, instead_of=[current])
    return name


def _purge(folder: IndexFolder, settings: Settings, removed: Removals, current: str) -> str:
    """Writes every generation that is kept anew; their names rise as those of their sources.

    The live one is written first: were this killed, nothing whole that is older is above it.
    """
    sources = [*reversed(folder.fallbacks()), current]
    targets: list[Path] = []
    try:
        targets.extend(folder.new() for _ in sources)
        for source, target in zip(reversed(sources), reversed(targets), strict=True):
            with suppress(*([] if source == current else [NoIndex])):  # nobody can return to it
                derive(folder, settings, source, removed, purge=True, target=target)
    except BaseException:
        for target in targets:
            remove(target)
        raise
    live = targets[-1].name
    put_live(folder, settings, live, instead_of=sources)
    purged = _now()

    def mark(found: Removals) -> None:
        for article_id, removal in found.items():
            if article_id in removed and removal.purged is None:
                found[article_id] = replace(removal, purged=purged)

    change(folder, mark)
    return live


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
