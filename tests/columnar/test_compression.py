"""Stored articles compressed one by one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import fields, index
from whoosh.filedb.filestore import FileStorage

from searchsvc.columnar import (
    ByteStrings,
    ColumnarCodec,
    ColumnarSegment,
    CompressedStrings,
    Documents,
    SegmentDamaged,
    compressed,
    compression,
    open_documents,
    write_documents,
)
from searchsvc.columnar.compression import FEWEST

ALIKE = [
    f'{{"id":"2020/{n}","title":"Word{n * n} of the day","category":"news"}}'.encode()
    for n in range(FEWEST)
]


def test_many_strings_that_are_alike_take_less_than_half_their_room() -> None:
    strings = compressed(ALIKE)
    assert isinstance(strings, CompressedStrings)
    assert list(strings) == ALIKE
    assert strings[-1] == ALIKE[-1]
    assert strings[2:4] == ALIKE[2:4]
    assert strings.some([7, 2, 7]) == [ALIKE[7], ALIKE[2], ALIKE[7]]
    assert 2 * len(strings.frames.blob) < sum(map(len, ALIKE))


@pytest.mark.parametrize(
    "strings",
    [ALIKE[:-1], [b""] * FEWEST, [b"a"] * FEWEST, [bytes([n % 256]) for n in range(FEWEST)]],
    ids=["few", "empty", "short", "nothing in common"],
)
def test_strings_that_gain_nothing_stay_as_they_are(strings: Sequence[bytes]) -> None:
    kept = compressed(strings)
    assert isinstance(kept, ByteStrings)
    assert list(kept) == list(strings)
    assert kept.some([7, 2, 7]) == [strings[7], strings[2], strings[7]]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=50), min_size=1, max_size=20))
def test_whatever_the_strings_hold_they_come_back(strange: list[bytes]) -> None:
    strings = [*ALIKE, *strange, b"x" * 10_000]
    assert list(compressed(strings)) == strings


def test_it_matters_to_no_frame_how_the_strings_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = ByteStrings.of(ALIKE)
    wide = ByteStrings(laid_out.blob, laid_out.offsets.astype(np.int64))
    monkeypatch.setattr(compression, "AT_ONCE", 300)
    one, *others = (compressed(strings) for strings in (laid_out, wide, ALIKE))
    assert isinstance(one, CompressedStrings)
    for other in others:
        assert isinstance(other, CompressedStrings)
        assert list(other.frames) == list(one.frames)


def test_threads_read_at_the_same_time() -> None:
    strings = compressed(ALIKE * 5)
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(strings.__getitem__, range(len(strings)), chunksize=50))
    assert read == ALIKE * 5


@pytest.mark.parametrize("part", ["stored.bytes", "stored.dictionary"])
def test_damage_is_an_error_that_names_the_file(tmp_path: Path, part: str) -> None:
    storage, segment = FileStorage(str(tmp_path)), ColumnarSegment("MAIN")
    segment.set_doc_count(len(ALIKE))
    write_documents(storage, segment, Documents(len(ALIKE), compressed(ALIKE)))
    assert list(open_documents(storage, segment).stored) == ALIKE
    (path,) = tmp_path.glob(f"*.{part}.npy")
    array = np.load(path)
    array[: len(array) // 2] ^= 0xFF
    np.save(path, array)
    with pytest.raises(SegmentDamaged, match="stored"):
        reader = ColumnarCodec().per_document_reader(storage, segment)
        for doc in range(len(ALIKE)):
            reader.stored_fields(doc)


def test_whoosh_reads_and_merges_them(tmp_path: Path) -> None:
    ix = index.create_in(tmp_path, fields.Schema(title=fields.TEXT(stored=True)))
    for first in (0, FEWEST):
        with ix.writer(codec=ColumnarCodec()) as writer:
            for n in range(first, first + FEWEST):
                writer.add_document(title=f"the word of day {n}")
            writer.merge = False
    assert len(list(tmp_path.glob("*.stored.dictionary.npy"))) == 2
    ix.optimize(codec=ColumnarCodec())
    (dictionary,) = tmp_path.glob("*.stored.dictionary.npy")
    with ix.reader() as reader:
        titles = [stored["title"] for stored in reader.all_stored_fields()]
    assert titles == [f"the word of day {n}" for n in range(2 * FEWEST)]
