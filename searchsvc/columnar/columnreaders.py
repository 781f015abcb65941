"""Whoosh's interface for reading columns."""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Any

from whoosh import columns

from searchsvc.columnar.columns import (
    BitColumn,
    BytesColumn,
    Column,
    NumberColumn,
    ReferenceColumn,
)
from searchsvc.columnar.stored import decode_value


class NumberReader(columns.ColumnReader):
    """Numbers; `column.values` is the array."""

    def __init__(self, column: NumberColumn) -> None:
        self.column = column
        self._values = column.values.data
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


class BitReader(columns.ColumnReader):
    """Truth values; `column.values` is the array."""

    def __init__(self, column: BitColumn) -> None:
        self.column = column
        self._values = column.values.data
        self._reverse = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> bool:
        return bool(self._values[docnum])

    def __iter__(self) -> Iterator[bool]:
        return map(bool, self._values)

    def sort_key(self, docnum: int) -> int:
        return int(self._values[docnum] ^ self._reverse)

    def set_reverse(self) -> None:
        self._reverse = True


class BytesReader(columns.ColumnReader):
    """Byte strings, or what `from_bytes` makes of them."""

    def __init__(
        self, column: BytesColumn, from_bytes: Callable[[bytes], Any] | None = None
    ) -> None:
        self.column = column
        self._from_bytes = from_bytes

    def __len__(self) -> int:
        return len(self.column)

    def __getitem__(self, docnum: int) -> Any:
        value = self.column.values[docnum]
        return self._from_bytes(value) if self._from_bytes else value

    def __iter__(self) -> Iterator[Any]:
        return (self[docnum] for docnum in range(len(self)))


class ReferenceReader(columns.ColumnReader):
    """One of few byte strings; `column.codes` is the array of which one."""

    def __init__(self, column: ReferenceColumn) -> None:
        self.column = column
        self._codes = column.codes.data

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, docnum: int) -> bytes:
        return self.column.uniques[self._codes[docnum]]

    def __iter__(self) -> Iterator[bytes]:
        uniques = list(self.column.uniques)
        return (uniques[code] for code in self._codes)


def column_reader(column: Column, declared: columns.Column) -> columns.ColumnReader:
    """The reader of a column, which the schema declares to be of the given type."""
    match column:
        case NumberColumn():
            return NumberReader(column)
        case BitColumn():
            return BitReader(column)
        case ReferenceColumn():
            return ReferenceReader(column)
    if type(declared) is columns.StructColumn:
        return BytesReader(column, Struct(declared._spec).unpack)
    if type(declared) is columns.PickleColumn:
        return BytesReader(column, lambda value: decode_value(value) if value else None)
    return BytesReader(column)
