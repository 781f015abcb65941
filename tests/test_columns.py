"""What is known of every document by its number, in memory and on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.article import Article, Provider
from searchsvc.index.columns import ORDERS, VALUE_FIELDS, Columns, ValueColumn
from searchsvc.search.ranking import NO_DATE, NO_VALUE

ARTICLES = [
    Article(
        id="b",
        title="B",
        published_at=datetime(2020, 5, 20, 12, 59, tzinfo=UTC),
        provider=Provider("Example News", "news.example"),
        category="news",
        type="article",
        topics=("AI", "Cloud"),
        quality=89,
        heat=-1,
    ),
    Article(id="c", title="C", provider=Provider(None, "video.example"), topics=("ai",)),
    Article(id="a", title="A", published_at=datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
]


def codes(column: ValueColumn, document: int) -> list[int]:
    return [
        int(code) for code in column.codes[column.starts[document] : column.starts[document + 1]]
    ]


def labels(column: ValueColumn, document: int) -> list[str]:
    return [column.labels[code] for code in codes(column, document)]


def test_numbers_and_dates_stand_in_document_order() -> None:
    columns = Columns.build(ARTICLES)
    assert len(columns) == 3
    assert columns.published_at.tolist() == [1_589_979_540, NO_DATE, -1]
    assert columns.quality.tolist() == [89, NO_VALUE, NO_VALUE]
    assert columns.heat.tolist() == [-1, NO_VALUE, NO_VALUE]


@pytest.mark.parametrize(
    ("order", "places"),
    [("newest", [0, 2, 1]), ("oldest", [1, 2, 0]), ("heat", [0, 2, 1]), ("quality", [0, 2, 1])],
)
def test_documents_know_their_place_in_every_order(order: str, places: list[int]) -> None:
    assert Columns.build(ARTICLES).ranks[order].tolist() == places


@given(st.lists(st.tuples(st.none() | st.integers(-2, 70_000), st.integers(0, 3)), max_size=8))
def test_missing_ratings_come_last_and_ties_newest_first(
    rated: list[tuple[int | None, int]],
) -> None:
    columns = Columns.build(
        [
            Article(f"a{n}", "", published_at=datetime(2020, 1, 1 + day, tzinfo=UTC), heat=heat)
            for n, (heat, day) in enumerate(rated)
        ]
    )
    expected = sorted(
        range(len(rated)),
        key=lambda n: (rated[n][0] is None, -(rated[n][0] or 0), -rated[n][1], n),
    )
    assert np.argsort(columns.ranks["heat"]).tolist() == expected


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("topic", [["AI", "Cloud"], ["AI"], []]),
        ("provider", [["Example News"], ["video.example"], []]),
        ("domain", [["news.example"], ["video.example"], []]),
        ("category", [["news"], [], []]),
        ("type", [["article"], [], []]),
    ],
)
def test_values_stand_by_field(field: str, values: list[list[str]]) -> None:
    column = Columns.build(ARTICLES).values[field]
    assert [labels(column, document) for document in range(3)] == values


@pytest.mark.parametrize(
    ("spellings", "label"),
    [
        (["ai", "AI", "AI"], "AI"),
        (["ai", "ai", "AI"], "ai"),
        (["ai", "AI"], "AI"),
        (["STRASSE", "Straße", "Straße"], "Straße"),
    ],
)
def test_a_value_is_written_as_most_write_it(spellings: list[str], label: str) -> None:
    column = ValueColumn.build([[text] for text in spellings])
    assert column.labels == (label,)
    assert column.codes.tolist() == [0] * len(spellings)


def test_values_are_found_in_any_case() -> None:
    column = ValueColumn.build([["Cloud"], ["AI", "Straße"]])
    assert column.codes_of(["ai", "STRASSE"]) == {0, 2}
    assert column.codes_of(["unknown", ""]) == column.codes_of([]) == set()


_VALUES = st.lists(st.lists(st.sampled_from("a A b ß SS ss é".split()), max_size=4), max_size=8)


@given(_VALUES)
def test_every_entry_has_its_value_and_its_document(values: list[list[str]]) -> None:
    column = ValueColumn.build(values)
    flat = [(document, text) for document, texts in enumerate(values) for text in texts]
    for code in range(len(column.labels)):
        having = np.flatnonzero(column.documents_with([code])).tolist()
        key = column.labels[code].casefold()
        assert having == sorted({document for document, text in flat if text.casefold() == key})
    assert [column.labels[code].casefold() for code in column.codes] == [
        text.casefold() for _, text in flat
    ]
    assert len({label.casefold() for label in column.labels}) == len(column.labels)
    for document, texts in enumerate(values):
        assert column.codes_of(texts) == set(codes(column, document))


@pytest.mark.parametrize("articles", [ARTICLES, ARTICLES[:1], []])
def test_columns_are_on_disk_what_they_are_in_memory(
    tmp_path: Path, articles: list[Article]
) -> None:
    built = Columns.build(articles)
    built.save(tmp_path)
    loaded = Columns.load(tmp_path)
    for name in ("published_at", "quality", "heat"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(built, name), strict=True)
    for name in ORDERS:
        np.testing.assert_array_equal(loaded.ranks[name], built.ranks[name], strict=True)
    for name in VALUE_FIELDS:
        assert loaded.values[name].labels == built.values[name].labels
        np.testing.assert_array_equal(loaded.values[name].starts, built.values[name].starts)
        np.testing.assert_array_equal(loaded.values[name].codes, built.values[name].codes)


def test_a_missing_or_damaged_column_is_told(tmp_path: Path) -> None:
    Columns.build(ARTICLES).save(tmp_path)
    path = tmp_path / "column.heat.npy"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError):
        Columns.load(tmp_path)
    path.unlink()
    with pytest.raises(OSError):
        Columns.load(tmp_path)


def test_columns_of_other_documents_are_told(tmp_path: Path) -> None:
    Columns.build(ARTICLES).save(tmp_path)
    other = Columns.build([*ARTICLES, replace(ARTICLES[0], id="d")])
    np.save(tmp_path / "column.quality.npy", other.quality)
    with pytest.raises(ValueError, match="differ in length"):
        Columns.load(tmp_path)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    Columns.build(ARTICLES).save(tmp_path)
    np.save(tmp_path / "column.heat.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError):
        Columns.load(tmp_path)
