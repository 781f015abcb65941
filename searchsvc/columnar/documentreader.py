"""Whoosh's interface for reading what is kept per document."""

from collections.abc import Callable
from typing import Any

from whoosh.codec import base
from whoosh.columns import ColumnReader
from whoosh.matching import ListMatcher

from searchsvc.columnar.columnreaders import column_reader
from searchsvc.columnar.documents import open_documents
from searchsvc.columnar.errors import SegmentDamaged
from searchsvc.columnar.lengths import BYTE_LENGTHS
from searchsvc.columnar.stored import decode_document
from searchsvc.columnar.vectors import FieldVectors

_LENGTH_OF_BYTE: list[int] = BYTE_LENGTHS.tolist()


class ColumnarDocumentReader(base.PerDocumentReader):
    """The documents of a segment."""

    def __init__(
        self, storage: Any, segment: Any, column_filename: Callable[[Any, str], str]
    ) -> None:
        self._storage = storage
        self._segment = segment
        self._column_filename = column_filename
        self.documents = open_documents(storage, segment)
        if segment.doc_count_all() > self.documents.count:
            missing = f"{self.documents.count} of {segment.doc_count_all()} documents"
            raise SegmentDamaged(segment.make_filename(".documents.json"), missing)
        self._column_files: list[Any] = []
        self._lengths = {
            name: lengths.quantised.data for name, lengths in self.documents.lengths.items()
        }

    def close(self) -> None:
        for file in self._column_files:
            file.close()

    def doc_count(self) -> int:
        return self.doc_count_all() - len(self.deleted_docs())

    def doc_count_all(self) -> int:
        count: int = self._segment.doc_count_all()
        return count

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> frozenset[int]:
        return frozenset(self._segment.deleted_docs())

    # Columns

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        filename = self._column_filename(self._segment, fieldname)
        return fieldname in self.documents.columns or bool(self._storage.file_exists(filename))

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        own = self.documents.columns.get(fieldname)
        if own is not None:
            return column_reader(own, column)
        filename = self._column_filename(self._segment, fieldname)
        file = self._storage.open_file(filename)
        self._column_files.append(file)
        length = self._storage.file_length(filename)
        return column.reader(file, 0, length, self.doc_count_all())

    # Lengths

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """A field's length in tokens, as Whoosh's length bytes round it."""
        view = self._lengths.get(fieldname)
        byte = view[docnum] if view is not None else 0
        return _LENGTH_OF_BYTE[byte] if byte else default

    def field_length(self, fieldname: str) -> int:
        """The field's exact length in all documents, the deleted ones included."""
        lengths = self.documents.lengths.get(fieldname)
        return lengths.total if lengths else 0

    def min_field_length(self, fieldname: str) -> int:
        lengths = self.documents.lengths.get(fieldname)
        return _LENGTH_OF_BYTE[lengths.quantised.min()] if lengths else 0

    def max_field_length(self, fieldname: str) -> int:
        lengths = self.documents.lengths.get(fieldname)
        return _LENGTH_OF_BYTE[lengths.quantised.max()] if lengths else 0

    # Vectors

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        vectors = self.documents.vectors.get(fieldname)
        return vectors is not None and bool(vectors.starts[docnum] < vectors.starts[docnum + 1])

    def vector(self, docnum: int, fieldname: str, format_: Any) -> ListMatcher:
        vectors = self.documents.vectors.get(fieldname)
        if vectors is None or not self.has_vector(docnum, fieldname):
            raise KeyError(f"field {fieldname!r} has no vector in document {docnum}")
        return _vector_matcher(vectors, docnum, format_)

    # Stored fields

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        try:
            return decode_document(self.documents.stored[docnum])
        except ValueError as error:
            reason = f"stored fields of document {docnum}: {error}"
            raise SegmentDamaged(
                self._segment.make_filename(".stored.bytes.npy"), reason
            ) from error


def _vector_matcher(vectors: FieldVectors, docnum: int, format_: Any) -> ListMatcher:
    items = range(int(vectors.starts[docnum]), int(vectors.starts[docnum + 1]))
    codes = vectors.codes[items.start : items.stop].tolist()
    return ListMatcher(
        [vectors.terms[code].decode("utf-8", "surrogatepass") for code in codes],
        vectors.weights[items.start : items.stop].astype(float).tolist(),
        [vectors.payload.value(item) for item in items],
        format_,
    )
