"""Numbers are kept in the smallest type that holds them, and come back as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from searchsvc.columnar.mapping import narrow, open_as, save_narrow, widened

LEAST = np.iinfo(np.int64).min

_small = st.integers(-130, 130) | st.integers(-33_000, 66_000)


@st.composite
def numbers(draw: st.DrawFn) -> np.ndarray[Any, Any]:
    dtype = draw(st.sampled_from([np.uint8, np.int32, np.uint32, np.int64]))
    bounds = np.iinfo(dtype)
    within = st.integers(bounds.min, bounds.max)
    small = _small.filter(lambda number: bounds.min <= number <= bounds.max)
    items = draw(st.sampled_from([within, small, small | st.just(int(bounds.min))]))
    return draw(some.arrays(dtype, st.integers(0, 6), elements=items))


@given(numbers())
def test_what_was_narrowed_comes_back(given_numbers: Any) -> None:
    narrowed = narrow(given_numbers)
    back = widened(narrowed, given_numbers.dtype)
    assert narrowed.itemsize <= given_numbers.itemsize
    assert back.dtype == given_numbers.dtype
    assert back.tolist() == given_numbers.tolist()


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([0, 255], np.uint8),
        ([0, 256], np.uint16),
        ([-1, 127], np.int8),
        ([-127, LEAST], np.int8),
        ([-128], np.int16),
        ([1_700_000_000, LEAST], np.int32),
        ([1 << 32], np.int64),
        ([], np.int64),
    ],
)
def test_the_type_is_the_smallest(values: list[int], dtype: Any) -> None:
    assert narrow(np.array(values, np.int64)).dtype == dtype


def test_other_than_integers_stay(tmp_path: Path) -> None:
    assert narrow(np.zeros(3)).dtype == np.float64
    assert narrow(np.zeros(3, np.bool_)).dtype == np.bool_


def test_a_file_of_other_numbers_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    save_narrow(path, np.array([[1, 2], [3, 4]], np.int64))
    assert open_as(path, np.int64, 2).tolist() == [[1, 2], [3, 4]]
    with pytest.raises(ValueError, match=r"a\.npy: unexpected 2 dimensions"):
        open_as(path, np.int64)
    np.save(path, np.array([0.5]))
    with pytest.raises(ValueError, match=r"a\.npy: float64 where int32 was written"):
        open_as(path, np.int32)
