"""An index that was changed night after night holds what one built afresh would hold."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh import index as whoosh_index
from whoosh import query
from whoosh.reading import MultiReader, SegmentReader

from searchsvc.analysis import title_key
from searchsvc.articles import addresses
from searchsvc.articles.article import Article, Provider
from searchsvc.batch import EVERYTHING, GenerationColumns, IndexWriter, MergePolicy
from searchsvc.columnar import document_arrays, field_arrays
from searchsvc.index.columns import ORDERS, VALUE_FIELDS, Columns, rating
from tests.batch.worlds import articles, described

nights = st.lists(
    st.tuples(
        st.lists(articles, max_size=4, unique_by=lambda article: article.id),
        st.lists(st.sampled_from(["2020/a", "2020/b", "2020/é"]), max_size=2, unique=True),
    ),
    min_size=1,
    max_size=5,
)


def run(folder: Path, carried: Path | None, changes: Any, **options: Any) -> GenerationColumns:
    folder.mkdir()
    writer = IndexWriter(folder, "en", carried, **options)
    added, deleted = changes
    for article_id in [*deleted, *(article.id for article in added)]:
        writer.delete(article_id)
    for article in added:
        writer.add(article)
    written = writer.finish()
    written.columns.save(folder)
    return written


def corpus_after(history: Any) -> dict[str, Article]:
    """The live articles in document order, if segments stay in order."""
    live: dict[str, Article] = {}
    for added, deleted in history:
        for article_id in [*deleted, *(article.id for article in added)]:
            live.pop(article_id, None)
        live |= {article.id: article for article in added}
    return live


def leaves(folder: Path) -> list[SegmentReader]:
    reader = whoosh_index.open_dir(str(folder)).reader()
    return [leaf for leaf, _ in reader.leaf_readers() if isinstance(leaf, SegmentReader)]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(nights)
def test_merging_everything_is_writing_everything_afresh(history: Any) -> None:
    with tempfile.TemporaryDirectory() as name:
        root, carried = Path(name), None
        for number, changes in enumerate(history):
            written = run(root / str(number), carried, changes, policy=EVERYTHING)
            carried = root / str(number)
        afresh = run(root / "afresh", None, (list(corpus_after(history).values()), []))
        assert carried is not None
        assert [content(leaf) for leaf in leaves(carried)] == [
            content(leaf) for leaf in leaves(root / "afresh")
        ]
        assert_equal(written, afresh)


def content(leaf: SegmentReader) -> Any:
    return described(field_arrays(leaf), document_arrays(leaf))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(nights, st.sampled_from([2, 8]))
def test_columns_of_many_segments_are_those_of_the_live_articles(
    history: Any, max_segments: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root, carried = Path(name), None
        for number, changes in enumerate(history):
            written = run(root / str(number), carried, changes, policy=MergePolicy(max_segments))
            carried = root / str(number)
        live = corpus_after(history)
        stored = [
            orjson.loads(data)["id"]
            for leaf in leaves(root / str(len(history) - 1))
            for data in document_arrays(leaf).stored
        ]
        kept = np.flatnonzero(written.kept)
        assert sorted(stored[doc] for doc in kept) == sorted(live)
        in_order = [live[stored[doc]] for doc in kept]
        expected, columns = Columns.build(in_order), written.columns
        assert columns.published_at[kept].tolist() == expected.published_at.tolist()
        assert columns.quality[kept].tolist() == expected.quality.tolist()
        assert columns.heat[kept].tolist() == expected.heat.tolist()
        for order in ORDERS:
            ours, theirs = columns.ranks[order][kept], expected.ranks[order]
            assert np.argsort(ours).tolist() == np.argsort(theirs).tolist()
        for field in VALUE_FIELDS:
            ours, theirs = columns.values[field], expected.values[field]
            assert [shown(ours, doc) for doc in kept] == [
                shown(theirs, place) for place in range(len(kept))
            ]
            assert sorted(ours.labels) == sorted(theirs.labels)
        ties = written.ties
        keys = [title_key(article.title) for article in in_order]
        numbers = ties.headlines[kept].tolist()
        assert [number < 0 for number in numbers] == [not key for key in keys]
        assert len(set(numbers)) == len(set(keys)) == len(set(zip(numbers, keys, strict=True)))
        for doc, article in zip(kept.tolist(), in_order, strict=True):
            for links, urls in ((ties.addresses, article.urls), (ties.related, article.related)):
                assert links.keys[links.docs == doc].tobytes() == addresses.keys(urls)


def shown(column: Any, doc: int) -> set[str]:
    codes = column.codes[column.starts[doc] : column.starts[doc + 1]]
    return {column.labels[code] for code in codes}


def assert_equal(ours: GenerationColumns, theirs: GenerationColumns) -> None:
    assert ours.kept.all()
    for field, lengths in ours.lengths.items():
        assert lengths.tolist() == theirs.lengths[field].tolist()
    for name in ("published_at", "quality", "heat"):
        mine, other = getattr(ours.columns, name), getattr(theirs.columns, name)
        assert (mine.dtype, mine.tolist()) == (other.dtype, other.tolist())
    for order in ORDERS:
        assert ours.columns.ranks[order].tolist() == theirs.columns.ranks[order].tolist()
    for field in VALUE_FIELDS:
        mine, other = ours.columns.values[field], theirs.columns.values[field]
        assert mine.labels == other.labels
        assert mine.starts.tolist() == other.starts.tolist()
        assert mine.codes.tolist() == other.codes.tolist()


def test_carried_segments_are_the_same_files(tmp_path: Path) -> None:
    added = [Article(name[0], name) for name in ("alfa", "bravo", "delta", "echo")]
    run(tmp_path / "1", None, (added, []))
    before = {path.name: path.read_bytes() for path in (tmp_path / "1").iterdir()}
    run(tmp_path / "2", tmp_path / "1", ([Article("c", "Charlie")], ["b"]))
    shared = [path for path in (tmp_path / "2").iterdir() if path.stat().st_nlink == 2]
    assert len(shared) > 20
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "1").iterdir()}
    with whoosh_index.open_dir(str(tmp_path / "2")).searcher() as searcher:
        assert isinstance(searcher.reader(), MultiReader)
        found = searcher.search(query.Every(), sortedby="id")
        assert sorted(hit["id"] for hit in found) == ["a", "c", "d", "e"]
    with whoosh_index.open_dir(str(tmp_path / "1")).searcher() as searcher:
        assert len(searcher.search(query.Term("title", "bravo"))) == 1


def test_ratings_change_without_a_new_segment(tmp_path: Path) -> None:
    run(
        tmp_path / "1", None, ([Article("a", "Alfa", quality=5, heat=1), Article("b", "Bravo")], [])
    )
    (tmp_path / "2").mkdir()
    writer = IndexWriter(tmp_path / "2", "en", tmp_path / "1")
    assert writer.rate("a", None, 7)
    assert not writer.rate("c", 1, 1)
    written = writer.finish()
    assert written.columns.quality.tolist() == [rating(None), rating(None)]
    assert written.columns.heat.tolist() == [7, rating(None)]
    assert Columns.load(tmp_path / "1").heat.tolist() == [1, rating(None)]
    assert len(leaves(tmp_path / "2")) == 1


def test_an_empty_index_opens(tmp_path: Path) -> None:
    run(tmp_path / "1", None, ([Article("a", "Alfa")], []))
    written = run(tmp_path / "2", tmp_path / "1", ([], ["a"]))
    assert len(written.columns) == 0
    assert not list((tmp_path / "2").glob("MAIN_*"))
    assert whoosh_index.open_dir(str(tmp_path / "2")).doc_count() == 0


def test_the_commonest_spelling_of_live_articles_wins(tmp_path: Path) -> None:
    spelled = ["AI", "ai", "ai", "Ai", "Ai"]
    added = [Article(f"{n}", "x", provider=Provider(text, None)) for n, text in enumerate(spelled)]
    first = run(tmp_path / "1", None, (added, []))
    assert first.columns.values["provider"].labels == ("Ai",)
    second = run(tmp_path / "2", tmp_path / "1", ([], ["4"]))
    assert second.columns.values["provider"].labels == ("ai",)


@pytest.mark.parametrize("nights_passed", [40])
def test_a_big_segment_is_not_rewritten_by_small_nights(tmp_path: Path, nights_passed: int) -> None:
    run(tmp_path / "0", None, ([Article(f"big{n}", "x") for n in range(300)], []))
    big = {path.stat().st_ino for path in (tmp_path / "0").glob("MAIN_*")}
    for night in range(1, nights_passed + 1):
        run(tmp_path / str(night), tmp_path / str(night - 1), ([Article(f"n{night}", "y")], []))
        found = leaves(tmp_path / str(night))
        assert len(found) <= 8
    now = {path.stat().st_ino for path in (tmp_path / str(nights_passed)).glob("MAIN_*")}
    assert big <= now
