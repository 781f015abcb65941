"""Lets stock Whoosh read a generation: `whoosh.index.open_dir(folder)`. Nothing is written by it.

Whoosh finds its table of contents, which has the schema and the segments; a segment names the codec
below, which shows our arrays as the terms, postings and documents that Whoosh asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Never

import numpy as np
import orjson
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.filedb.filestore import FileStorage, ReadOnlyError
from whoosh.index import TOC
from whoosh.reading import TermInfo, TermNotFound

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.arrays import load
from searchsvc.index.schema import EXACT_SUFFIX, schema
from searchsvc.index.segment import PREFIX
from searchsvc.index.whoosh_fields import LENGTH_OF_BYTE, OpenedSegment
from searchsvc.index.whoosh_matcher import FieldCursor, PostingsMatcher

Term = tuple[str, bytes]

_NAME = PREFIX.rstrip("_")
_COLUMNS = ("published_seconds", "quality", "heat")
"""By the names of the schema; a generation has them in files of their own."""


def write_contents(
    folder: Path, language: str, segments: Sequence[tuple[str, int, NDArray[Any]]]
) -> None:
    """Writes Whoosh's table of contents; of each segment: its id, documents, which are deleted."""
    listed, first = [], 0
    for name, documents, deleted in segments:
        listed.append(WhooshSegment(name, language, first, documents, deleted.tolist()))
        first += documents
    TOC(schema(language), listed, 0).write(FileStorage(str(folder)), _NAME)


def _refuse() -> Never:
    raise ReadOnlyError("this index is only read: `searchsvc reindex` writes it")


class WhooshSegment(base.Segment):
    """What Whoosh keeps of a segment in its table of contents: pickled, so plain values only."""

    def __init__(
        self, name: str, language: str, first: int, documents: int, deleted: list[int]
    ) -> None:
        """`first` is the number of the first document in the generation."""
        self.indexname, self.segid, self.compound = _NAME, name, False
        self.language, self.first, self.documents, self.deleted = (
            language,
            first,
            documents,
            deleted,
        )

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in _OPENED}

    def codec(self) -> ReadingCodec:
        return ReadingCodec()

    def doc_count_all(self) -> int:
        """Asked for by nobody but Whoosh's writers, when they begin."""
        _refuse()

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        _refuse()

    def deleted_count(self) -> int:
        return len(self.deleted)

    @cached_property
    def _deleted(self) -> frozenset[int]:
        return frozenset(self.deleted)

    def deleted_docs(self) -> frozenset[int]:
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def opened(self, storage: Any) -> OpenedSegment:
        """Opened once for the reader of terms and that of documents."""
        if self._opened is None:
            self._opened = OpenedSegment(Path(storage.folder), self.segid, self.language)
        return self._opened

    _opened: OpenedSegment | None = None


_OPENED = ("_deleted", "_opened")


class ReadingCodec(base.Codec):
    """Whom Whoosh asks for the readers of a segment."""

    def terms_reader(self, storage: Any, segment: WhooshSegment) -> TermsReader:
        return TermsReader(segment.opened(storage))

    def per_document_reader(self, storage: Any, segment: WhooshSegment) -> DocumentReader:
        return DocumentReader(segment.opened(storage), segment)

    def new_segment(self, storage: Any, indexname: str) -> Never:
        _refuse()

    def per_document_writer(self, storage: Any, segment: Any) -> Never:
        _refuse()

    def field_writer(self, storage: Any, segment: Any) -> Never:
        _refuse()


class TermsReader(base.TermsReader):
    """The terms of a segment, in the order of field names, then bytes."""

    def __init__(self, opened: OpenedSegment) -> None:
        self._opened = opened
        self._fields = opened.fields

    def __contains__(self, term: Term) -> bool:
        return self._find(*term) >= 0

    def indexed_field_names(self) -> list[str]:
        return self._fields.names

    def cursor(self, fieldname: str, fieldobj: Any) -> base.FieldCursor:
        if fieldname not in self._fields.names:
            return base.EmptyCursor()
        return FieldCursor(self._opened, fieldname, fieldobj)

    def terms(self) -> Iterator[Term]:
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """The terms not below `prefix` of the field, then those of the fields after it."""
        return ((name, self._fields[name].terms[n]) for name, n in self._from(fieldname, prefix))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        for name, number in self._from(fieldname, prefix):
            term = name, self._fields[name].terms[number]
            yield term, self._opened.term_info(name, number)

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        return self._opened.term_info(fieldname, self._found(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        if (number := self._find(fieldname, text)) < 0:
            return 0.0
        postings = self._fields[fieldname]
        return float(postings.frequencies[postings.extent(number)].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        if (number := self._find(fieldname, text)) < 0:
            return 0
        starts = self._fields[fieldname].starts
        return int(starts[number + 1] - starts[number])

    def matcher(
        self, fieldname: str, text: bytes, format_: Any, scorer: Any = None
    ) -> PostingsMatcher:
        number = self._found(fieldname, text)
        lengths = self._opened.length_bytes(fieldname)
        postings = self._fields[fieldname]
        return PostingsMatcher(postings, number, format_, (fieldname, text), scorer, lengths)

    def _find(self, fieldname: str, text: bytes) -> int:
        known = fieldname in self._fields.names
        return self._fields[fieldname].terms.find(text) if known else -1

    def _found(self, fieldname: str, text: bytes) -> int:
        """Raises TermNotFound."""
        number = self._find(fieldname, text)
        if number < 0:
            raise TermNotFound(f"No term {fieldname}:{text!r}")
        return number

    def _from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, int]]:
        for name in self._fields.names:
            if name >= fieldname:
                terms = self._fields[name].terms
                first = terms.lower_bound(prefix) if name == fieldname else 0
                yield from ((name, number) for number in range(first, len(terms)))


class DocumentReader(base.PerDocumentReader):
    """What a segment has of each document."""

    def __init__(self, opened: OpenedSegment, segment: WhooshSegment) -> None:
        self._opened = opened
        self._segment = segment

    def doc_count(self) -> int:
        return self.doc_count_all() - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._segment.documents

    def has_deletions(self) -> bool:
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> frozenset[int]:
        return self._segment.deleted_docs()

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in _COLUMNS

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        if fieldname == "published_seconds":
            return NumberReader(self._opened.data.published_at)
        values = load(self._opened.folder, f"column.{fieldname}", np.int32)
        first = self._segment.first
        return NumberReader(values[first : first + self._segment.documents])

    # Lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """A field's length in terms, as Whoosh's length bytes round it."""
        lengths = self._opened.length_bytes(fieldname)
        return (LENGTH_OF_BYTE[lengths[docnum]] if lengths is not None else 0) or default

    def field_length(self, fieldname: str) -> int:
        """The field's exact length in all documents, the deleted ones included."""
        name = fieldname.removesuffix(EXACT_SUFFIX)
        if name not in TEXT_FIELDS:
            return 0
        return int(self._opened.data.lengths[TEXT_FIELDS.index(name)].sum(dtype=np.int64))

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._opened.length_bytes(fieldname)
        return LENGTH_OF_BYTE[lengths.min()] if lengths is not None else 0

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._opened.length_bytes(fieldname)
        return LENGTH_OF_BYTE[lengths.max()] if lengths is not None else 0

    # Stored fields

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        (stored,) = self._opened.data.stored.some([docnum])
        return {name: value for name, value in orjson.loads(stored).items() if value is not None}


class NumberReader(ColumnReader):
    """A column of numbers."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values.data
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        return self._values[docnum]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def sort_key(self, docnum: int) -> Any:
        return 0 - self._values[docnum] if self._reverse else self._values[docnum]

    def set_reverse(self) -> None:
        self._reverse = True
