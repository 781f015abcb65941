"""A Whoosh codec whose segments are flat, memory-mapped numpy arrays.

Three ways in:

- `ColumnarCodec`, for Whoosh's own writers and readers;
- `FieldPostings` and `Documents` with `write_fields` and `write_documents`, for a writer that has
  whole arrays rather than one posting at a time;
- `field_arrays` and `document_arrays`, for an evaluator that reads arrays rather than matchers.
"""

from searchsvc.columnar.access import document_arrays, field_arrays
from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.codec import ColumnarCodec, ColumnarSegment
from searchsvc.columnar.columns import (
    BitColumn,
    BytesColumn,
    NumberColumn,
    ReferenceColumn,
    byte_strings,
    numbers,
)
from searchsvc.columnar.compression import CompressedStrings, compressed
from searchsvc.columnar.documents import Documents, open_documents, write_documents
from searchsvc.columnar.errors import SegmentDamaged, SegmentFileMissing
from searchsvc.columnar.fields import (
    FieldsWriter,
    field_names,
    open_fields,
    open_one_field,
    write_fields,
)
from searchsvc.columnar.lengths import FieldLengths
from searchsvc.columnar.merge import DELETED, merge_fields
from searchsvc.columnar.packedterms import KeyTerms, PackedTerms
from searchsvc.columnar.payload import (
    BytesPayload,
    FrequencyPayload,
    NoPayload,
    PositionsPayload,
)
from searchsvc.columnar.postings import NO_POSTINGS, FieldPostings, Postings
from searchsvc.columnar.stored import decode_document, encode_document
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.united import UnitedPostings, merge_united

__all__ = [
    "DELETED",
    "NO_POSTINGS",
    "BitColumn",
    "ByteStrings",
    "BytesColumn",
    "BytesPayload",
    "ColumnarCodec",
    "ColumnarSegment",
    "CompressedStrings",
    "Documents",
    "FieldLengths",
    "FieldPostings",
    "FieldsWriter",
    "FrequencyPayload",
    "KeyTerms",
    "NoPayload",
    "NumberColumn",
    "PackedTerms",
    "PositionsPayload",
    "Postings",
    "ReferenceColumn",
    "SegmentDamaged",
    "SegmentFileMissing",
    "Terms",
    "UnitedPostings",
    "byte_strings",
    "compressed",
    "decode_document",
    "document_arrays",
    "encode_document",
    "field_arrays",
    "field_names",
    "merge_fields",
    "merge_united",
    "numbers",
    "open_documents",
    "open_fields",
    "open_one_field",
    "write_documents",
    "write_fields",
]
