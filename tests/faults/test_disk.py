"""A reindex that cannot write what it has to is refused in a line, and the index stays."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from benchmarks.soak import disk, kills
from benchmarks.soak.faulty import NONE, Faults
from benchmarks.soak.promises import broken
from benchmarks.soak.site import Site
from benchmarks.soak.versions import ARTICLES, Versions
from searchsvc.engine import open_engine
from searchsvc.search import SearchRequest


def test_a_disk_that_fills_up_at_any_point_of_a_run_under_reads(tmp_path: Path) -> None:
    assert broken(disk.run(tmp_path / "site", points=8)) == []


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """With one generation, and an article that is not in it yet."""
    site = Site(tmp_path)
    site.corpus.mkdir()
    site.write("a", title="Shared")
    assert site.reindex() == 0
    site.write("b", title="Shared")
    return site


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EIO, errno.EDQUOT])
def test_a_folder_in_which_nothing_can_be_written_is_told_and_stays_as_it_is(
    site: Site, number: int
) -> None:
    before = sorted(site.index.rglob("*"))
    report = site.report(faults=Faults(refused=number))
    assert (report["status"], report["exit"]) == ("refused", 1)
    assert "Traceback" not in site.said()
    assert sorted(site.index.rglob("*")) == before
    assert site.reindex() == 0 and site.left_over() == site.findings() == []


@pytest.mark.parametrize("how", ["fail_at", "interrupt_at"])
def test_an_error_or_an_interrupt_at_any_call_leaves_a_live_generation_that_is_whole(
    tmp_path: Path, how: str
) -> None:
    site = Site(tmp_path)
    site.corpus.mkdir()
    articles = Versions(site)
    record = site.folder / "calls"
    for number in (1, 2, 3):
        articles.write_next()
        assert site.reindex(faults=Faults(record=record) if number == 3 else NONE) == 0
    for number in kills.ends_of_runs(record.read_text().splitlines()):
        before = articles.version
        articles.write_next()
        assert site.reindex(faults=Faults(**{how: number})) in (0, 1)
        engine = open_engine(site.index)
        hits = engine.search(SearchRequest("words", size=100)).hits
        versions = {hit.title.split()[-1] for hit in hits}
        assert len(hits) == ARTICLES and engine.trouble() is None, f"after call {number}"
        assert versions in ({f"version{before}"}, {f"version{articles.version}"})
        engine.close()
        assert site.reindex() == 0 and site.left_over() == []
    assert site.findings() == []


@pytest.mark.parametrize("handles", [8, 12, 16, 24, 40, 80])
def test_with_few_handles_a_run_is_whole_or_refused(site: Site, handles: int) -> None:
    before = site.live.current()
    report = site.report(faults=Faults(handles=handles))
    assert report["status"] in ("published", "refused")
    if report["status"] == "refused":
        assert "open files" in report["reason"]
        assert site.live.current() == before
    assert "Traceback" not in site.said()
    assert site.reindex() == 0 and site.left_over() == site.findings() == []
