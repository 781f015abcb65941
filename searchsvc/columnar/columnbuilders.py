"""Turning the column values Whoosh hands over, document by document, into flat arrays."""

import math
from array import array, typecodes
from collections.abc import Callable
from struct import Struct
from typing import Any, Protocol

import numpy as np
from whoosh import columns
from whoosh.util.numeric import typecode_max

from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.columns import (
    BitColumn,
    BytesColumn,
    Column,
    NumberColumn,
    ReferenceColumn,
)
from searchsvc.columnar.stored import encode_value


class ColumnBuilder(Protocol):
    """Collects the values of one column."""

    def add(self, docnum: int, value: Any) -> None:
        """Sets the value of a document; documents come in order, not all have a value."""

    def finish(self, count: int) -> Column:
        """The column of `count` documents."""


class NumberBuilder:
    """Numbers of one type code; a number that doesn't fit it raises an error."""

    def __init__(self, typecode: str, default: Any) -> None:
        # Whoosh's default of sortable floats is NaN, of a column that holds them as sortable
        # integers; the largest of those stands for NaN.
        if typecode in typecode_max and isinstance(default, float) and math.isnan(default):
            default = typecode_max[typecode]
        self._default = default
        self._values: array[Any] = array(typecode)

    def add(self, docnum: int, value: Any) -> None:
        self._fill(docnum)
        self._values.append(value)

    def finish(self, count: int) -> NumberColumn:
        self._fill(count)
        return NumberColumn.of(np.array(self._values))

    def _fill(self, count: int) -> None:
        if count > len(self._values):
            self._values.extend([self._default] * (count - len(self._values)))


class BitBuilder:
    """Truth values, False by default."""

    def __init__(self) -> None:
        self._true = array("q")

    def add(self, docnum: int, value: Any) -> None:
        if value:
            self._true.append(docnum)

    def finish(self, count: int) -> BitColumn:
        values = np.zeros(count, np.bool_)
        values[np.array(self._true, np.int64)] = True
        return BitColumn(values)


class BytesBuilder:
    """Byte strings, or values that `to_bytes` turns into such."""

    def __init__(
        self, default: bytes = b"", size: int = 0, to_bytes: Callable[[Any], bytes] | None = None
    ) -> None:
        """`size`: the length that all must have, 0 for any."""
        self._default = default
        self._size = size
        self._to_bytes = to_bytes
        self._values: list[bytes] = []

    def add(self, docnum: int, value: Any) -> None:
        value = self._to_bytes(value) if self._to_bytes else value
        if self._size and len(value) != self._size:
            raise ValueError(f"{value!r} is {len(value)} bytes, the column takes {self._size}")
        self._fill(docnum)
        self._values.append(value)

    def finish(self, count: int) -> BytesColumn:
        self._fill(count)
        return BytesColumn(ByteStrings.of(self._values))

    def _fill(self, count: int) -> None:
        self._values.extend([self._default] * (count - len(self._values)))


class ReferenceBuilder:
    """Byte strings of which there are few different ones."""

    def __init__(self, default: bytes) -> None:
        self._codes = array("q")
        self._uniques = {default: 0}

    def add(self, docnum: int, value: bytes) -> None:
        self._fill(docnum)
        self._codes.append(self._uniques.setdefault(value, len(self._uniques)))

    def finish(self, count: int) -> ReferenceColumn:
        self._fill(count)
        narrow = np.min_scalar_type(len(self._uniques) - 1)
        return ReferenceColumn(np.array(self._codes, narrow), ByteStrings.of(self._uniques))

    def _fill(self, count: int) -> None:
        self._codes.extend([0] * (count - len(self._codes)))


def column_builder(column: columns.Column) -> ColumnBuilder | None:
    """The builder for one of Whoosh's column types; None for a type unknown here.

    By exact type: a subclass may read and write as it likes.
    """
    kind = type(column)
    if kind is columns.NumericColumn and column._typecode in typecodes:
        return NumberBuilder(column._typecode, column._default)
    if kind is columns.BitColumn:
        return BitBuilder()
    if kind is columns.RefBytesColumn:
        return ReferenceBuilder(column._default)
    if kind is columns.FixedBytesColumn:
        return BytesBuilder(column._default, column._fixedlen)
    if kind is columns.StructColumn:
        packer = Struct(column._spec)
        return BytesBuilder(packer.pack(*column._default), 0, lambda value: packer.pack(*value))
    if kind is columns.PickleColumn:
        return BytesBuilder(to_bytes=lambda value: b"" if value is None else encode_value(value))
    if kind in (columns.VarBytesColumn, columns.CompressedBytesColumn):
        return BytesBuilder()
    return None
