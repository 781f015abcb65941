"""Articles that were taken down by hand, and stay down whatever their files say.

    index/REMOVED        their ids, since when, and whether their words were purged
    index/REMOVED.copy   the same: nothing else tells what was taken down

Both files can be read while a reindex is at work: they have a lock of their own. A server hides
what they name in whatever generation it has open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from searchsvc.articles.listing import Outcome, id_of
from searchsvc.durable import write_atomically
from searchsvc.errors import SearchsvcError
from searchsvc.publish.generations import REMOVED_LOCK, IndexFolder
from searchsvc.publish.state import CorpusState, FileState

REMOVED, COPY = "REMOVED", "REMOVED.copy"


class RemovalsLost(SearchsvcError):
    """Neither file can be read; publishing anything might bring back what was taken down."""


@dataclass(frozen=True, slots=True)
class Removal:
    """`since` and `purged` are times in UTC; `purged` is None while words may be left in files."""

    since: str
    purged: str | None = None


Removals = dict[str, Removal]


def removals(folder: IndexFolder) -> Removals:
    """What is taken down, by id. Raises RemovalsLost."""
    are_there = False
    for name in (REMOVED, COPY):
        try:
            return _read(folder.root / name)
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            are_there = True
    if not are_there:
        return {}
    raise RemovalsLost(
        f"{folder.root / REMOVED} cannot be read, and so nothing tells which articles were taken "
        "down; restore it from a backup, or delete it and take them down again "
        "(`searchsvc remove ID...`)"
    )


def _read(path: Path) -> Removals:
    try:
        told: dict[str, dict[str, Any]] = orjson.loads(path.read_bytes())["articles"]
        return {article_id: Removal(**removal) for article_id, removal in told.items()}
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path}: {error}") from error


def damaged(folder: IndexFolder) -> list[str]:
    """Which of the two files cannot be read, or is missing although the other is there."""
    wrong = []
    for name in (REMOVED, COPY):
        try:
            _read(folder.root / name)
        except (OSError, ValueError):
            wrong.append(name)
    return wrong if any((folder.root / name).exists() for name in (REMOVED, COPY)) else []


def removed_ids(folder: IndexFolder) -> frozenset[str]:
    """For who serves. Raises RemovalsLost, which is not the same as that nothing is taken down."""
    return frozenset(removals(folder))


def change(folder: IndexFolder, how: Callable[[Removals], None]) -> Removals:
    """Changes the files; servers hide or show what they name with the next query.

    Raises RemovalsLost.
    """
    with folder.locked(wait=True, name=REMOVED_LOCK):
        found = removals(folder)
        before = dict(found)
        how(found)
        if found != before:
            rewrite(folder, found)
        folder.touch_current()  # also if whoever wrote it was killed before
    return found


def rewrite(folder: IndexFolder, found: Removals) -> None:
    told = {article_id: asdict(found[article_id]) for article_id in sorted(found)}
    content = orjson.dumps({"articles": told}, option=orjson.OPT_INDENT_2) + b"\n"
    for name in (REMOVED, COPY):
        write_atomically(folder.root / name, content)


def withheld(state: FileState, removed: Removals) -> FileState:
    """A file's state, as unpublished if its article is taken down.

    It is read again with every run, so that it comes back when that is undone.
    """
    if state.outcome is not Outcome.PUBLISHED or state.id not in removed:
        return state
    return replace(
        state, outcome=Outcome.UNPUBLISHED, size=-1, digest=None, date=None, expires=None
    )


def without(state: CorpusState, removed: Removals) -> CorpusState:
    """The state of a corpus whose removed articles are as if unpublished."""
    places = [place for place, path in enumerate(state.paths) if id_of(path) in removed]
    news = {place: withheld(state[place], removed) for place in places}
    return state.renewed(state.paths, np.arange(len(state)), news)


__all__ = [
    "COPY",
    "REMOVED",
    "Removal",
    "Removals",
    "RemovalsLost",
    "change",
    "damaged",
    "removals",
    "removed_ids",
    "rewrite",
    "withheld",
    "without",
]
