"""A value per document, as flat arrays: what sorts, facets and filters read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.mapping import narrow, widened

NUMBER_TYPES = (
    *(np.int8, np.int16, np.int32, np.int64),
    *(np.uint8, np.uint16, np.uint32, np.uint64),
    *(np.float32, np.float64),
)
CODE_TYPES = (np.uint8, np.uint16, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class NumberColumn:
    """Numbers in the type of Whoosh's type code; documents without one hold the default.

    Integers are kept in the smallest type that holds them, and are of their own when asked for.
    """

    kind = "numbers"
    kept: NDArray[Any]
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, values: NDArray[Any]) -> "NumberColumn":
        return cls(narrow(values), values.dtype)

    @property
    def values(self) -> NDArray[Any]:
        return widened(self.kept, self.dtype)

    def __len__(self) -> int:
        return len(self.kept)

    def write(self, writer: ArrayWriter, part: str) -> None:
        writer.write(f"{part}.values", self.kept)


@dataclass(frozen=True, slots=True, eq=False)
class BitColumn:
    """One bool a document."""

    kind = "bits"
    values: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def write(self, writer: ArrayWriter, part: str) -> None:
        writer.write(f"{part}.values", self.values)


@dataclass(frozen=True, slots=True, eq=False)
class BytesColumn:
    """One byte string a document."""

    kind = "bytes"
    values: ByteStrings

    def __len__(self) -> int:
        return len(self.values)

    def write(self, writer: ArrayWriter, part: str) -> None:
        self.values.write(writer, part)


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceColumn:
    """One of few byte strings a document: `uniques[codes[d]]`; code 0 is the default."""

    kind = "references"
    codes: NDArray[Any]
    uniques: ByteStrings

    def __len__(self) -> int:
        return len(self.codes)

    def write(self, writer: ArrayWriter, part: str) -> None:
        writer.write(f"{part}.codes", self.codes)
        self.uniques.write(writer, f"{part}.uniques")


Column = NumberColumn | BitColumn | BytesColumn | ReferenceColumn


def describe_column(column: Column) -> dict[str, object]:
    """What the segment's description must say of a column."""
    if isinstance(column, NumberColumn):
        return {"kind": column.kind, "type": column.dtype.name}
    if isinstance(column, ReferenceColumn):
        return {"kind": column.kind, "uniques": len(column.uniques)}
    return {"kind": column.kind}


def open_column(reader: ArrayReader, part: str, described: dict[str, Any], count: int) -> Column:
    """Maps the column of `count` documents that `Column.write` wrote."""
    column: Column
    match described["kind"]:
        case "numbers":
            column = _open_numbers(reader, part, np.dtype(described["type"]))
        case "bits":
            column = BitColumn(reader.read(f"{part}.values", np.bool_))
        case "bytes":
            column = BytesColumn(ByteStrings.open(reader, part, count))
        case "references":
            uniques = ByteStrings.open(reader, f"{part}.uniques", described["uniques"])
            column = ReferenceColumn(reader.read(f"{part}.codes", *CODE_TYPES), uniques)
        case kind:
            raise reader.damaged(part, f"unknown kind of column {kind!r}")
    if len(column) != count:
        raise reader.damaged(part, f"{len(column)} values for {count} documents")
    return column


def _open_numbers(reader: ArrayReader, part: str, dtype: np.dtype[Any]) -> NumberColumn:
    kept = reader.read(f"{part}.values", *NUMBER_TYPES)
    if not np.can_cast(kept.dtype, dtype):
        raise reader.damaged(f"{part}.values", f"{kept.dtype} where {dtype} was written")
    return NumberColumn(kept, dtype)


def numbers(column: Column) -> NDArray[Any]:
    """The values of a column that must hold numbers."""
    if not isinstance(column, NumberColumn):
        raise TypeError(f"a column of numbers expected, got {column.kind}")
    return column.values


def byte_strings(column: Column) -> ByteStrings:
    """The values of a column that must hold byte strings."""
    if not isinstance(column, BytesColumn):
        raise TypeError(f"a column of byte strings expected, got {column.kind}")
    return column.values
