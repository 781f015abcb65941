"""The segments of one index folder: carried over from another, deleted from, added to."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchsvc.batch.merging import Source
from searchsvc.batch.writer import INDEX_NAME
from searchsvc.columnar import ColumnarSegment, Postings, open_one_field


@dataclass(slots=True, eq=False)
class Member:
    """A segment with what belongs to the generation: quality and heat, int32 [documents]."""

    source: Source
    quality: NDArray[np.int32]
    heat: NDArray[np.int32]
    _ids: Postings | None = field(default=None, init=False, repr=False)

    @property
    def segment(self) -> ColumnarSegment:
        return self.source.segment

    def documents_of(self, article_id: str) -> list[int]:
        """The live documents of an article: one, or none."""
        if self._ids is None:
            self._ids = open_one_field(self.source.storage, self.segment, "id")
        term = self._ids.terms.find(article_id.encode())
        if term < 0:
            return []
        start, stop = self._ids.extent(term)
        docs: list[int] = self._ids.doc_ids[start:stop].tolist()
        return [doc for doc in docs if not self.segment.is_deleted(doc)]


@dataclass(frozen=True, slots=True)
class TableOfContents:
    """Whoosh's own: the schema, the segments in the order of their documents, a running number."""

    schema: Any
    segments: list[ColumnarSegment]
    number: int

    @classmethod
    def read(cls, folder: Path) -> TableOfContents:
        toc = TOC.read(FileStorage(str(folder)), INDEX_NAME)
        return cls(toc.schema, toc.segments, toc.generation)

    def write(self, folder: Path) -> None:
        TOC(self.schema, self.segments, self.number).write(FileStorage(str(folder)), INDEX_NAME)


def link_segments(segments: list[ColumnarSegment], source: Path, target: Path) -> None:
    """Shares the segments' files, which never change."""
    prefixes = tuple(f"{segment.segment_id()}." for segment in segments)
    for entry in os.scandir(source):
        if prefixes and entry.name.startswith(prefixes):
            link(entry.path, target / entry.name)


def link(source: str | Path, target: Path) -> None:
    """Shares a file, or copies it where there are no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def unlink_segment(segment: ColumnarSegment, folder: Path) -> None:
    """Removes a segment's files from a folder; where else they are linked they stay."""
    for entry in list(os.scandir(folder)):
        if entry.name.startswith(f"{segment.segment_id()}."):
            os.unlink(entry.path)
