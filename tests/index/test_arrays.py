"""Flat arrays on disk, and lists laid end to end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.index.arrays import (
    are_ascending_within,
    are_bounds,
    bounds_of,
    load,
    save,
    taken,
)
from tests.index.worlds import quick

_lists = st.lists(st.lists(st.integers(0, 9), max_size=4), max_size=6)


@pytest.mark.parametrize("size", [0, 5, 100_000])
def test_an_array_reads_as_it_was_written(tmp_path: Path, size: int) -> None:
    array = np.arange(2 * size, dtype=np.int32)[::2]
    save(tmp_path, "some", array)
    loaded = load(tmp_path, "some", np.int64, np.int32)
    np.testing.assert_array_equal(loaded, array, strict=True)
    assert type(loaded) is np.ndarray and not loaded.flags.writeable


def test_what_is_no_such_array_is_told(tmp_path: Path) -> None:
    save(tmp_path, "some", np.zeros((2, 2), np.int32))
    for dtype, ndim in ((np.int64, 2), (np.int32, 1)):
        with pytest.raises(ValueError, match="some"):
            load(tmp_path, "some", dtype, ndim=ndim)
    np.save(tmp_path / "fortran.npy", np.zeros((2, 3), order="F"))
    with pytest.raises(ValueError, match="order"):
        load(tmp_path, "fortran", np.float64, ndim=2)
    np.save(tmp_path / "pickled.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError):
        load(tmp_path, "pickled", object)
    with pytest.raises(OSError):
        load(tmp_path, "missing", np.int32)


@quick
@given(_lists)
def test_lists_that_rise(lists: list[list[int]]) -> None:
    flat = np.array([number for each in lists for number in each], np.int64)
    bounds = bounds_of(np.array(list(map(len, lists)), np.int64))
    assert are_bounds(bounds, len(flat))
    assert are_ascending_within(flat, bounds) == all(each == sorted(set(each)) for each in lists)


@quick
@given(_lists, st.data())
def test_chosen_lists(lists: list[list[int]], data: st.DataObject) -> None:
    flat = np.array([number for each in lists for number in each], np.int64)
    bounds = bounds_of(np.array(list(map(len, lists)), np.int64))
    chosen = data.draw(st.lists(st.sampled_from(range(len(lists))))) if lists else []
    new, places = taken(bounds, np.array(chosen, np.int64))
    found = flat[places].tolist()
    assert [found[a:b] for a, b in zip(new, new[1:], strict=False)] == [lists[n] for n in chosen]


@pytest.mark.parametrize("bounds", [[], [1, 2], [0, 2, 1, 3], [0, 2]])
def test_what_are_no_bounds(bounds: list[int]) -> None:
    assert not are_bounds(np.array(bounds, np.int64), 3)
