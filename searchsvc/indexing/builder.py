"""Builds a generation aside: the Whoosh index, carried over or new, its columns, its manifest."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from whoosh import index as whoosh_index

from searchsvc import ranking
from searchsvc.analysis import ANALYSIS_VERSION
from searchsvc.article import Article
from searchsvc.columns import Columns
from searchsvc.engine.stock import HeldStatistics
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
        articles = _articles(self.folder)
        columns = Columns.build(articles)
        columns.save(self.folder)
        held = [a for a in articles if a.published_at and a.published_at.timestamp() > now]
        _held_statistics(held, self._language).save(self.folder)
        live = (columns.published_at <= now) | (columns.published_at == NO_DATE)
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


def _articles(folder: Path) -> list[Article]:
    """Every article in document order."""
    with whoosh_index.open_dir(str(folder), readonly=True).reader() as reader:
        return [
            Article.from_json(reader.stored_fields(doc)["article"])
            for doc in range(reader.doc_count_all())
        ]


def _held_statistics(held: Iterable[Article], language: str) -> HeldStatistics:
    analyzers = schema(language)
    documents = 0
    lengths: Counter[str] = Counter()
    frequencies: dict[str, Counter[str]] = {}
    for article in held:
        documents += 1
        values = document(article)
        for name in (*TEXT_FIELDS, *EXACT.values()):
            terms = [token.text for token in analyzers[name].analyzer(values.get(name, ""))]
            lengths[name] += len(terms)
            frequencies.setdefault(name, Counter()).update(set(terms))
    return HeldStatistics(documents, dict(lengths), {n: dict(c) for n, c in frequencies.items()})
