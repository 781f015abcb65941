"""Whoosh's interface for writing what is kept per document."""

from array import array
from collections.abc import Callable, Iterable
from struct import error as StructError
from typing import Any

import numpy as np
from whoosh.codec import base

from searchsvc.columnar.columnbuilders import ColumnBuilder, column_builder
from searchsvc.columnar.compression import compressed
from searchsvc.columnar.documents import Documents, write_documents
from searchsvc.columnar.lengths import FieldLengths
from searchsvc.columnar.stored import encode_document
from searchsvc.columnar.vectorbuilder import VectorBuilder, VectorItem


class ColumnarDocumentWriter(base.PerDocumentWriter):
    """Gathers all documents in memory and writes their arrays when closed."""

    def __init__(
        self, storage: Any, segment: Any, column_filename: Callable[[Any, str], str]
    ) -> None:
        self._storage = storage
        self._segment = segment
        self._column_filename = column_filename
        self._count = 0
        self._fields: dict[str, object] | None = None
        self._stored: list[bytes] = []
        self._lengths: dict[str, array[int]] = {}
        self._columns: dict[str, ColumnBuilder] = {}
        self._foreign: dict[str, tuple[Any, Any]] = {}
        self._vectors: dict[str, VectorBuilder] = {}
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        if self._fields is not None:
            raise ValueError(f"document {docnum} starts within document {self._count - 1}")
        if docnum != self._count:
            raise ValueError(f"document {docnum} starts where {self._count} was expected")
        self._count += 1
        self._fields = {}

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int | None) -> None:
        """Adds a field's stored value (None: not stored) and length in tokens."""
        if self._fields is None:
            raise ValueError(f"field {fieldname!r} is outside any document")
        if value is not None:
            self._fields[fieldname] = value
        if length:
            lengths = self._lengths.setdefault(fieldname, array("q"))
            lengths.extend([0] * (self._count - 1 - len(lengths)))
            lengths.append(length)

    def add_column_value(self, fieldname: str, columnobj: Any, value: Any) -> None:
        docnum = self._count - 1
        if fieldname not in self._columns and fieldname not in self._foreign:
            self._create_column(fieldname, columnobj)
        try:
            if fieldname in self._foreign:
                self._foreign[fieldname][1].add(docnum, value)
            else:
                self._columns[fieldname].add(docnum, value)
        except (TypeError, ValueError, OverflowError, StructError) as error:
            kind = TypeError if isinstance(error, TypeError) else ValueError
            raise kind(f"column {fieldname!r} can't hold {value!r:.80}: {error}") from error

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Iterable[VectorItem]) -> None:
        if fieldname not in self._vectors:
            self._vectors[fieldname] = VectorBuilder(fieldobj.vector)
        self._vectors[fieldname].add(self._count - 1, items)

    def finish_doc(self) -> None:
        fields, self._fields = self._fields, None
        self._stored.append(encode_document(fields or {}))

    def close(self) -> None:
        # A document that failed half-way (Whoosh then cancels) still has its row.
        self._stored.extend([b""] * (self._count - len(self._stored)))
        for lengths in self._lengths.values():
            lengths.extend([0] * (self._count - len(lengths)))
        for file, writer in self._foreign.values():
            writer.finish(self._count)
            file.close()
        write_documents(self._storage, self._segment, self._documents())
        self.is_closed = True

    def _create_column(self, fieldname: str, columnobj: Any) -> None:
        builder = column_builder(columnobj)
        if builder is not None:
            self._columns[fieldname] = builder
            return
        file = self._storage.create_file(self._column_filename(self._segment, fieldname))
        self._foreign[fieldname] = (file, columnobj.writer(file))

    def _documents(self) -> Documents:
        count = self._count
        return Documents(
            count,
            compressed(self._stored),
            {
                name: FieldLengths.of(np.array(lengths, np.int64))
                for name, lengths in self._lengths.items()
            },
            {name: builder.finish(count) for name, builder in self._columns.items()},
            {name: builder.finish(count) for name, builder in self._vectors.items()},
        )
