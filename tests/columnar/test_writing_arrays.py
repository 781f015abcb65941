"""Writing whole arrays instead of adding documents, and reading them without matchers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from whoosh import fields, index, query
from whoosh.codec.base import OutOfOrderError
from whoosh.codec.whoosh3 import W3Codec

from searchsvc.columnar import (
    ByteStrings,
    ColumnarCodec,
    ColumnarSegment,
    Documents,
    FieldLengths,
    FieldPostings,
    NoPayload,
    NumberColumn,
    PositionsPayload,
    Terms,
    document_arrays,
    encode_document,
    field_arrays,
    write_documents,
    write_fields,
)

SCHEMA = fields.Schema(title=fields.TEXT(stored=True), heat=fields.NUMERIC(sortable=True))


@pytest.fixture
def ix(tmp_path: Path) -> index.FileIndex:
    """Two documents, "alfa bravo alfa" and "bravo", that no Whoosh analyzer has seen."""
    ix = index.create_in(tmp_path, SCHEMA)
    writer = ix.writer(codec=ColumnarCodec())
    segment = ColumnarSegment(ix.indexname)
    segment.set_doc_count(2)
    lengths = FieldLengths.of(np.array([3, 1]))
    doc_ids = np.array([0, 0, 1], np.int32)
    postings = FieldPostings.of(
        terms=Terms.of([b"alfa", b"bravo"]),
        starts=np.array([0, 1, 3], np.int64),
        doc_ids=doc_ids,
        weights=np.array([2, 1, 1]),
        payload=PositionsPayload.of(np.array([0, 2, 1, 0]), np.array([2, 1, 1])),
    )
    titles = ["alfa bravo alfa", "bravo"]
    write_fields(ix.storage, segment, {"title": postings})
    write_documents(
        ix.storage,
        segment,
        Documents(
            count=2,
            stored=ByteStrings.of(encode_document({"title": title}) for title in titles),
            lengths={"title": lengths},
            columns={"heat": NumberColumn.of(np.array([7, 9], np.uint32))},
        ),
    )
    writer.segments.append(segment)
    writer.commit(merge=False)
    return ix


def test_whoosh_reads_a_segment_written_as_arrays(ix: index.FileIndex) -> None:
    with ix.searcher() as searcher:
        results = searcher.search(query.Phrase("title", ["bravo", "alfa"]))
        assert [hit["title"] for hit in results] == ["alfa bravo alfa"]
        assert len(searcher.search(query.Term("title", "bravo"))) == 2
        assert searcher.reader().term_info("title", "alfa").max_weight() == 2


def test_whoosh_merges_a_segment_written_as_arrays(ix: index.FileIndex) -> None:
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(title="charlie")
        writer.optimize = True
    assert list(ix.reader().field_terms("title")) == ["alfa", "bravo", "charlie"]


def test_an_evaluator_gets_at_the_arrays(ix: index.FileIndex) -> None:
    (reader,) = [leaf for leaf, _ in ix.reader().leaf_readers()]
    title = field_arrays(reader)["title"]
    start, stop = title.extent(title.terms.find(b"bravo"))
    assert title.doc_ids[start:stop].tolist() == [0, 1]
    assert title.weights.dtype == np.uint8
    documents = document_arrays(reader)
    lengths, heat = documents.lengths["title"], documents.columns["heat"]
    assert (lengths.total, lengths.shortest, lengths.longest) == (4, 1, 3)
    assert isinstance(heat, NumberColumn)
    assert heat.values.tolist() == [7, 9]
    assert "excerpt" not in field_arrays(reader)


def test_other_codecs_have_no_such_arrays(tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, SCHEMA)
    with ix.writer(codec=W3Codec()) as writer:
        writer.add_document(title="alfa")
    for access in (field_arrays, document_arrays):
        with pytest.raises(TypeError, match="not written by the columnar codec"):
            access(ix.reader())


@pytest.mark.parametrize(
    ("weights", "dtype"),
    [
        ([1, 2], np.uint8),
        ([1, 256], np.uint16),
        ([1, 2**31], np.uint32),
        ([1, 2**32], np.float32),
        ([1, 0.5], np.float32),
        ([1, -1], np.float32),
    ],
)
def test_whole_weights_are_kept_as_the_smallest_integers(
    weights: list[float], dtype: type[np.generic]
) -> None:
    postings = FieldPostings.of(
        Terms.of([b"a"]),
        np.array([0, 2], np.int64),
        np.array([0, 1], np.int32),
        np.array(weights, np.float64),
        NoPayload(),
    )
    assert postings.weights.dtype == dtype
    assert postings.weights.tolist() == weights


def test_a_bad_document_is_refused_and_the_writer_cancels(ix: index.FileIndex) -> None:
    writer = ix.writer(codec=ColumnarCodec())
    with pytest.raises(TypeError, match="field 'title'"):
        writer.add_document(title="fine", _stored_title=object())
    writer.cancel()
    assert ix.doc_count() == 2
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(title="next")
    assert ix.doc_count() == 3


@pytest.mark.parametrize(
    "items",
    [
        [("b", b"x", 0, 1.0, b""), ("a", b"x", 0, 1.0, b"")],
        [("a", b"y", 0, 1.0, b""), ("a", b"x", 0, 1.0, b"")],
        [("a", b"x", 1, 1.0, b""), ("a", b"x", 0, 1.0, b"")],
    ],
    ids=["fields", "terms", "documents"],
)
def test_postings_out_of_order_are_refused(ix: index.FileIndex, items: list[Any]) -> None:
    writer = ColumnarCodec().field_writer(ix.storage, ColumnarSegment("other"))
    with pytest.raises(OutOfOrderError):
        writer.add_postings(fields.Schema(a=fields.TEXT, b=fields.TEXT), None, items)
