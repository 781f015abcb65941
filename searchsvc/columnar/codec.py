"""The codec, whom Whoosh asks for the readers and writers of a segment, and the segment itself.

Each makes the other, so they stand together.
"""

from array import array
from typing import Any

from whoosh.codec import base

from searchsvc.columnar.arrays import escape
from searchsvc.columnar.documentreader import ColumnarDocumentReader
from searchsvc.columnar.documentwriter import ColumnarDocumentWriter
from searchsvc.columnar.fieldwriter import ColumnarFieldWriter
from searchsvc.columnar.matcher import BLOCK
from searchsvc.columnar.termsreader import ColumnarTermsReader


class ColumnarSegment(base.Segment):
    """Name, number of documents, and which of them are deleted.

    Whoosh pickles segments into its table of contents. The state is therefore plain values only:
    the deleted documents are the bytes of a sorted int32 array.
    """

    def __init__(self, indexname: str) -> None:
        super().__init__(indexname)
        self._count = 0
        self._deleted: set[int] = set()
        self._frozen: frozenset[int] | None = None

    def codec(self) -> base.Codec:
        return ColumnarCodec()

    def __getstate__(self) -> dict[str, Any]:
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "count": self._count,
            "deleted": array("i", sorted(self._deleted)).tobytes(),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.indexname = state["indexname"]
        self.segid = state["segid"]
        self.compound = False
        self._count = state["count"]
        self._deleted = set(array("i", state["deleted"]))
        self._frozen = None

    def should_assemble(self) -> bool:
        """False: arrays are mapped from files of their own, not from a compound file."""
        return False

    def set_doc_count(self, doccount: int) -> None:
        self._count = doccount

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> frozenset[int]:
        """The deleted documents: frozen once, since Whoosh freezes them for every term it reads."""
        if self._frozen is None:
            self._frozen = frozenset(self._deleted)
        return self._frozen

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)
        self._frozen = None


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
