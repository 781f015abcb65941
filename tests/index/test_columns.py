"""What is known of every document by its number, in memory and on disk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.index.columns import (
    DEFAULT_PIVOT,
    NO_DATE,
    NO_VALUE,
    Columns,
    inverse,
    pivot,
    rating,
)
from searchsvc.index.segment_builder import order_of
from searchsvc.index.values import ValueColumn
from tests.index.worlds import quick

ORDERS = ("newest", "oldest", "heat", "quality")
Row = tuple[str, datetime | None, int | None, int | None]
ROWS: list[Row] = [
    ("b", datetime(2020, 5, 20, 12, 59, tzinfo=UTC), 89, -1),
    ("c", None, None, None),
    ("a", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), None, None),
]


def columns(rows: list[Row]) -> Columns:
    dates = [NO_DATE if date is None else int(date.timestamp()) for _, date, _, _ in rows]
    return Columns.of(
        np.array(dates, np.int64),
        np.array([rating(quality) for _, _, quality, _ in rows], np.int32),
        np.array([rating(heat) for _, _, _, heat in rows], np.int32),
        {name: ValueColumn.of([[name]] * len(rows)) for name in VALUE_FIELDS},
        inverse(order_of([article_id.encode() for article_id, *_ in rows])),
    )


@pytest.mark.parametrize(
    ("order", "places"),
    [("newest", [0, 2, 1]), ("oldest", [1, 2, 0]), ("heat", [0, 2, 1]), ("quality", [0, 2, 1])],
)
def test_documents_know_their_place_in_every_order(order: str, places: list[int]) -> None:
    assert columns(ROWS).ranks[order].tolist() == places


@quick
@given(st.lists(st.tuples(st.none() | st.integers(-2, 70_000), st.integers(0, 3)), max_size=8))
def test_missing_ratings_come_last_and_ties_newest_first(
    rated: list[tuple[int | None, int]],
) -> None:
    rows: list[Row] = [
        (f"a{n}", datetime(2020, 1, 1 + day, tzinfo=UTC), None, heat)
        for n, (heat, day) in enumerate(rated)
    ]
    expected = sorted(
        range(len(rated)),
        key=lambda n: (rated[n][0] is None, -(rated[n][0] or 0), -rated[n][1], n),
    )
    assert np.argsort(columns(rows).ranks["heat"]).tolist() == expected
    unrated = columns([(name, date, None, None) for name, date, _, _ in rows])
    heat = np.array([rating(heat) for heat, _ in rated], np.int32)
    assert np.argsort(unrated.rated(heat, heat).ranks["heat"]).tolist() == expected


def test_the_pivot_is_the_median_of_what_is_there() -> None:
    assert pivot(np.array([NO_VALUE, 1, 10, 4], np.int32)) == 4
    assert pivot(np.array([NO_VALUE], np.int32)) == DEFAULT_PIVOT


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_columns_are_on_disk_what_they_are_in_memory(tmp_path: Path, rows: list[Row]) -> None:
    built = columns(rows)
    built.save(tmp_path)
    built.save_ratings(tmp_path)
    loaded = Columns.load(tmp_path, built.published_at)
    for name in ("published_at", "quality", "heat"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(built, name), strict=True)
    for name in ORDERS:
        np.testing.assert_array_equal(loaded.ranks[name], built.ranks[name], strict=True)
    for name in VALUE_FIELDS:
        assert loaded.values[name].labels == built.values[name].labels


def test_a_missing_or_damaged_column_is_told(tmp_path: Path) -> None:
    columns(ROWS).save(tmp_path)
    columns(ROWS).save_ratings(tmp_path)
    with pytest.raises(ValueError):
        Columns.load(tmp_path, np.zeros(4, np.int64))
    path = tmp_path / "column.heat.npy"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError):
        Columns.load(tmp_path, np.zeros(3, np.int64))
    path.unlink()
    with pytest.raises(OSError):
        Columns.load(tmp_path, np.zeros(3, np.int64))
    columns(ROWS[:2]).save_ratings(tmp_path)
    with pytest.raises(ValueError, match="another index"):
        Columns.load(tmp_path, np.zeros(3, np.int64))


@pytest.mark.parametrize("places", [[0, 0, 2], [0, 1, 3], [-1, 1, 0], [0, 1, 2**31 - 1]])
def test_an_order_has_each_place_once(tmp_path: Path, places: list[int]) -> None:
    columns(ROWS).save(tmp_path)
    columns(ROWS).save_ratings(tmp_path)
    np.save(tmp_path / "column.newest.npy", np.array(places, np.int32))
    with pytest.raises(ValueError, match=r"column\.newest"):
        Columns.load(tmp_path, np.zeros(3, np.int64))
