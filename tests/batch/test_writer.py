"""The batch writer gives what Whoosh's own writer gives, array for array."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from searchsvc.articles.article import Article, Provider
from searchsvc.batch import BatchWriter, run
from tests.batch.worlds import collections, segment, whoosh_segment


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(collections)
@example([Article("a", "")])
@example([Article("a", "x", topics=("AI", "ai", "AI"), provider=Provider("BBC", "bbc"))])
@example([Article("a", "x " * 300 + "y"), Article("b", "", topics=("", "x"))])
def test_a_segment_is_whoosh_s_segment(added: list[Article]) -> None:
    with tempfile.TemporaryDirectory() as name:
        writer = BatchWriter(Path(name), "en")
        for article in added:
            writer.add(article)
        assert len(writer) == len(added)
        written = writer.finish()
        assert written is not None
        assert segment(Path(name), written) == whoosh_segment(added)


def test_nothing_added_is_no_segment(tmp_path: Path) -> None:
    assert BatchWriter(tmp_path, "en").finish() is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("count", [1, 250, 600])
def test_runs_written_aside_give_the_same_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(run, "BLOCK", 250)
    added = [
        Article(f"a{n}", f"Word{n} of covid-19", topics=(f"t{n % 7}",), heat=n)
        for n in range(count)
    ]
    folders = [tmp_path / "whole", tmp_path / "runs"]
    segments = []
    for folder, memory_mb in zip(folders, (512, 0), strict=True):
        folder.mkdir()
        writer = BatchWriter(folder, "en", memory_mb=memory_mb)
        for article in added:
            writer.add(article)
        aside = list(folder.glob("runs/*.fields.json"))
        assert len(aside) == (0 if memory_mb else count // 250)
        written = writer.finish()
        assert written is not None
        segments.append(segment(folder, written))
    assert segments[0] == segments[1]
    assert not (folders[1] / "runs").exists()


def test_long_articles_do_not_wait_for_many_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "BLOCK_TEXT", 1_000)
    writer = BatchWriter(tmp_path, "en", memory_mb=0)
    for number in range(4):
        writer.add(Article(f"{number}", "Title", excerpt="word " * 100))
    assert len(list((tmp_path / "runs").glob("*.fields.json"))) == 2
    assert len(writer) == 4
    writer.cancel()
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_stored_is_an_error_that_leaves_nothing_behind(tmp_path: Path) -> None:
    writer = BatchWriter(tmp_path, "en")
    writer.add(Article("a", "a lone \ud800 surrogate"))
    with pytest.raises(TypeError):
        writer.finish()
    writer.cancel()
    assert not list(tmp_path.iterdir())


def test_stored_bytes_are_the_article_s(tmp_path: Path) -> None:
    from whoosh.filedb.filestore import FileStorage

    from searchsvc.columnar import open_documents

    article = Article("a", "Title", quality=3, heat=4)
    writer = BatchWriter(tmp_path, "en")
    writer.add(article)
    written = writer.finish()
    (stored,) = open_documents(FileStorage(str(tmp_path)), written).stored
    assert stored == article.stored_json()
    assert b"heat" not in stored
