"""Builds a generation aside: the Whoosh index, carried over or new, its columns, its manifest."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh import index as whoosh_index

from searchsvc import ranking
from searchsvc.analysis import ANALYSIS_VERSION
from searchsvc.article import Article
from searchsvc.columns import Columns
from searchsvc.engine.stock import LiveStatistics
from searchsvc.generations import FORMAT_VERSION, Manifest, write_manifest
from searchsvc.ranking import NO_DATE
from searchsvc.schema import EXACT, document, schema
from searchsvc.vocabulary import TEXT_FIELDS

WRITER_MEMORY_MB = 512
_WHOOSH_FILES = ("MAIN_", "_MAIN_")


def built_with(language: str) -> dict[str, str]:
    """What an index's terms depend on: if any of it differs, nothing can be carried over."""
    return {
        "engine": "stock",
        "whoosh": version("whoosh"),
        "snowballstemmer": version("snowballstemmer"),
        "analysis": str(ANALYSIS_VERSION),
        "language": language,
    }


class GenerationBuilder:
    """Writes one generation into an empty folder; `carried` is the one it begins from, if any.

    Whatever goes wrong, `cancel` and leave the folder: nothing refers to it.
    """

    def __init__(self, folder: Path, language: str, carried: Path | None) -> None:
        self.folder = folder
        self._language = language
        if carried is None:
            index = whoosh_index.create_in(str(folder), schema(language))
        else:
            _link_index(carried, folder)
            index = whoosh_index.open_dir(str(folder))
        self._writer: Any = index.writer(limitmb=WRITER_MEMORY_MB)
        self.is_changed = carried is None

    def delete(self, article_id: str) -> None:
        self._writer.delete_by_term("id", article_id)
        self.is_changed = True

    def add(self, article: Article) -> None:
        self._writer.add_document(**document(article))
        self.is_changed = True

    def cancel(self) -> None:
        self._writer.cancel()

    def finish(self, now: float) -> Manifest:
        """Write everything, with the statistics of `now` (epoch seconds).

        Optimised, as scores would otherwise know the deleted articles.
        """
        if self.is_changed:
            self._writer.commit(optimize=True)
        else:
            self._writer.cancel()
        articles, lengths = _stored(self.folder)
        columns = Columns.build(articles)
        columns.save(self.folder)
        live = (columns.published_at <= now) | (columns.published_at == NO_DATE)
        held = [articles[doc] for doc in np.flatnonzero(~live)]
        _statistics(lengths[live], held, self._language).save(self.folder)
        manifest = Manifest(
            format=FORMAT_VERSION,
            built_with=built_with(self._language),
            articles=int(live.sum()),
            held=len(held),
            clock=now,
            published_at=now,
            quality_pivot=ranking.pivot(columns.quality[live]),
            heat_pivot=ranking.pivot(columns.heat[live]),
        )
        write_manifest(self.folder, manifest)
        return manifest


def _link_index(source: Path, target: Path) -> None:
    """Share Whoosh's files, which never change; copy where the file system has no hard links."""
    for entry in source.iterdir():
        if entry.name.startswith(_WHOOSH_FILES) and not entry.name.endswith("LOCK"):
            try:
                os.link(entry, target / entry.name)
            except OSError:
                shutil.copyfile(entry, target / entry.name)


def _stored(folder: Path) -> tuple[list[Article], npt.NDArray[np.int64]]:
    """Every article in document order, and its lengths; [articles, text fields]."""
    with whoosh_index.open_dir(str(folder), readonly=True).reader() as reader:
        stored = [reader.stored_fields(doc) for doc in range(reader.doc_count_all())]
    lengths = np.array([fields["lengths"] for fields in stored], np.int64)
    articles = [Article.from_json(fields["article"]) for fields in stored]
    return articles, lengths.reshape(-1, len(TEXT_FIELDS))


def _statistics(
    live_lengths: npt.NDArray[np.int64], held: Iterable[Article], language: str
) -> LiveStatistics:
    lengths: dict[str, int] = {}
    for name, total in zip(TEXT_FIELDS, live_lengths.sum(axis=0), strict=True):
        lengths[name] = lengths[EXACT[name]] = int(total)
    fields = schema(language)
    frequencies: dict[str, Counter[str]] = {name: Counter() for name in lengths}
    for article in held:
        values = document(article)
        for name, counts in frequencies.items():
            counts.update({token.text for token in fields[name].analyzer(values.get(name, ""))})
    return LiveStatistics(
        len(live_lengths), lengths, {name: dict(counts) for name, counts in frequencies.items()}
    )
