"""A service whose index folder is maltreated: what it answers and says, and how it recovers.

One service answers through all of it, one harm after the other. It maps all files of its index.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.soak.live import Connection, Running, handles, running, until
from benchmarks.soak.readers import asking
from benchmarks.soak.site import Site
from benchmarks.soak.versions import PATH, Versions, judge
from tests.permissions import UNPRIVILEGED

SOON = 20.0
"""Seconds, for machines that are busy; two are usual."""
MAPPED = """
import sys
from searchsvc.cli import main
from searchsvc.index import arrays

arrays._SMALL = 0
if __name__ == "__main__":
    main(sys.argv[1:])
"""


@dataclass(slots=True)
class Desk:
    """A site and the service over it."""

    articles: Versions
    service: Running

    @property
    def site(self) -> Site:
        return self.articles.site

    def publish(self) -> None:
        """All articles in another version."""
        self.articles.write_next()
        self.reindex()

    def reindex(self) -> None:
        assert self.site.reindex() == 0, self.site.said()
        self.articles.note()

    def reason(self) -> str:
        answer = self.service.get("/readyz")
        told: dict[str, Any] = answer.json() if answer.status else {}
        return str(told.get("reason") or told.get("detail") or "")

    def is_well(self) -> bool:
        """Whether the live generation answers, and nothing is wrong."""
        told = self.service.get("/readyz").json()
        return told.get("stale") is False and told["generation"] == self.site.live.current()

    def file(self, name: str) -> Path:
        """A file of the live generation."""
        (path,) = self.site.live.path(self.site.live.current() or "").glob(name)
        return path


def _desk(site: Site, service: Running) -> Desk:
    desk = Desk(Versions(site), service)
    for _ in range(2):
        desk.publish()
    until(desk.is_well, SOON)
    return desk


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    made = Site(tmp_path_factory.mktemp("desk"))
    made.corpus.mkdir()
    return made


@pytest.fixture(scope="module")
def shared_desk(site: Site) -> Iterator[Desk]:
    script = site.folder / "mapped.py"
    script.write_text(MAPPED)
    with running(site.index, program=[str(script)], answer_cache_mb=0) as service:
        yield _desk(site, service)


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """All well, with a generation before the live one that shares none of its segments."""
    for _ in range(2):
        shared_desk.publish()
    until(shared_desk.is_well, SOON)
    return shared_desk


def _delete_index(desk: Desk) -> Callable[[], object]:
    shutil.rmtree(desk.site.index)
    return desk.reindex


def _rename_index(desk: Desk) -> Callable[[], object]:
    away = desk.site.index.with_name("elsewhere")
    desk.site.index.rename(away)
    return lambda: away.rename(desk.site.index)


def _name_nowhere(desk: Desk) -> Callable[[], object]:
    (desk.site.index / "CURRENT").write_text("20990101T000000Z-00000000\n")
    return desk.reindex


def _garble_current(desk: Desk) -> Callable[[], object]:
    (desk.site.index / "CURRENT").write_bytes(b"\xff\x00")
    return desk.reindex


def _delete_file(desk: Desk) -> Callable[[], object]:
    desk.file("impacts.docs.npy").unlink()
    return desk.reindex


def _delete_segment(desk: Desk) -> Callable[[], object]:
    for path in desk.file("MAIN_*.docs.npy").parent.glob("MAIN_*"):
        path.unlink()
    return desk.reindex


def _replace_file(desk: Desk) -> Callable[[], object]:
    path = desk.file("impacts.docs.npy")
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(whole[::-1])

    def restore() -> None:
        path.unlink()
        path.write_bytes(whole)

    return restore


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_delete_index, "CURRENT is gone"),
        (_rename_index, "CURRENT is gone"),
        (_name_nowhere, "20990101T000000Z-00000000"),
        (_garble_current, "CURRENT"),
        (_delete_file, "impacts.docs.npy cannot be read"),
        (_delete_segment, "cannot be read"),
        (_replace_file, "impacts.docs.npy is damaged"),
    ],
)
def test_every_answer_comes_from_what_is_open_and_what_is_wrong_is_said(
    desk: Desk, harm: Callable[[Desk], Callable[[], object]], said: str
) -> None:
    worker = desk.service.workers()
    with asking(desk.service, [PATH], judge, clients=2) as taken:
        put_right = harm(desk)
        until(lambda: said in desk.reason(), SOON, f"`{said}` is not said")
        put_right()
        until(desk.is_well, SOON, "it does not recover")
    assert taken.failures == desk.articles.wrong(taken) == [] and taken.kinds
    assert desk.service.workers() == worker
    assert any(said in line for line in desk.service.log().splitlines())


def _flip(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        last = stream.read(1)[0]
        stream.seek(-1, os.SEEK_END)
        stream.write(bytes([last ^ 64]))


def _goes_back_to(desk: Desk, before: str) -> None:
    """Nothing but the generation before answers, until the next reindex."""
    with asking(desk.service, [PATH], judge, clients=2) as taken:
        until(lambda: sum(taken.kinds.values()) > 20, SOON, "nothing answers")
        assert taken.failures == [] and {kind.generation for kind in taken.kinds} == {before}
        desk.reindex()
        until(desk.is_well, SOON, "it does not recover")
    assert desk.articles.wrong(taken) == taken.failures == []


def test_what_was_written_into_makes_way_for_the_generation_before_it(desk: Desk) -> None:
    before, worker = desk.site.live.fallbacks()[0], desk.service.workers()
    _flip(desk.file("impacts.docs.npy"))
    until(lambda: "impacts.docs.npy is damaged" in desk.reason(), SOON, "it is not said")
    _goes_back_to(desk, before)
    assert desk.service.workers() == worker


def test_a_file_that_is_cut_short_under_queries_costs_a_worker_and_no_answer_is_wrong(
    desk: Desk,
) -> None:
    for _ in range(2):  # the second soon after the first
        before, worker = desk.site.live.fallbacks()[0], desk.service.workers()
        with asking(desk.service, [PATH], judge, clients=2) as taken:
            os.truncate(desk.file("impacts.docs.npy"), 0)
            until(lambda: "impacts.docs.npy is damaged" in desk.reason(), SOON, "it is not said")
        assert desk.articles.wrong(taken) == []
        assert all(f"{PATH}: 0 " in told for told in taken.failures), "more than connections lost"
        assert len(desk.service.workers()) == 1 and desk.service.workers() != worker
        _goes_back_to(desk, before)
        desk.publish()
        until(desk.is_well, SOON)


def test_where_every_generation_shares_what_was_written_into_it_says_so_until_the_next_reindex(
    desk: Desk,
) -> None:
    for name in ("new", "newer"):
        desk.site.write(name, title=name)
        desk.reindex()
    until(desk.is_well, SOON)
    for path in desk.site.live.path(desk.site.live.current() or "").glob("MAIN_*.docs.npy"):
        _flip(path)
    until(lambda: desk.service.get(PATH).status == 503, SOON, "it goes on with what is damaged")
    assert "is damaged" in desk.reason() and "nothing answers" in desk.service.log()
    for name in ("new", "newer"):
        (desk.site.corpus / f"{name}.md").unlink()
    desk.reindex()
    until(desk.is_well, SOON, "it does not recover")
    assert desk.articles.faults(judge(PATH, desk.service.get(PATH))) is None


def test_without_handles_what_is_open_answers_and_the_next_generation_waits(desk: Desk) -> None:
    (worker,) = desk.service.workers()
    kept = Connection(desk.service.port)
    assert kept.get(PATH).status == 200
    limits = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    resource.prlimit(worker, resource.RLIMIT_NOFILE, (handles(worker), limits[1]))
    try:
        before = judge(PATH, kept.get(PATH))
        desk.publish()
        until(lambda: "open files" in str(kept.get("/readyz").json()["reason"]), SOON)
        assert judge(PATH, kept.get(PATH)) == before
        waiting = Connection(desk.service.port, timeout=1.0)
        waiting.get(PATH)  # whether there is a handle for it or not
        waiting.close()
        assert kept.get(PATH).status == 200
    finally:
        resource.prlimit(worker, resource.RLIMIT_NOFILE, limits)
        kept.close()
    until(desk.is_well, SOON, "it does not recover")
    assert desk.service.workers() == [worker]


def test_where_the_folder_may_not_be_read_what_is_open_answers(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.corpus.mkdir()
    with running(site.index, before=UNPRIVILEGED, answer_cache_mb=0) as service:
        desk = _desk(site, service)
        with asking(service, [PATH], judge, clients=2) as taken:
            site.index.chmod(0)
            try:
                until(lambda: "CURRENT" in desk.reason(), SOON, "it is not said")
            finally:
                site.index.chmod(0o700)
            until(desk.is_well, SOON, "it does not recover")
        assert taken.failures == desk.articles.wrong(taken) == [] and taken.kinds


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_what_cannot_be_logged_keeps_nobody_from_an_answer_nor_a_worker_from_its_place(
    site: Site, desk: Desk
) -> None:
    with running(site.index, log=Path("/dev/full"), answer_cache_mb=0) as service:
        (worker,) = service.workers()
        for path in (PATH, "/search?size=nine", "/metrics", PATH):
            assert service.get(path).status in (200, 400)
        time.sleep(1.0)  # until it has tried to say that it answers
        os.kill(worker, signal.SIGKILL)
        until(lambda: service.workers() not in ([], [worker]), SOON, "no worker takes its place")
        until(service.is_up, SOON, "the new worker does not answer")
        assert desk.articles.faults(judge(PATH, service.get(PATH))) is None
