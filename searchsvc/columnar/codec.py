"""The codec: what Whoosh asks for the readers and writers of a segment."""

from typing import Any

from whoosh.codec import base

from searchsvc.columnar.arrays import escape
from searchsvc.columnar.documentreader import ColumnarDocumentReader
from searchsvc.columnar.documentwriter import ColumnarDocumentWriter
from searchsvc.columnar.fieldwriter import ColumnarFieldWriter
from searchsvc.columnar.matcher import BLOCK
from searchsvc.columnar.segment import ColumnarSegment
from searchsvc.columnar.termsreader import ColumnarTermsReader


class ColumnarCodec(base.Codec):
    """Keeps a Whoosh index in flat numpy arrays.

    `index.writer(codec=ColumnarCodec())` writes with it; reading needs no more than
    `whoosh.index.open_dir`, as segments know their codec.
    """

    def __init__(self, blocklimit: int = BLOCK) -> None:
        """`blocklimit`: how many postings a matcher may skip at once."""
        self._blocklimit = blocklimit

    def new_segment(self, storage: Any, indexname: str) -> ColumnarSegment:
        return ColumnarSegment(indexname)

    def per_document_writer(self, storage: Any, segment: Any) -> ColumnarDocumentWriter:
        return ColumnarDocumentWriter(storage, segment, self.column_filename)

    def per_document_reader(self, storage: Any, segment: Any) -> ColumnarDocumentReader:
        return ColumnarDocumentReader(storage, segment, self.column_filename)

    def field_writer(self, storage: Any, segment: Any) -> ColumnarFieldWriter:
        return ColumnarFieldWriter(storage, segment)

    def terms_reader(self, storage: Any, segment: Any) -> ColumnarTermsReader:
        return ColumnarTermsReader(storage, segment, self._blocklimit)

    @staticmethod
    def column_filename(segment: Any, fieldname: str) -> str:
        """The file of a column in Whoosh's own format.

        Such are the columns of types this codec doesn't know, and those that
        `whoosh.sorting.add_sortable` adds to a finished segment.
        """
        return str(segment.make_filename(f".column.{escape(fieldname)}.col"))
