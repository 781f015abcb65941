"""Writing the index of one generation: what it begins from, what changes, its table of contents."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from searchsvc.articles.article import Article
from searchsvc.batch.columnsbuilder import GenerationColumns, build_columns
from searchsvc.batch.merging import Source, merge
from searchsvc.batch.policy import MergePolicy, SegmentSize
from searchsvc.batch.segmentset import Member, TableOfContents, link_segments, unlink_segment
from searchsvc.batch.writer import INDEX_NAME, BatchWriter
from searchsvc.columnar import ColumnarSegment
from searchsvc.index.columns import Columns, rating
from searchsvc.index.schema import schema

_USUAL = MergePolicy()


class IndexWriter:
    """Writes an index into an empty folder; `carried` is the generation it begins from, if any.

    Deletions and ratings are of what was carried; what is added comes after it. Nothing is
    changed in the carried folder, whose segments are shared. Whatever goes wrong, `cancel` and
    remove the folder: nothing refers to it.
    """

    def __init__(
        self,
        folder: Path,
        language: str,
        carried: Path | None = None,
        *,
        memory_mb: int = 512,
        policy: MergePolicy = _USUAL,
    ) -> None:
        self.folder = folder
        self._policy = policy
        self._storage = FileStorage(str(folder))
        self._members: list[Member] = []
        self._contents = TableOfContents(schema(language), [], 0)
        self._carried: Columns | None = None
        self._is_changed = False
        if carried is not None:
            self._carry(carried)
        self._batch = BatchWriter(folder, language, memory_mb=memory_mb)
        self._quality = array("i")
        self._heat = array("i")

    def _carry(self, carried: Path) -> None:
        contents = TableOfContents.read(carried)
        link_segments(contents.segments, carried, self.folder)
        columns = self._carried = Columns.load(carried)
        start = 0
        for segment in contents.segments:
            stop = start + segment.doc_count_all()
            rated = (np.array(of[start:stop]) for of in (columns.quality, columns.heat))
            self._members.append(Member(Source(self._storage, segment), *rated))
            start = stop
        self._contents = contents

    def delete(self, article_id: str) -> bool:
        """Takes a carried article out; whether there was one."""
        found = list(self._find(article_id))
        for member, doc in found:
            member.segment.delete_document(doc)
            self._is_changed = True
        return bool(found)

    def rate(self, article_id: str, quality: int | None, heat: int | None) -> bool:
        """Changes a carried article's quality and heat, which rewrites nothing else of it."""
        found = list(self._find(article_id))
        for member, doc in found:
            member.quality[doc] = rating(quality)
            member.heat[doc] = rating(heat)
        return bool(found)

    def add(self, article: Article) -> None:
        """Adds an article whose id is not, or no longer, among the carried ones."""
        self._is_changed = True
        self._batch.add(article)
        self._quality.append(rating(article.quality))
        self._heat.append(rating(article.heat))

    def finish(self) -> GenerationColumns:
        """Writes the index; its columns are returned, and to save them is left to the caller."""
        self.write()
        return self.columns()

    def write(self) -> None:
        """Writes what was added, merges what is worth it, writes the table of contents."""
        added = self._batch.finish()
        if added is not None:
            rated = (np.array(of, np.int32) for of in (self._quality, self._heat))
            self._members.append(Member(Source(self._storage, added), *rated))
        self._drop([member for member in self._members if not member.segment.doc_count()])
        self._merge()
        sources = [member.source for member in self._members]
        TableOfContents(
            self._contents.schema,
            [source.segment for source in sources],
            self._contents.number + 1,
        ).write(self.folder)

    def columns(self) -> GenerationColumns:
        """Of what `write` has written."""
        return build_columns([member.source for member in self._members], *self._ratings())

    def rated(self) -> Columns | None:
        """The carried columns with the new ratings, if nothing else is new; else None."""
        if self._carried is None or self._is_changed:
            return None
        return self._carried.rated(*self._ratings())

    def _ratings(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Quality and heat of all documents."""
        return (
            _joined([member.quality for member in self._members]),
            _joined([member.heat for member in self._members]),
        )

    def cancel(self) -> None:
        self._batch.cancel()

    def _find(self, article_id: str) -> Iterator[tuple[Member, int]]:
        for member in self._members:
            for doc in member.documents_of(article_id):
                yield member, doc

    def _merge(self) -> None:
        sizes = [
            SegmentSize(member.segment.doc_count_all(), member.segment.deleted_count())
            for member in self._members
        ]
        merged = [self._members[place] for place in self._policy.choose(sizes)]
        if not merged:
            return
        segment = ColumnarSegment(INDEX_NAME)
        merge([member.source for member in merged], self._storage, segment)
        live = [member.source.live() for member in merged]
        ratings = (
            _joined([of[docs] for of, docs in zip(column, live, strict=True)])
            for column in ([m.quality for m in merged], [m.heat for m in merged])
        )
        self._drop(merged)
        self._members.append(Member(Source(self._storage, segment), *ratings))

    def _drop(self, members: list[Member]) -> None:
        self._is_changed |= bool(members)
        for member in members:
            self._members.remove(member)
            unlink_segment(member.segment, self.folder)


def _joined(parts: list[NDArray[np.int32]]) -> NDArray[np.int32]:
    return np.concatenate([np.zeros(0, np.int32), *parts])
