"""A segment as Whoosh's table of contents knows it."""

from array import array
from typing import Any

from whoosh.codec import base


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
        # Codec and segment make each other; this is the rarer way.
        from searchsvc.columnar.codec import ColumnarCodec

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
