"""Runs that are made at the same time: one does the work, and nothing is lost or left over."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.soak import faulty
from benchmarks.soak.live import ROOT, running, until
from benchmarks.soak.readers import asking
from benchmarks.soak.site import Site
from benchmarks.soak.versions import ARTICLES, PATH, Versions, judge

SOON = 30.0
LOCKED = 3


@pytest.fixture
def articles(tmp_path: Path) -> Versions:
    """One version of them is published."""
    site = Site(tmp_path)
    site.corpus.mkdir()
    articles = Versions(site)
    articles.write_next()
    assert site.reindex() == 0
    articles.note()
    return articles


def _at_once(site: Site, count: int, *flags: str) -> list[int | None]:
    """The exit codes of so many runs that are started together."""
    runs = [
        faulty.start(site.arguments(*flags), said=site.folder / f"said-{number}")
        for number in range(count)
    ]
    for one in runs:
        one.join()
    return [one.exitcode for one in runs]


def test_of_several_runs_at_once_one_publishes_and_the_others_are_told(articles: Versions) -> None:
    articles.write_next()
    codes = _at_once(articles.site, 4)
    articles.note()
    assert set(codes) <= {0, LOCKED} and 0 in codes
    assert articles.is_published()
    assert articles.site.left_over() == articles.site.findings() == []


def test_runs_that_wait_for_each_other_are_all_done_under_reads(articles: Versions) -> None:
    site = articles.site
    with running(site.index, answer_cache_mb=0) as service:
        with asking(service, [PATH], judge, clients=2, pause=0.02) as taken:
            for _ in range(3):
                articles.write_next()
                assert _at_once(site, 3, "--wait") == [0, 0, 0]
                articles.note()
                assert articles.is_published()
            until(lambda: service.ready()["generation"] == site.live.current(), SOON)
    assert taken.failures == articles.wrong(taken) == []
    assert site.left_over() == site.findings() == []


@pytest.fixture
def watch(articles: Versions) -> Iterator[Path]:
    """What a watch over the articles says; it has made its first run."""
    site = articles.site
    said = site.folder / "watch"
    command = [sys.executable, "-m", "searchsvc", "watch", str(site.corpus)]
    with said.open("w") as stream:
        process = subprocess.Popen(
            [*command, "--index", str(site.index)], env={"PYTHONPATH": str(ROOT)}, stderr=stream
        )
    try:
        until(lambda: "up to date" in said.read_text() or "published" in said.read_text(), SOON)
        yield said
        assert process.poll() is None, said.read_text()
    finally:
        process.kill()
        process.wait()


def test_a_watch_and_nightly_runs_do_not_fight(articles: Versions, watch: Path) -> None:
    site = articles.site
    for number in range(6):
        site.write(f"new{number}", title="New words")
        codes = _at_once(site, 2, *(["--full"] if number == 3 else []))
        assert set(codes) <= {0, LOCKED}
    with running(site.index) as service:
        until(lambda: service.get("/search?q=new").json()["total"] == 6, SOON, "a change is lost")
        assert service.get("/search?q=version1").json()["total"] == ARTICLES
    until(lambda: site.report().get("status") == "unchanged", SOON)
    assert "refused" not in watch.read_text() and "Traceback" not in watch.read_text()
    assert site.left_over() == site.findings() == []


def test_a_watch_whose_index_is_deleted_makes_it_again_with_the_next_change(
    articles: Versions, watch: Path
) -> None:
    site = articles.site
    with running(site.index, answer_cache_mb=0) as service:
        with asking(service, [PATH], judge, clients=2, pause=0.02) as taken:
            shutil.rmtree(site.index)
            until(lambda: service.ready()["stale"], SOON, "it is not said")
        assert taken.failures == articles.wrong(taken) == []
        site.write("new", title="New")
        until(lambda: service.get("/search?q=new").json()["total"] == 1, SOON, "it is not made")
        assert service.get("/search?q=version1").json()["total"] == ARTICLES
        assert service.ready()["stale"] is False
