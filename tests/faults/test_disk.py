"""A reindex that cannot write what it has to is refused in a line, and the index stays."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from benchmarks.soak import disk
from benchmarks.soak.faulty import Faults
from benchmarks.soak.promises import broken
from benchmarks.soak.site import Site


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
