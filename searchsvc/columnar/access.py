"""From Whoosh's readers to the arrays beneath them, for kernels that need no matchers."""

from collections.abc import Mapping

from whoosh.reading import SegmentReader

from searchsvc.columnar.documentreader import ColumnarDocumentReader
from searchsvc.columnar.documents import Documents
from searchsvc.columnar.postings import Postings
from searchsvc.columnar.termsreader import ColumnarTermsReader


def field_arrays(reader: SegmentReader) -> Mapping[str, Postings]:
    """The postings of an open segment: `field_arrays(reader)["title"].doc_ids`.

    Segment readers of an index: `[leaf for leaf, base in index.reader().leaf_readers()]`.
    """
    terms = reader._terms
    if not isinstance(terms, ColumnarTermsReader):
        raise TypeError(f"{reader!r} was not written by the columnar codec")
    return terms.fields


def document_arrays(reader: SegmentReader) -> Documents:
    """Stored fields, lengths and columns of an open segment, deleted documents included."""
    documents = reader._perdoc
    if not isinstance(documents, ColumnarDocumentReader):
        raise TypeError(f"{reader!r} was not written by the columnar codec")
    return documents.documents
