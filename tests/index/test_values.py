"""Texts of documents as codes: in a segment as written, in a generation whatever their case."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.articles.article import Article, Provider
from searchsvc.index.values import ValueColumn, values_of
from tests.index.worlds import quick

_texts = st.lists(st.sampled_from("a A b ß SS ss é".split()), max_size=4, unique_by=str.casefold)
values = st.lists(st.tuples(_texts, st.booleans()), max_size=8)


def merged(documents: Sequence[Sequence[str]]) -> ValueColumn:
    return ValueColumn.merged([ValueColumn.of(documents)], [np.ones(len(documents), np.bool_)])


ARTICLES = [
    Article(
        "b", "B", provider=Provider("Example News", "news.example"), category="news", type="video",
        topics=("AI", "Cloud"),
    ),
    Article("c", "C", provider=Provider(None, "video.example"), topics=("ai",)),
    Article("a", "A"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "texts"),
    [
        ("topic", [["AI", "Cloud"], ["ai"], []]),
        ("provider", [["Example News"], ["video.example"], []]),
        ("domain", [["news.example"], ["video.example"], []]),
        ("category", [["news"], [], []]),
        ("type", [["video"], [], []]),
    ],
)
def test_values_stand_by_field(field: str, texts: list[list[str]]) -> None:
    column = ValueColumn.of([values_of(article, field) for article in ARTICLES])
    assert [column.of_document(doc) for doc in range(3)] == texts


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
    column = merged([[text] for text in spellings])
    assert column.labels == (label,)
    assert column.codes.tolist() == [0] * len(spellings)


def test_values_are_found_in_any_case() -> None:
    column = merged([["Cloud"], ["AI", "Straße"]])
    assert sorted(column.codes_of(["ai", "STRASSE"])) == [0, 2]
    assert column.codes_of(["unknown", ""]) == column.codes_of([]) == []


@quick
@given(values, values)
def test_what_is_kept_of_several_columns(one: list, other: list) -> None:
    parts = [[texts for texts, _ in each] for each in (one, other)]
    kept = [np.array([is_kept for _, is_kept in each], np.bool_) for each in (one, other)]
    flat = parts[0] + parts[1]
    is_kept = [bool(mask) for masks in kept for mask in masks]
    columns = [ValueColumn.of(part) for part in parts]
    living = [texts for texts, lives in zip(flat, is_kept, strict=True) if lives]
    joined, afresh = ValueColumn.joined(columns, kept), ValueColumn.of(living)
    assert joined.labels == afresh.labels
    assert joined.starts.tolist() == afresh.starts.tolist()
    assert joined.codes.tolist() == afresh.codes.tolist()
    for doc, texts in enumerate(living):
        assert sorted(joined.of_document(doc)) == sorted(texts)

    united, of_living = ValueColumn.merged(columns, kept), merged(living)
    assert len(united) == len(flat)
    assert united.labels == of_living.labels
    folded = [label.casefold() for label in united.labels]
    assert folded == sorted(set(folded))
    for doc, (texts, lives) in enumerate(zip(flat, is_kept, strict=True)):
        held = [label.casefold() for label in united.of_document(doc)]
        assert held == sorted({text.casefold() for text in texts if lives})
    for code in range(len(folded)):
        having = np.flatnonzero(united.documents_with([code])).tolist()
        assert having == [
            doc
            for doc, (texts, lives) in enumerate(zip(flat, is_kept, strict=True))
            if lives and folded[code] in {text.casefold() for text in texts}
        ]


@pytest.mark.parametrize("documents", [[["AI", "Straße"], [], ["ai"]], [[]], []])
def test_a_column_on_disk_is_the_one_in_memory(tmp_path: Path, documents: list[list[str]]) -> None:
    column = merged(documents)
    column.save(tmp_path, "topic")
    loaded = ValueColumn.load(tmp_path, "topic", len(documents))
    assert loaded.labels == column.labels
    np.testing.assert_array_equal(loaded.starts, column.starts, strict=True)
    np.testing.assert_array_equal(loaded.codes, column.codes, strict=True)
    with pytest.raises(ValueError, match="topic"):
        ValueColumn.load(tmp_path, "topic", len(documents) + 1)
