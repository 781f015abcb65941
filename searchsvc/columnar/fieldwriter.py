"""Whoosh's interface for writing postings."""

from typing import Any

from whoosh.codec import base

from searchsvc.columnar.fields import FieldsWriter
from searchsvc.columnar.postingsbuilder import PostingsBuilder


class ColumnarFieldWriter(base.FieldWriter):
    """Gathers each field that Whoosh goes through and writes it when it is complete."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._fields = FieldsWriter(storage, segment)
        self._name = ""
        self._builder: PostingsBuilder | None = None
        self.is_closed = False

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        if self._builder is not None:
            raise ValueError(f"field {fieldname!r} starts within field {self._name!r}")
        if fieldname in self._fields:
            raise base.OutOfOrderError(f"field {fieldname!r} starts again")
        self._name = fieldname
        self._builder = PostingsBuilder(fieldname, fieldobj.format)

    def start_term(self, text: bytes) -> None:
        self._current().start_term(text)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int | None) -> None:
        self._current().add(docnum, weight, vbytes, length)

    def finish_term(self) -> None:
        self._current()

    def finish_field(self) -> None:
        self._fields.write(self._name, self._current().finish())
        self._builder = None

    def close(self) -> None:
        self._fields.close()
        self.is_closed = True

    def _current(self) -> PostingsBuilder:
        if self._builder is None:
            raise ValueError("no field has been started")
        return self._builder
