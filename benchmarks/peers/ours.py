"""searchsvc itself, through the names it offers to everyone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.peers import TOP, Answer
from benchmarks.workload import Query
from searchsvc import Article, SearchRequest, open_engine
from searchsvc.index.manifest import read_manifest, verify
from searchsvc.publish.builder import GenerationBuilder
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import rarely_collecting
from searchsvc.settings import load

SETTINGS = {"SEARCHSVC_NOW": "2026-06-01T00:00:00Z", "SEARCHSVC_TIME_BUDGET_MS": "600000"}
"""After the newest article, so that none is held back; and no answer cut short."""


class Ours:
    label: ClassVar[str] = "searchsvc"

    @staticmethod
    def index(articles: Sequence[Article], folder: Path) -> None:
        """A generation, whole and published, as `reindex` makes it once the files are read."""
        settings = load(environ=SETTINGS).settings
        index = IndexFolder(folder)
        index.make()
        with rarely_collecting():
            builder = GenerationBuilder(index.new(), settings, carried=None)
            for article in articles:
                builder.add(article)
            builder.finish(settings.clock())
            index.sync(builder.folder.name)
            index.publish(builder.folder.name)

    @staticmethod
    def load() -> None:
        """The engine, as others' compiled code comes with their import."""
        import_module("searchsvc.engine.embedded")

    @staticmethod
    def verify(folder: Path) -> float:
        """All checksums, which opening looks at too; returns of how many MB they are."""
        index = IndexFolder(folder)
        generation = index.path(index.current() or "")
        files = read_manifest(generation).files
        verify(generation, files)
        return sum((generation / name).stat().st_size for name in files) / 1e6

    def __init__(self, folder: Path) -> None:
        os.environ.update(SETTINGS)
        self._engine = open_engine(folder)
        self._engine.status()

    def search(self, query: Query, *, highlight: bool = False) -> Answer:
        result = self._engine.search(_request(query, highlight))
        return Answer(
            total=result.total,
            hits=result.hits,
            titles=[hit.title for hit in result.hits],
            exact=not result.partial,
            highlights=[
                (marks.title, marks.excerpt) for hit in result.hits if (marks := hit.highlights)
            ],
            facets={facet.value: facet.count for facet in result.facets.get("topic", ())},
        )


def _request(query: Query, highlight: bool) -> SearchRequest:
    options: dict[str, Any] = {"size": TOP, "highlight": highlight}
    if query.topic:
        options |= {"topic": (query.topic,), "facets": "topic"}
    if query.newest:
        options["sort"] = "newest"
    return SearchRequest(query.text, **options)
