import pickle
import pickletools
from pathlib import Path

import pytest
from whoosh import fields, index, query

from searchsvc.columnar import ColumnarCodec, ColumnarSegment

SCHEMA = fields.Schema(id=fields.ID(stored=True, unique=True), title=fields.TEXT(stored=True))


@pytest.fixture
def ix(tmp_path: Path) -> index.FileIndex:
    ix = index.create_in(tmp_path, SCHEMA)
    with ix.writer(codec=ColumnarCodec()) as writer:
        for number in range(5):
            writer.add_document(id=str(number), title=f"article number{number}")
    return ix


def test_a_segment_pickles_as_plain_values() -> None:
    segment = ColumnarSegment("main")
    segment.set_doc_count(9)
    segment.delete_document(7)
    segment.delete_document(3)
    pickled = pickle.dumps(segment, 2)
    named = {arg for opcode, arg, _ in pickletools.genops(pickled) if opcode.name == "GLOBAL"}
    assert named == {
        "_codecs encode",  # how protocol 2 spells bytes
        "searchsvc.columnar.codec ColumnarSegment",
    }
    again = pickle.loads(pickled)
    assert again.segment_id() == segment.segment_id()
    assert (again.doc_count_all(), again.doc_count()) == (9, 7)
    assert again.deleted_docs() == {3, 7}


def test_deleting_is_undone() -> None:
    segment = ColumnarSegment("main")
    segment.set_doc_count(3)
    segment.delete_document(1)
    assert segment.is_deleted(1)
    segment.delete_document(1, delete=False)
    assert not segment.has_deletions()


def test_plain_open_dir_reads_an_index(ix: index.FileIndex, tmp_path: Path) -> None:
    with index.open_dir(tmp_path).searcher() as searcher:
        (hit,) = searcher.search(query.Term("title", "number3"))
        assert hit.fields() == {"id": "3", "title": "article number3"}
        assert hit.highlights("title") == 'article <b class="match term0">number3</b>'


def test_a_segment_is_not_assembled_into_one_file(ix: index.FileIndex, tmp_path: Path) -> None:
    assert not list(tmp_path.glob("*.seg"))
    assert {path.suffix for path in tmp_path.glob("MAIN_*.*")} == {".npy", ".json"}


def test_an_open_reader_outlives_the_files_of_its_segment(
    ix: index.FileIndex, tmp_path: Path
) -> None:
    with ix.searcher() as searcher:
        for path in tmp_path.glob("MAIN_*.*"):
            path.unlink()
        (hit,) = searcher.search(query.Term("title", "number3"))
        assert hit["id"] == "3"


def test_whoosh_cleans_the_files_of_segments_no_longer_used(
    ix: index.FileIndex, tmp_path: Path
) -> None:
    before = {path.name for path in tmp_path.glob("MAIN_*.*")}
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.update_document(id="1", title="another")
        writer.optimize = True
    after = {path.name for path in tmp_path.glob("MAIN_*.*")}
    assert not before & after
    assert ix.doc_count() == 5


@pytest.mark.parametrize("name", ["provider.name", "Title", "ünïcödé", "a/../b", "-"])
def test_any_field_name_makes_a_file_name_that_whoosh_cleans(name: str, tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, fields.Schema())
    writer = ix.writer(codec=ColumnarCodec())
    writer.add_field(name, fields.TEXT(stored=True, sortable=True, vector=True))
    writer.add_document(**{name: "alfa"})
    writer.commit()
    with ix.searcher() as searcher:
        assert [hit[name] for hit in searcher.search(query.Term(name, "alfa"))] == ["alfa"]
    with ix.writer() as writer:
        writer.mergetype = lambda writer, segments: []
    assert not list(tmp_path.glob("MAIN_*.*"))


def test_fields_that_differ_in_case_are_kept_apart(tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, fields.Schema(title=fields.TEXT, Title=fields.TEXT))
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(title="alfa", Title="bravo")
    assert len({path.name.lower() for path in tmp_path.iterdir()}) == len(list(tmp_path.iterdir()))
    with ix.reader() as reader:
        assert list(reader.all_terms()) == [("Title", b"bravo"), ("title", b"alfa")]
