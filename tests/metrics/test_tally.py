"""Workers count each for itself, and are told as one; what a dead one counted is not lost."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from searchsvc.metrics import Event, Layout, Level, Tally
from searchsvc.metrics.cells import Row
from searchsvc.metrics.declarations import BUCKETS
from tests.conftest import ROOT

LAYOUT = Layout(("/search",))


def _count(rows: list[Row], event: Event) -> float:
    return sum(row.cells[LAYOUT.event(event)] for row in rows)


def test_alone_it_tells_of_itself() -> None:
    tally = Tally(LAYOUT)
    tally.count(Event.SEARCH, Event.CORRECTED)
    tally.count(Event.SEARCH)
    (row,) = tally.rows()
    assert row.is_live and row.cells[Level.PROCESS] == os.getpid()
    assert _count([row], Event.SEARCH) == 2 and _count([row], Event.CORRECTED) == 1
    assert _count([row], Event.WORKER_START) == 1


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [(0.0, 0), (BUCKETS[0], 0), (BUCKETS[0] * 1.01, 1), (BUCKETS[-1], 12), (99.0, 13)],
)
def test_a_request_is_in_the_bucket_whose_bound_it_does_not_exceed(
    seconds: float, bucket: int
) -> None:
    tally = Tally(LAYOUT)
    tally.request("/search", 200, seconds)
    (timed,) = LAYOUT.read_timed(tally.rows()[0].cells)
    assert timed.counts == [int(place == bucket) for place in range(len(BUCKETS) + 1)]
    assert timed.seconds == seconds


def test_whoever_is_asked_tells_of_all(tmp_path: Path) -> None:
    first, second = Tally(LAYOUT, tmp_path), Tally(LAYOUT, tmp_path)
    first.count(Event.SEARCH)
    second.count(Event.SEARCH, Event.SEARCH)
    for tally in (first, second):
        rows = tally.rows()
        assert len(rows) == 2 and all(row.is_live for row in rows)
        assert _count(rows, Event.SEARCH) == 3


def test_threads_lose_no_count() -> None:
    tally = Tally(LAYOUT)

    def work() -> None:
        for _ in range(2_000):
            tally.count(Event.SEARCH)
            tally.request("/search", 200, 0.001)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    rows = tally.rows()
    assert _count(rows, Event.SEARCH) == 8_000
    (timed,) = LAYOUT.read_timed(rows[0].cells)
    assert sum(timed.counts) == 8_000


DYING = """
import os, signal, sys
from pathlib import Path
from searchsvc.metrics import Event, Layout, Level, Tally

tally = Tally(Layout(("/search",)), Path(sys.argv[1]))
tally.count(*[Event.SEARCH] * 5)
tally.set(Level.WAITING, 7)
os.kill(os.getpid(), signal.SIGKILL)
"""


def _die(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(folder)], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode < 0


def test_the_counts_of_a_killed_worker_stay_and_its_file_is_carried_on(tmp_path: Path) -> None:
    _die(tmp_path)
    survivor = Tally(LAYOUT, tmp_path)
    survivor.count(Event.SEARCH)
    (row,) = survivor.rows()
    assert _count([row], Event.SEARCH) == 6
    assert row.is_live and row.cells[Level.WAITING] == 0 and row.cells[Level.PROCESS] == os.getpid()
    assert _count([row], Event.WORKER_START) == 2


def test_a_dead_worker_counts_but_does_not_live(tmp_path: Path) -> None:
    alive = Tally(LAYOUT, tmp_path)
    alive.open()
    _die(tmp_path)
    rows = alive.rows()
    assert _count(rows, Event.SEARCH) == 5
    assert sorted(row.is_live for row in rows) == [False, True]


def test_as_many_files_as_workers_at_once_however_many_die(tmp_path: Path) -> None:
    for _ in range(3):
        _die(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    assert _count(Tally(LAYOUT, tmp_path).rows(), Event.SEARCH) == 15


def test_files_are_private_and_have_all_their_bytes_from_the_beginning(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    tally = Tally(LAYOUT, folder)
    tally.open()
    (file,) = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == LAYOUT.cells * 8


def test_files_of_another_version_go_once_nobody_has_them(tmp_path: Path) -> None:
    old, other = Layout(("/old",)), Layout(("/older",))
    held = Tally(old, tmp_path)
    held.open()
    (tmp_path / f"{other.digest}-0.cells").write_bytes(b"")
    (tmp_path / "of-somebody-else").write_bytes(b"")
    tally = Tally(LAYOUT, tmp_path)
    assert len(tally.rows()) == 1
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{LAYOUT.digest}-0.cells", f"{old.digest}-0.cells", "of-somebody-else"}


def test_a_file_that_is_being_made_is_passed_over(tmp_path: Path) -> None:
    tally = Tally(LAYOUT, tmp_path)
    tally.open()
    (tmp_path / f"{LAYOUT.digest}-1.cells").write_bytes(bytes(8))
    assert len(tally.rows()) == 1


def test_a_folder_that_cannot_be_used_costs_no_request(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    tally = Tally(LAYOUT, file)
    tally.count(Event.SEARCH)
    assert _count(tally.rows(), Event.SEARCH) == 1
    assert "metrics are of one worker alone" in caplog.text
