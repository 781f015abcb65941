"""A generation made of another one alone, without looking at any file of the corpus."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from searchsvc.errors import NoIndex
from searchsvc.index import Generation, GenerationWriter
from searchsvc.index.manifest import read_manifest, verify
from searchsvc.publish import canary
from searchsvc.publish.before import record_live
from searchsvc.publish.generations import IndexFolder, remove
from searchsvc.publish.removals import Removals, without
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Settings
from searchsvc.suggest.building import write_tables


def derive(
    folder: IndexFolder,
    settings: Settings,
    source: str,
    removed: Removals,
    *,
    purge: bool = False,
    target: Path | None = None,
) -> str:
    """Writes and syncs what a generation is without the removed articles; the new one's name.

    To `purge` leaves none of their words in any file. The `target` is an empty folder, a new one
    where none is given. The lock must be held. Raises NoIndex where the source, or what was made
    of it, is not in order.
    """
    carried = folder.path(source)
    manifest = read_manifest(carried)
    verify(carried, manifest.files)
    target = target or folder.new()
    try:
        language, weights = manifest.language, tuple(manifest.weights)
        writer = GenerationWriter(target, language, weights, carried, purge=purge)
        for article_id in removed:
            writer.delete(article_id)
        now = settings.clock()
        made = writer.finish(
            now, manifest.built_with, lambda written: write_tables(target, written)
        )
        if (state := CorpusState.load(carried)) is not None:
            without(state, removed).save(target)
        with ThreadPoolExecutor(1) as beside:
            synced = beside.submit(folder.sync, target.name)
            wrong = canary.fault(target, settings, made.articles, now)
            synced.result()
        if wrong:
            raise NoIndex(f"{source} without the articles fails its check: {wrong}")
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return target.name


def holds_any(folder: IndexFolder, name: str, article_ids: Collection[str]) -> bool:
    """Whether a generation has any of these articles. Raises NoIndex."""
    generation = Generation(folder.path(name))
    return any(generation.find(article_id) is not None for article_id in article_ids)


def put_live(
    folder: IndexFolder, settings: Settings, name: str, instead_of: Collection[str]
) -> None:
    """Makes a generation that is on disk the live one; those whose place it takes are removed."""
    before = folder.named()
    if (state := CorpusState.load(folder.path(name))) is not None:
        record_live(folder, name, read_manifest(folder.path(name)).built_with, state)
    if rolled_back := folder.rolled_back():
        folder.hold(replace(rolled_back, live=[*rolled_back.live[-1:], name]))
    folder.publish(name)
    with suppress(OSError):  # what follows can wait for the next run
        if before and (checked_at := folder.checked_at(before)):
            folder.mark_checked(name, checked_at)
        for source in {*instead_of} - {name}:
            remove(folder.path(source))
        folder.clear(settings.keep_generations)
