"""The documents half of a segment: stored fields, lengths, columns and vectors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter, escape
from searchsvc.columnar.columns import Column, describe_column, open_column
from searchsvc.columnar.compression import Strings, open_strings
from searchsvc.columnar.lengths import FieldLengths
from searchsvc.columnar.vectors import FieldVectors

HALF = "documents"


@dataclass(frozen=True, slots=True)
class Documents:
    """All that is kept per document; rows are document numbers, 0 to `count` - 1.

    `stored` holds what `stored.encode_document` returns, one byte string a document.
    """

    count: int
    stored: Strings
    lengths: Mapping[str, FieldLengths] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)
    vectors: Mapping[str, FieldVectors] = field(default_factory=dict)


def write_documents(storage: Any, segment: Any, documents: Documents) -> None:
    """Writes the documents half of a segment."""
    writer = ArrayWriter(storage, segment, HALF)
    documents.stored.write(writer, "stored")
    homes: dict[int, str] = {}
    for name, lengths in documents.lengths.items():
        # Both forms of a text field have the same.
        if homes.setdefault(id(lengths.quantised), name) == name:
            writer.write(f"lengths.{escape(name)}", lengths.quantised)
    for name, column in documents.columns.items():
        column.write(writer, f"column.{escape(name)}")
    for name, vectors in documents.vectors.items():
        vectors.write(writer, f"vectors.{escape(name)}")
    writer.close(
        {
            "documents": documents.count,
            "lengths": {
                name: {
                    "in": homes[id(of.quantised)],
                    "total": of.total,
                    "shortest": of.shortest,
                    "longest": of.longest,
                }
                for name, of in documents.lengths.items()
            },
            "columns": {name: describe_column(of) for name, of in documents.columns.items()},
            "vectors": {name: of.describe() for name, of in documents.vectors.items()},
        }
    )


def open_documents(storage: Any, segment: Any) -> Documents:
    """Maps the documents half of a segment: all of it, as a merge may delete its files."""
    reader = ArrayReader(storage, segment, HALF)
    described = reader.description
    count = described["documents"]
    return Documents(
        count,
        open_strings(reader, "stored", count),
        _open_lengths(reader),
        {
            name: open_column(reader, f"column.{escape(name)}", of, count)
            for name, of in described["columns"].items()
        },
        {
            name: FieldVectors.open(reader, f"vectors.{escape(name)}", of, count)
            for name, of in described["vectors"].items()
        },
    )


def open_lengths(storage: Any, segment: Any) -> Mapping[str, FieldLengths]:
    """Maps the lengths only; none if the documents half has not been written."""
    if not ArrayReader.exists(storage, segment, HALF):
        return {}
    return _open_lengths(ArrayReader(storage, segment, HALF))


def _open_lengths(reader: ArrayReader) -> dict[str, FieldLengths]:
    count, opened = reader.description["documents"], {}
    for name, of in reader.description["lengths"].items():
        part = f"lengths.{escape(of['in'])}"
        quantised = reader.read(part, np.uint8)
        if len(quantised) != count:
            raise reader.damaged(part, f"{len(quantised)} of {count} documents")
        opened[name] = FieldLengths(quantised, of["total"], of["shortest"], of["longest"])
    return opened
