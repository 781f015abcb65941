"""What happens when the files of an index are damaged."""

import pickletools
from pathlib import Path

import numpy as np
import pytest
from whoosh import fields, index, query
from whoosh.filedb.filestore import RamStorage, copy_to_ram

from searchsvc.columnar import ColumnarCodec, SegmentDamaged, SegmentFileMissing
from searchsvc.columnar.mapping import SMALL, open_array

SCHEMA = fields.Schema(
    title=fields.TEXT(stored=True, vector=True, sortable=True),
    body=fields.TEXT(chars=True),
    number=fields.NUMERIC(sortable=True),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ix = index.create_in(tmp_path, SCHEMA)
    with ix.writer(codec=ColumnarCodec()) as writer:
        for number in range(20):
            writer.add_document(title=f"alfa bravo t{number}", body="alfa", number=number)
    return tmp_path


def read_everything(ix: index.FileIndex) -> None:
    with ix.reader() as reader:
        list(reader.all_stored_fields())
        list(reader.iter_postings())
        for name in ("title", "number"):
            list(reader.column_reader(name))
        reader.vector(3, "title")
        for name in SCHEMA.names():
            reader.doc_field_length(0, name)


def arrays(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.npy"))


def test_every_file_is_an_array_or_a_description(folder: Path) -> None:
    for path in arrays(folder):
        np.load(path, mmap_mode="r", allow_pickle=False)
    read_everything(index.open_dir(folder))


def test_no_file_of_ours_is_a_pickle(folder: Path) -> None:
    for path in arrays(folder):
        if ".values." in path.name:
            continue  # what Whoosh's format Characters encodes is its own affair
        with pytest.raises(ValueError):
            list(pickletools.genops(path.read_bytes()))


def test_a_missing_file_is_named_at_once(folder: Path) -> None:
    for path in [*arrays(folder), *folder.glob("MAIN_*.json")]:
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(SegmentFileMissing, match=path.name):
            ColumnarCodec().terms_reader(*parts(folder))
            ColumnarCodec().per_document_reader(*parts(folder))
        path.write_bytes(content)


def parts(folder: Path) -> tuple[object, object]:
    ix = index.open_dir(folder)
    return ix.storage, ix._segments()[0]


@pytest.mark.parametrize("size", [0, 1, 60, -1])
def test_a_truncated_file_is_named_at_once(folder: Path, size: int) -> None:
    for path in [*arrays(folder), *folder.glob("MAIN_*.json")]:
        content = path.read_bytes()
        path.write_bytes(content[:size])
        with pytest.raises(SegmentDamaged, match=path.name):
            index.open_dir(folder).reader()
        path.write_bytes(content)


def test_a_flipped_bit_in_a_description_is_found(folder: Path) -> None:
    for path in folder.glob("MAIN_*.json"):
        content = bytearray(path.read_bytes())
        for place in range(0, len(content), 37):
            content[place] ^= 4
            path.write_bytes(content)
            # What JSON doesn't care for (a space become a $ is an error, not a different value)
            # can't change the description either.
            with pytest.raises(SegmentDamaged, match=path.name):
                index.open_dir(folder).reader()
            content[place] ^= 4
        path.write_bytes(content)


def test_a_flipped_bit_in_the_head_of_an_array_is_found_or_harmless(folder: Path) -> None:
    for path in arrays(folder):
        content = bytearray(path.read_bytes())
        for place in range(0, 80, 3):
            content[place] ^= 1
            path.write_bytes(content)
            try:
                read_everything(index.open_dir(folder))
            except SegmentDamaged as error:
                assert path.name in str(error)
            content[place] ^= 1
        path.write_bytes(content)


def test_stored_fields_that_are_no_longer_json_are_named(folder: Path) -> None:
    (path,) = folder.glob("*.stored.bytes.npy")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(SegmentDamaged, match=path.name):
        read_everything(index.open_dir(folder))


def test_arrays_of_different_segments_do_not_mix(folder: Path) -> None:
    """A file of the right size and type but with other content than its neighbours expect."""
    (path,) = folder.glob("*.field.title.postings.lengths.npy")
    lengths = np.load(path)
    lengths[-1] += 1
    np.save(path, lengths)
    with pytest.raises(SegmentDamaged, match=path.name):
        read_everything(index.open_dir(folder))


def test_an_index_copied_to_memory_reads_the_same(folder: Path) -> None:
    ram = copy_to_ram(index.open_dir(folder).storage)
    assert isinstance(ram, RamStorage)
    read_everything(ram.open_index())
    with ram.open_index().searcher() as searcher:
        assert len(searcher.search(query.Term("title", "alfa"), limit=None)) == 20


def test_large_arrays_on_disk_are_mapped_and_small_ones_hold_no_file_open(tmp_path: Path) -> None:
    for size, is_mapped in ((10, False), (SMALL, True)):
        np.save(tmp_path / "a.npy", np.arange(size, dtype=np.uint8))
        array = open_array(tmp_path / "a.npy")
        assert type(array) is np.ndarray
        assert isinstance(array.base, np.memmap) is is_mapped
        assert not array.flags.writeable
        assert len(array) == size
