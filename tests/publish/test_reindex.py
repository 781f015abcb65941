"""A run brings the index up to date with the corpus, and never leaves the site without one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from searchsvc.articles import readers
from searchsvc.engine import Engine
from searchsvc.index import GenerationWriter
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Allowance, Settings

Write = Callable[..., Path]
Indexed = Callable[..., Engine]
ALL = Allowance(100, True)
ALL_OF_THEM = SearchRequest("", size=100)


def ids(engine: Engine, query: str = "") -> list[str]:
    return [hit.id for hit in engine.search(SearchRequest(query, size=100)).hits]


def test_every_file_is_accounted_for(write: Write, settings: Settings) -> None:
    write("live", title="Live", publishedDateTime="2020-01-01")
    write("draft", title="Draft", published=False)
    write("embargoed", title="Embargoed", publishedDateTime="2999-01-01")
    write("wrong", title=["a", "list"])
    (settings.corpus / "notes.md").write_text("no front matter\n")
    counts = reindex(replace(settings, max_rejects=ALL)).counts
    assert (counts.articles, counts.unpublished, counts.held) == (1, 1, 1)
    assert (counts.rejected, counts.skipped) == (1, 1)
    assert counts.with_front_matter == 4


@pytest.mark.parametrize("above", [".", ".."])
def test_a_folder_that_holds_the_corpus_is_no_index(
    write: Write, settings: Settings, above: str
) -> None:
    mode = write("a", title="A").parent.stat().st_mode
    report = reindex(replace(settings, index=settings.corpus / above))
    assert report.status == "refused" and "a folder of its own" in (report.reason or "")
    assert settings.corpus.stat().st_mode == mode
    assert [path.name for path in settings.corpus.iterdir()] == ["a.md"]


def test_a_second_run_finds_nothing_to_do_and_renews_checked_at(
    write: Write, settings: Settings
) -> None:
    write("a", title="A")
    first = reindex(replace(settings, now=datetime(2021, 1, 1, tzinfo=UTC)))
    later = replace(settings, now=datetime(2021, 1, 2, tzinfo=UTC))
    second = reindex(later)
    assert (first.status, second.status) == ("published", "unchanged")
    assert second.generation == first.generation
    assert second.counts.unchanged == 1
    assert IndexFolder(settings.index).checked_at(first.generation or "") == later.clock()


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("old-secret", "new-secret"),
        lambda text: text.replace("---\n", "---\n# a comment\n", 1),
    ],
    ids=["line endings", "secured", "a comment"],
)
def test_changes_that_do_not_matter_publish_nothing(
    write: Write, settings: Settings, rewrite: Callable[[str], str]
) -> None:
    path = write("a", title="A", secured="old-secret")
    reindex(settings)
    path.write_bytes(rewrite(path.read_text()).encode())
    assert reindex(settings).status == "unchanged"


def test_added_changed_and_removed_articles_are_counted_and_found(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("stays", title="Stays")
    write("changes", title="Before")
    write("goes", title="Goes").touch()
    engine = indexed()
    write("changes", title="Afterwards")
    write("comes", title="Comes")
    (settings.corpus / "goes.md").unlink()
    report = reindex(replace(settings, max_removals=ALL))
    counts = report.counts
    assert (counts.added, counts.changed, counts.removed, counts.unchanged) == (1, 1, 1, 1)
    assert sorted(ids(engine)) == ["changes", "comes", "stays"]
    assert ids(engine, "before") == []
    assert ids(engine, "afterwards") == ["changes"]


def test_a_large_corpus_is_walked_and_read_by_other_processes(
    write: Write, settings: Settings, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MANY_FILES", 2)
    for name in ("stays", "changes", "goes"):
        write(name, title=name.title())
    engine = indexed()
    assert reindex(settings).status == "unchanged"
    write("changes", title="Afterwards")
    write("comes", title="Comes")
    (settings.corpus / "goes.md").unlink()
    counts = reindex(replace(settings, max_removals=ALL)).counts
    assert (counts.added, counts.changed, counts.removed, counts.unchanged) == (1, 1, 1, 1)
    assert sorted(ids(engine)) == ["changes", "comes", "stays"]
    settings.corpus.rename(settings.corpus.with_name("moved"))
    report = reindex(settings)
    assert report.status == "refused"
    assert "cannot be read: No such file" in (report.reason or "")


def test_other_ratings_alone_give_what_building_everything_would(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_all(run: int) -> None:
        for number in range(30):
            heat, quality = (number * 7 + run * 5) % 90, (number + run) % 20 or None
            write(f"a{number:02d}", title=f"Big news {number % 4}", heat=heat, quality=quality)

    def files(name: str | None) -> dict[str, bytes]:
        """All but the table of contents and the state, which hold numbers and times."""
        folder = IndexFolder(settings.index).path(name or "")
        kinds = (".npy", ".labels.json")
        return {p.name: p.read_bytes() for p in sorted(folder.iterdir()) if p.name.endswith(kinds)}

    def inode(name: str | None) -> int:
        folder = IndexFolder(settings.index).path(name or "")
        return (folder / "impacts.docs.npy").stat().st_ino

    settings = replace(settings, now=datetime(2021, 1, 1, tzinfo=UTC))
    write_all(0)
    write("held", title="Big news", publishedDateTime="2021-01-02")
    reindex(settings)
    write("a00", title="Bigger news", quality=3)
    reindex(settings)
    write("a00", title="Big news 0")
    report = reindex(settings)
    second, linked = files(report.generation), inode(report.generation)
    assert len({name.split(".")[0] for name in second if name.startswith("MAIN_")}) > 1
    write_all(1)
    rated = reindex(settings)
    assert rated.counts.changed == 30
    built = files(rated.generation)
    assert inode(rated.generation) == linked

    write_all(0)
    reindex(settings)
    monkeypatch.setattr(GenerationWriter, "_only_rated", lambda *arguments: False)
    write_all(1)
    again = reindex(settings)
    assert files(again.generation) == built
    assert built.keys() == second.keys()

    monkeypatch.undo()
    write_all(2)
    later = replace(settings, now=datetime(2021, 1, 3, tzinfo=UTC))
    assert reindex(later).counts.added == 1
    assert "held" in ids(opened(later), "big")


def test_an_article_with_another_suffix_is_the_same_article(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    path = write("a", title="First")
    engine = indexed()
    path.rename(path.with_suffix(".txt"))
    report = reindex(settings)
    assert report.counts.removed == 0
    assert ids(engine, "first") == ["a"]


def test_the_second_file_of_one_id_is_rejected_until_the_first_is_gone(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    settings = replace(settings, max_rejects=ALL)
    write("a.html", title="Hypertext")
    write("a.md", title="Markdown")
    engine = indexed(max_rejects=ALL)
    assert [r.path for r in reindex(settings).rejects] == ["a.md"]
    assert engine.article("a").title == "Hypertext"  # type: ignore[union-attr]
    (settings.corpus / "a.html").unlink()
    assert reindex(settings).counts.changed == 1
    assert engine.article("a").title == "Markdown"  # type: ignore[union-attr]


def test_unpublishing_takes_an_article_out(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="A")
    engine = indexed()
    write("a", title="A", published=False)
    assert reindex(settings).counts.removed == 1
    assert ids(engine) == []
    assert engine.article("a") is None


def test_a_live_article_that_turns_invalid_leaves_the_index_and_is_listed_first_as_lost(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    settings = replace(settings, max_rejects=ALL)
    write("a-never-good", title=[])
    write("z-was-good", title="Good")
    engine = indexed(max_rejects=ALL)
    write("z-was-good", title="Good", webUrl="javascript:alert(1)")
    report = reindex(settings)
    assert report.lost == ("z-was-good",)
    assert [rejection.path for rejection in report.rejects] == ["z-was-good.md", "a-never-good.md"]
    assert ids(engine) == []
    assert reindex(settings).lost == ()


def test_an_embargo_ends_without_a_reindex_and_counts_at_the_next(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("now", title="News now", publishedDateTime="2021-01-01")
    write("soon", title="News soon", publishedDateTime="2021-01-02T12:00:00Z")
    before = indexed(now=datetime(2021, 1, 2, 11, 59, 59, tzinfo=UTC))
    assert ids(before, "news") == ["now"]
    assert before.article("soon") is None
    after_time = datetime(2021, 1, 2, 12, 0, 0, tzinfo=UTC)
    after = opened(replace(settings, now=after_time))
    assert ids(after, "news") == ["soon", "now"]
    assert after.status().articles == 2
    report = reindex(replace(settings, now=after_time))
    assert (report.status, report.counts.added, report.counts.held) == ("published", 1, 0)


def opened(settings: Settings) -> Engine:
    from searchsvc.engine import open_engine

    return open_engine(settings)


def test_held_articles_do_not_change_the_scores_of_the_live_ones(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    write("a", title="Common words here", publishedDateTime="2020-01-01")
    write("b", title="Other words", publishedDateTime="2020-01-01")
    settings = replace(settings, now=datetime(2021, 1, 1, tzinfo=UTC))
    reindex(settings)
    alone = opened(settings).search(SearchRequest("words")).hits
    write("c", title="Held words words", publishedDateTime="2030-01-01")
    assert reindex(settings).counts.held == 1
    together = opened(settings).search(SearchRequest("words")).hits
    assert [(h.id, h.score) for h in together] == [(h.id, pytest.approx(h.score)) for h in alone]


def test_another_language_is_refused_until_a_full_run_is_asked_for(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="Die Häuser")
    english = indexed()
    german = replace(settings, language="de")
    report = reindex(german)
    assert report.status == "refused"
    for said in ("`en`", "`de`", "--full"):
        assert said in (report.reason or "")
    assert ids(english) == ["a"]
    assert reindex(german, full=True).status == "published"
    assert ids(opened(german), "haus") == ["a"]
    assert reindex(settings).status == "refused"
    assert reindex(german).status == "unchanged"


def test_another_time_zone_reads_every_date_anew(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="A", publishedDateTime="2020-07-01 12:00")
    write("b", title="B", publishedDateTime="2020-07-01T12:00Z")
    indexed()
    berlin = replace(settings, timezone=ZoneInfo("Europe/Berlin"))
    assert reindex(berlin).counts.changed == 1
    found = {hit.id: hit.article.published_at for hit in opened(berlin).search(ALL_OF_THEM).hits}
    assert found == {
        "a": datetime(2020, 7, 1, 10, tzinfo=UTC),
        "b": datetime(2020, 7, 1, 12, tzinfo=UTC),
    }


def test_other_field_weights_take_effect_with_the_next_run_which_reads_no_file(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="Word here", excerpt="Other")
    write("b", title="Other here", excerpt="A word")
    assert ids(indexed(), "word") == ["a", "b"]
    boosted = replace(settings, boost_title=0.5, boost_excerpt=9.0)
    settings.corpus.joinpath("a.md").touch()
    assert reindex(boosted).status == "published"
    assert ids(opened(boosted), "word") == ["b", "a"]
    assert reindex(boosted).status == "unchanged"


def test_secured_is_nowhere_in_the_index_folder(write: Write, settings: Settings) -> None:
    write("a", title="A", secured="ThisIsTheSecretThatNobodyMayEverSee==")
    reindex(settings)
    for path in settings.index.rglob("*"):
        if path.is_file():
            assert b"ThisIsTheSecretT" not in path.read_bytes(), path


def test_the_live_generation_is_a_plain_whoosh_index(write: Write, settings: Settings) -> None:
    from whoosh import index as whoosh_index
    from whoosh.qparser import QueryParser
    from whoosh.query import Term

    write("2020/a", title="Supercomputers at work")
    report = reindex(settings)
    path = IndexFolder(settings.index).path(report.generation or "")
    with whoosh_index.open_dir(str(path)).searcher() as searcher:
        hits = searcher.search(Term("title", "supercomput"))
        assert [hit["id"] for hit in hits] == ["2020/a"]
        parsed = QueryParser("title", searcher.schema).parse("supercomputer")
        assert len(searcher.search(parsed)) == 1
