"""A segment holds what is in the texts of its articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from searchsvc.analysis import compound_keys, index_stems, title_key, words
from searchsvc.articles import addresses
from searchsvc.articles.article import Article
from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.index.columns import NO_DATE
from searchsvc.index.segment import (
    TITLE_KEY,
    Segment,
    SegmentData,
    hash_of_title,
    link_segment,
)
from searchsvc.index.values import values_of
from tests.index.worlds import (
    collections,
    languages,
    lengths,
    occurrences,
    quick,
    segment_of,
    several,
    texts_of,
)


def postings(data: SegmentData) -> dict[str, list[tuple[int, list[int]]]]:
    """For each word its documents with their positions."""
    of = data.postings
    found: dict[str, list[tuple[int, list[int]]]] = {}
    for number, word in enumerate(data.words):
        place, listed = of.position_starts[number], []
        for posting in range(of.starts[number], of.starts[number + 1]):
            end = place + of.counts[posting]
            listed.append((int(of.docs[posting]), of.positions[place:end].tolist()))
            place = end
        assert place == of.position_starts[number + 1]
        found[word.decode()] = listed
    return found


@quick
@given(collections, languages)
def test_every_word_has_the_places_where_it_stands(added: list[Article], language: str) -> None:
    data = segment_of(added, language)
    expected: dict[str, list[Any]] = defaultdict(list)
    for doc, article in enumerate(added):
        for word, positions in occurrences(article, language).items():
            expected[word].append((doc, positions))
    assert postings(data) == expected
    assert list(data.words) == sorted(word.encode() for word in expected)
    assert data.lengths.T.tolist() == [lengths(article, language) for article in added]


@quick
@given(collections, languages)
def test_every_word_has_its_stem(added: list[Article], language: str) -> None:
    data = segment_of(added, language)
    terms = [word.decode() for word in data.words]
    stems = [data.stems[number].decode() for number in data.stem_of]
    assert stems == index_stems(language, terms)
    assert list(data.stems) == sorted({stem.encode() for stem in stems})


@quick
@given(collections, languages)
def test_titles_are_kept_as_keys(added: list[Article], language: str) -> None:
    data = segment_of(added, language)
    keys = [title_key(article.title, language).encode() for article in added]
    pairs = list(zip(data.title_keys, data.title_docs.tolist(), strict=True))
    assert pairs == sorted((key[:TITLE_KEY], doc) for doc, key in enumerate(keys) if key)
    assert data.title_hashes.tolist() == [hash_of_title(key) for key in keys]
    segment = Segment("x", 0, data)
    for key in keys:
        found = segment.titled(key, hash_of_title(key)).tolist() if key else []
        assert sorted(found) == [doc for doc, other in enumerate(keys) if key and other == key]


@quick
@given(collections)
def test_what_is_known_of_each_article(added: list[Article]) -> None:
    data = segment_of(added)
    assert data.stored.some(range(len(added))) == [article.stored_json() for article in added]
    assert list(data.ids) == [article.id.encode() for article in added]
    assert [data.ids[doc] for doc in data.id_order] == sorted(data.ids)
    assert data.published_at.tolist() == [
        NO_DATE if article.published_at is None else article.published_at.timestamp()
        for article in added
    ]
    assert list(data.addresses) == [addresses.keys(article.urls) for article in added]
    assert list(data.related) == [addresses.keys(article.related) for article in added]
    for name in VALUE_FIELDS:
        for doc, article in enumerate(added):
            held = data.values[name].of_document(doc)
            assert sorted(held) == sorted(values_of(article, name))
    segment = Segment("x", 0, data)
    for doc, article in enumerate(added):
        assert segment.find(article.id) == doc
    assert segment.find("2020/unknown") == segment.find("") == segment.find("zzz") == -1


@quick
@given(collections, languages)
def test_hyphenated_words_are_counted(added: list[Article], language: str) -> None:
    data = segment_of(added, language)
    expected = Counter(
        key
        for article in added
        for text in texts_of(article)
        for word in words(text, language)
        for key in compound_keys(word.terms)
    )
    found = zip(data.compounds, data.compound_counts.tolist(), strict=True)
    assert {key.decode(): count for key, count in found} == expected
    assert list(data.compounds) == sorted(data.compounds)


@quick
@given(collections)
def test_one_posting_is_found_with_its_positions(added: list[Article]) -> None:
    segment = Segment("x", 0, segment_of(added))
    for doc, article in enumerate(added):
        expected = occurrences(article, "en")
        for number, word in enumerate(segment.words):
            posting = segment.posting(number, doc)
            assert (posting >= 0) == (word.decode() in expected)
            if posting >= 0:
                assert segment.positions(number, posting).tolist() == expected[word.decode()]


def test_the_count_ends_at_255_and_places_at_16381() -> None:
    long = "aa " + "bb " * 400 + "cc " * 16_200 + "dd ee"
    data = segment_of([Article("x", "bb " * 3, excerpt=long)])
    found = postings(data)
    title, excerpt = 0, 2 << 14
    assert found["aa"] == [(0, [excerpt])]
    assert found["bb"] == [(0, [title, 1, 2, *range(excerpt + 1, excerpt + 253)])]
    assert found["dd"] == [(0, [excerpt + 16_383])] == found["ee"]
    assert data.lengths[:, 0].tolist() == [3, 0, 16_603, 0]


@several
@given(collections)
def test_a_segment_on_disk_is_the_one_in_memory(added: list[Article]) -> None:
    with TemporaryDirectory() as name:
        data = segment_of(added)
        data.save(Path(name), "1a")
        loaded = Segment.open(Path(name), "1a", base=7)
        assert (loaded.base, loaded.documents) == (7, len(added))
        assert_equal(loaded.data, data)


def assert_equal(one: SegmentData, other: SegmentData) -> None:
    """Everything but how stored articles are compressed."""
    assert list(one.stored) == list(other.stored)
    for part in ("words", "stems", "ids", "title_keys", "addresses", "related", "compounds"):
        assert list(getattr(one, part)) == list(getattr(other, part)), part
    for part in ("stem_of", "lengths", "id_order", "title_docs", "title_hashes", "published_at"):
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part), strict=True)
    for part in ("starts", "docs", "counts", "position_starts", "positions"):
        mine, theirs = getattr(one.postings, part), getattr(other.postings, part)
        np.testing.assert_array_equal(mine, theirs)
    for name in VALUE_FIELDS:
        mine, theirs = one.values[name], other.values[name]
        assert mine.labels == theirs.labels
        np.testing.assert_array_equal(mine.starts, theirs.starts, strict=True)
        np.testing.assert_array_equal(mine.codes, theirs.codes, strict=True)


ONE = Article(
    "a", "A-b news", "News, news", "https://a.example/", topics=("AI",), related=("/b",),
    published_at=datetime(2020, 1, 1, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    segment_of([ONE, Article("b", "More news")]).save(tmp_path, "1a")
    return tmp_path


def test_segments_are_shared_by_links(folder: Path) -> None:
    other = folder / "other"
    other.mkdir()
    names = link_segment("1a", folder, other)
    assert sorted(names) == sorted(path.name for path in other.iterdir())
    assert all(path.stat().st_nlink == 2 for path in other.iterdir())
    assert link_segment("1", folder, other) == []
    assert Segment.open(other, "1a").documents == 2


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("docs", lambda docs: docs[::-1]),
        ("docs", lambda docs: docs + 1),
        ("docs", lambda docs: docs.astype(np.int64)),
        ("counts", lambda counts: counts + 1),
        ("counts", lambda counts: counts[:-1]),
        ("starts", lambda starts: starts[:-1]),
        ("starts", lambda starts: starts + 1),
        ("positions", lambda positions: positions[:-1]),
        ("position_starts", lambda starts: starts[:0]),
        ("position_starts", lambda starts: starts[:-1]),
        ("position_starts", lambda starts: np.append(starts, starts[-1])),
        ("stem_of", lambda stem_of: stem_of + 100),
        ("lengths", lambda lengths: lengths[:3]),
        ("title_docs", lambda docs: docs - 1),
        ("title_hashes", lambda hashes: hashes[:-1]),
        ("id_order", lambda order: order + 1),
        ("published_at", lambda dates: dates[:-1]),
        ("words.offsets", lambda offsets: offsets[:-1]),
        ("value.topic.codes", lambda codes: codes + 9),
        ("compound_counts", lambda counts: counts[:-1]),
        ("addresses.offsets", lambda offsets: np.minimum(offsets, 5)),
    ],
)
def test_arrays_that_make_no_sense_are_told(folder: Path, part: str, change: Any) -> None:
    path = folder / f"MAIN_1a.{part}.npy"
    np.save(path, change(np.load(path)))
    with pytest.raises(ValueError, match="MAIN_1a"):
        Segment.open(folder, "1a")


def test_a_segment_without_words_has_the_bounds_of_none(tmp_path: Path) -> None:
    segment_of([]).save(tmp_path, "1a")
    assert Segment.open(tmp_path, "1a").documents == 0
    np.save(tmp_path / "MAIN_1a.position_starts.npy", np.zeros(0, np.int64))
    with pytest.raises(ValueError, match="MAIN_1a"):
        Segment.open(tmp_path, "1a")


def test_pickles_are_never_loaded(folder: Path) -> None:
    np.save(folder / "MAIN_1a.docs.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError):
        Segment.open(folder, "1a")
