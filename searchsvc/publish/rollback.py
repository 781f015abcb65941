"""Returns to the generation before the live one: what `searchsvc rollback` does."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from searchsvc.errors import NoIndex
from searchsvc.index.manifest import read_manifest
from searchsvc.publish import canary
from searchsvc.publish.derivation import derive, holds_any, put_live
from searchsvc.publish.generations import IndexFolder, RolledBack
from searchsvc.publish.removals import removals
from searchsvc.settings import Settings

PATIENCE = 10.0
"""Seconds for which a running reindex is waited for."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """`left` was live before, `generation` is now."""

    status: Literal["done", "refused"]
    reason: str | None
    generation: str | None
    left: str | None = None
    articles: int = 0
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "seconds": round(self.seconds, 3)}


def rollback(settings: Settings, *, patience: float = PATIENCE) -> Rollback:
    """Makes the newest generation before the live one live, and has reindexes leave it so.

    The one that is left is removed. Raises Locked, RemovalsLost and OSError.
    """
    started = time.monotonic()
    folder = IndexFolder(settings.index)
    if not folder.root.is_dir():
        return Rollback("refused", f"there is no index in {folder.root}", None)
    with folder.locked(seconds=patience):
        left = folder.named()
        if left is None:
            reason = f"{folder.root / 'CURRENT'} names no generation; run `searchsvc doctor`"
            return Rollback("refused", reason, None)
        source = newest_in_order(folder, settings)
        if source is None:
            return Rollback("refused", f"no generation older than {left} is left", left)
        try:
            name = without_removed(folder, settings, source)
        except NoIndex as error:
            return Rollback("refused", str(error), left)
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        folder.hold(RolledBack(left, [name], at))
        put_live(folder, settings, name, instead_of=[left, source])
        articles = read_manifest(folder.path(name)).articles
    return Rollback("done", None, name, left, articles, time.monotonic() - started)


def newest_in_order(folder: IndexFolder, settings: Settings) -> str | None:
    """The newest generation to fall back on that can be relied on."""
    for name in folder.fallbacks():
        if fault(folder, settings, name) is None:
            return name
    return None


def fault(folder: IndexFolder, settings: Settings, name: str) -> str | None:
    """What is wrong with a generation, by its checksums and by the questions asked of new ones."""
    try:
        manifest = read_manifest(folder.path(name))
    except NoIndex as error:
        return str(error)
    return canary.fault(folder.path(name), settings, manifest.articles, manifest.clock)


def without_removed(folder: IndexFolder, settings: Settings, source: str) -> str:
    """What was taken down since stays down."""
    removed = removals(folder)
    if not removed or not holds_any(folder, source, removed):
        return source
    return derive(folder, settings, source, removed)
