"""Weights that are mostly 1 take a bit each; steady arrays none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filestore import FileStorage, RamStorage

from searchsvc.columnar import ColumnarSegment, SegmentDamaged
from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.weights import STRIDE, MostlyOnes, open_weights, write_weights

SEGMENT = ColumnarSegment("MAIN")
FREQUENCIES = np.where(np.arange(100) % 9, 1, np.arange(100) + 2).astype(np.uint8)


def written(storage: Any, weights: Any) -> ArrayReader:
    writer = ArrayWriter(storage, SEGMENT, "fields")
    write_weights(writer, "field.a", weights)
    writer.close({})
    return ArrayReader(storage, SEGMENT, "fields")


@given(st.lists(st.sampled_from([1] * 9 + [2, 7, 255]), max_size=90), st.booleans())
def test_weights_come_back(weights: list[int], are_floats: bool) -> None:
    array = np.array(weights, np.float32 if are_floats else np.uint8)
    opened = open_weights(written(RamStorage(), array), "field.a", len(array))
    assert opened.dtype == array.dtype
    assert np.asarray(opened).tolist() == weights


@given(st.lists(st.sampled_from([1] * 9 + [2, 7, 255]), max_size=5 * STRIDE), st.data())
def test_weights_that_are_mostly_1_read_as_their_array(weights: list[int], data: Any) -> None:
    array = np.array(weights, np.uint16)
    read = MostlyOnes.of(array[array != 1], np.packbits(array != 1), len(array))
    place = st.none() | st.integers(-len(array) - 1, len(array) + 1)
    some = slice(data.draw(place), data.draw(place), data.draw(st.sampled_from([None, 1, 2, -1])))
    assert len(read) == len(array)
    assert read[some].dtype == array.dtype
    assert read[some].tolist() == array[some].tolist()
    for index in {0, len(array) - 1, -len(array)} if weights else set():
        assert read[index] == array[index]
    with pytest.raises(IndexError):
        read[len(array)]


def test_missing_bits_are_found() -> None:
    with pytest.raises(ValueError, match="0 bytes for a bit of each of 3 weights"):
        MostlyOnes.of(np.zeros(0, np.uint8), np.zeros(0, np.uint8), 3)


def test_a_bit_of_no_weight_is_found() -> None:
    with pytest.raises(ValueError, match="does not place 2 weights"):
        MostlyOnes.of(np.full(2, 3, np.uint8), np.array([0b100_00001], np.uint8), 3)


def test_mostly_ones_are_no_array_of_weights(tmp_path: Path) -> None:
    reader = written(FileStorage(str(tmp_path)), FREQUENCIES)
    assert not reader.has("field.a.weights")
    assert sum(path.stat().st_size for path in tmp_path.glob("*.npy")) < 2 * 128 + 100


def test_bits_that_place_other_weights_are_found(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    written(storage, FREQUENCIES)
    (path,) = tmp_path.glob("*.are_others.npy")
    bits = np.load(path)
    bits[0] ^= 1
    np.save(path, bits)
    with pytest.raises(SegmentDamaged, match=f"{path.name}.*does not place"):
        open_weights(ArrayReader(storage, SEGMENT, "fields"), "field.a", len(FREQUENCIES))


@given(
    st.integers(-300, 300),
    st.integers(-3, 70_000),
    st.integers(0, 200),
    st.sampled_from([np.uint32, np.int32, np.int64]),
    st.none() | st.integers(0, 199),
)
def test_steady_arrays_come_back(
    first: int, step: int, size: int, dtype: Any, broken_at: int | None
) -> None:
    array = (first + step * np.arange(size)).astype(dtype)
    if broken_at is not None and broken_at < size:
        array[broken_at] += 1
    storage = RamStorage()
    writer = ArrayWriter(storage, SEGMENT, "fields")
    writer.write("a", array)
    writer.close({})
    back = ArrayReader(storage, SEGMENT, "fields").read("a", dtype)
    assert back.dtype == array.dtype
    assert back.tolist() == array.tolist()


def test_steady_arrays_are_no_files(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    writer = ArrayWriter(storage, SEGMENT, "fields")
    writer.write("a", np.arange(0, 12_000, 12, dtype=np.uint32))
    writer.close({})
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]
