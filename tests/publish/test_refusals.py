"""A run that is refused, breaks off or has to wait leaves the index that was live."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.url_template import UrlTemplate
from searchsvc.engine import Engine, open_engine
from searchsvc.errors import Locked
from searchsvc.publish import canary
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Allowance, Settings
from tests.publish.test_reindex import ALL, ids

Write = Callable[..., Path]
Indexed = Callable[..., Engine]


def test_too_many_rejects_are_refused_and_the_old_index_stays(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    for number in range(22):
        write(f"good{number}", title="Good")
    engine = indexed()
    for number in range(3):
        write(f"good{number}", title=[])
    report = reindex(settings)
    assert report.status == "refused"
    assert "max_rejects 10%" in (report.reason or "")
    assert "--max-rejects 3" in (report.reason or "")
    assert len(ids(engine)) == 22
    assert reindex(replace(settings, max_rejects=Allowance(3, False))).status == "published"
    assert len(ids(engine)) == 19


def test_too_many_removals_are_refused_and_the_old_index_stays(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    for number in range(22):
        write(f"a{number}", title="Good")
    engine = indexed()
    for number in range(7):
        (settings.corpus / f"a{number}.md").unlink()
    report = reindex(settings)
    assert report.status == "refused"
    assert "--max-removals 7" in (report.reason or "")
    assert len(ids(engine)) == 22
    assert reindex(replace(settings, max_removals=Allowance(7, False))).status == "published"


@pytest.mark.parametrize(
    ("articles", "gone", "status"),
    [
        (3, 1, "published"),
        (3, 2, "published"),
        (19, 6, "published"),
        (19, 7, "refused"),
        (20, 6, "published"),
        (20, 7, "refused"),
        (40, 12, "published"),
        (40, 13, "refused"),
    ],
)
def test_a_share_is_of_twenty_articles_at_least(
    write: Write, settings: Settings, articles: int, gone: int, status: str
) -> None:
    for number in range(articles):
        write(f"a{number}", title="A")
    reindex(settings)
    for number in range(gone):
        (settings.corpus / f"a{number}.md").unlink()
    assert reindex(settings).status == status


@pytest.mark.parametrize("content", ["", "Nothing but text\n"], ids=["empty", "no front matter"])
def test_files_that_are_no_articles_any_more_are_gone(
    write: Write, settings: Settings, indexed: Indexed, content: str
) -> None:
    for number in range(30):
        write(f"a{number}", title="Good")
    engine = indexed()
    for number in range(25):
        (settings.corpus / f"a{number}.md").write_text(content)
    report = reindex(settings)
    assert report.status == "refused"
    assert "25 of 30 live articles are gone (25 are there without" in (report.reason or "")
    assert len(report.lost) == report.counts.skipped == 25
    assert len(ids(engine)) == 30
    report = reindex(replace(settings, max_removals=Allowance(25, False)))
    assert (report.status, report.counts.removed, len(report.lost)) == ("published", 25, 25)
    assert (reindex(settings).status, reindex(settings).lost) == ("unchanged", ())


def test_articles_that_are_unpublished_are_not_gone(write: Write, settings: Settings) -> None:
    for number in range(30):
        write(f"a{number}", title="Good")
    reindex(settings)
    for number in range(25):
        write(f"a{number}", title="Good", published=False)
    report = reindex(settings)
    assert (report.status, report.counts.removed, report.lost) == ("published", 25, ())


def test_nothing_but_rejects_is_refused_however_small_the_site(
    write: Write, settings: Settings
) -> None:
    write("a", title=[])
    assert reindex(settings).status == "refused"
    write("b", title="B")
    assert reindex(settings).status == "published"


def test_another_corpus_is_refused_however_small_the_site(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    for number in range(3):
        write(f"a{number}", title="A")
    reindex(settings)
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.md").write_text("---\ntitle: B\n---\n")
    report = reindex(replace(settings, corpus=other))
    assert report.status == "refused"
    assert "3 of 3 live articles" in (report.reason or "")
    allowed = replace(settings, corpus=other, max_removals=Allowance(3, False))
    assert reindex(allowed).status == "published"


def test_an_empty_corpus_never_replaces_articles(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    path = write("a", title="A")
    engine = indexed()
    path.unlink()
    assert reindex(replace(settings, max_removals=ALL)).status == "refused"
    settings.corpus.rmdir()
    report = reindex(replace(settings, max_removals=ALL))
    assert report.status == "refused"
    assert "cannot be read" in (report.reason or "")
    assert ids(engine) == ["a"]


def test_a_generation_that_fails_its_canaries_is_not_published(
    write: Write, settings: Settings, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a", title="A")
    engine = indexed()
    write("b", title="B")
    monkeypatch.setattr(canary, "_is_found", lambda *args: False)
    report = reindex(settings)
    assert report.status == "refused"
    assert "is not found by its own title" in (report.reason or "")
    assert ids(engine) == ["a"]
    assert len(list(IndexFolder(settings.index).generations.iterdir())) == 1


def test_a_full_disk_is_refused_and_the_old_index_stays(
    write: Write, settings: Settings, indexed: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a", title="A")
    engine = indexed()
    write("b", title="B")

    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("searchsvc.index.columns.np.save", full)
    report = reindex(settings)
    assert report.status == "refused"
    assert "No space left" in (report.reason or "")
    assert ids(engine) == ["a"]
    monkeypatch.undo()
    assert reindex(settings).status == "published"


def test_one_run_at_a_time(write: Write, settings: Settings) -> None:
    write("a", title="A")
    folder = IndexFolder(settings.index)
    folder.make()
    with folder.locked(wait=False), pytest.raises(Locked, match="--wait"):
        reindex(settings)
    assert reindex(settings).status == "published"


def test_the_lock_dies_with_its_process(settings: Settings) -> None:
    folder = IndexFolder(settings.index)
    folder.make()
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import fcntl, os, sys, time\n"
            "fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)\n"
            "fcntl.flock(fd, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)",
            str(folder.root / "lock"),
        ],
        stdout=subprocess.PIPE,
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    with pytest.raises(Locked):
        reindex(settings)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert reindex(settings).status == "published"


def test_an_index_that_was_read_with_other_fields_is_not_published_over(
    write: Write, settings: Settings, indexed: Indexed
) -> None:
    write("a", title="A", lead="The lead")
    ours = {"fields": FieldKeys({"excerpt": ["lead"]}), "url_template": UrlTemplate("/{path}/")}
    engine = indexed(**ours)
    assert engine.warning() is None
    write("b", title="B")
    for missing in ours:
        changed = replace(settings, **{**ours, missing: None})
        report = reindex(changed)
        assert report.status == "refused"
        assert "excerpt=lead" in (report.reason or "") and "--full" in (report.reason or "")
        assert "`fields`" in (open_engine(changed).warning() or "")
    assert ids(engine) == ["a"]
    assert reindex(replace(settings, **ours)).status == "published"
    assert reindex(settings, full=True).status == "published"
    assert open_engine(settings).warning() is None
