"""Files are read by other processes as by this one, and their end is noticed, either way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from searchsvc.articles import listing, readers
from searchsvc.articles.interpretation import Conventions
from searchsvc.articles.listing import CorpusFile, Outcome
from searchsvc.articles.readers import ReaderFailed, Readers
from tests.conftest import Write

FILES = 700


@pytest.fixture
def files(corpus: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> list[CorpusFile]:
    """More files than FEW_FILES, of every outcome."""
    monkeypatch.setattr(readers, "FEW_FILES", 100)
    for number in range(FILES):
        match number % 7:
            case 0:
                write(f"{number}", published=False, title="x")
            case 1:
                write(f"{number}", title=["not", "text"])
            case 2:
                write(f"{number}.txt").write_text("no front matter")
            case _:
                write(
                    f"{number}",
                    title=f"Title {number} \U0001f680",
                    publishedDateTime="2020-05-20T12:59:00Z" if number % 2 else None,
                    provider={"name": "BBC"},
                    images=[{"url": "https://cdn.example/a.jpg", "width": 9}],
                    related=["https://a.example/"],
                    topics=["AI"],
                    heat=number,
                )
    return list(listing.walk(corpus))


def test_two_processes_read_what_one_reads(corpus: Path, files: list[CorpusFile]) -> None:
    with Readers(corpus, 1) as one:
        alone = list(one.read(files))
    with Readers(corpus, 2) as two:
        assert list(two.read(files)) == alone
    assert {read.outcome for read in alone} == set(Outcome) - {Outcome.UNREADABLE}


def test_a_worker_that_dies_is_an_error(corpus: Path, files: list[CorpusFile]) -> None:
    with Readers(corpus, 2) as reading:
        readings = reading.read(files * 20)
        next(readings)
        for child in readers_of(os.getpid()):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(ReaderFailed, match="ended early"):
            list(readings)


def test_another_process_walks_as_this_one_does(
    corpus: Path, files: list[CorpusFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MANY_FILES", len(files))
    (corpus / "loop.md").symlink_to("loop.md")
    expected = list(listing.walk(corpus))
    with Readers(corpus, 2) as reading:
        reading.begin_to_walk(len(files))
        assert len(readers_of(os.getpid())) == 1
        assert list(reading.walk()) == expected
        assert [reading.file for reading in reading.read(expected)] == expected


@pytest.mark.parametrize("processes", [1, 2])
def test_a_corpus_that_is_not_there_is_told(
    tmp_path: Path, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MANY_FILES", 1)
    with Readers(tmp_path / "none", processes) as reading:
        reading.begin_to_walk(1)
        with pytest.raises(ReaderFailed, match="none cannot be read: No such file or directory"):
            reading.walk()


def test_a_walk_that_dies_is_an_error(
    corpus: Path, files: list[CorpusFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "MANY_FILES", 1)
    with Readers(corpus, 2) as reading:
        reading.begin_to_walk(1)
        for child in readers_of(os.getpid()):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(ReaderFailed, match="ended early"):
            reading.walk()


def test_an_abandoned_reading_leaves_no_process(corpus: Path, files: list[CorpusFile]) -> None:
    before = readers_of(os.getpid())
    with Readers(corpus, 2) as reading:
        next(reading.read(files))
        assert len(readers_of(os.getpid()) - before) == 2
    assert readers_of(os.getpid()) == before


def test_workers_end_with_their_parent(corpus: Path, files: list[CorpusFile]) -> None:
    """Run from a script without a main guard, which they must not run again."""
    script = corpus.parent / "script.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from searchsvc.articles import listing, readers\n"
        "readers.FEW_FILES = 100\n"
        "root = Path(sys.argv[1])\n"
        "readings = readers.Readers(root, 2).read(list(listing.walk(root)) * 50)\n"
        "next(readings)\n"
        "print('reading', flush=True)\n"
        "time.sleep(60)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(script), str(corpus)], stdout=subprocess.PIPE, env=environ
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"reading\n"
        workers = readers_of(parent.pid)
        assert len(workers) == 2
        parent.kill()
    deadline = time.monotonic() + 20
    while any(is_alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.05)


def test_an_interrupt_from_the_keyboard_is_for_the_parent_alone(
    corpus: Path, files: list[CorpusFile]
) -> None:
    with Readers(corpus, 2) as reading:
        readings = reading.read(files * 5)
        next(readings)
        for child in readers_of(os.getpid()):
            os.kill(child, signal.SIGINT)
        assert len(list(readings)) == len(files) * 5 - 1


def test_a_process_that_may_have_no_children_reads_alone(
    corpus: Path, files: list[CorpusFile]
) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(_count, (corpus, files)) == len(files)


def _count(root: Path, files: list[CorpusFile]) -> int:
    readers.FEW_FILES = 100
    with Readers(root, 2) as reading:
        return len(list(reading.read(files)))


def test_dates_without_a_zone_are_in_the_one_that_is_set(corpus: Path, write: Write) -> None:
    write("a", title="A", publishedDateTime="2020-07-01 12:00")
    with Readers(corpus, 1, Conventions(ZoneInfo("Europe/Berlin"))) as reading:
        (found,) = reading.read(reading.walk())
    assert found.article is not None
    assert found.article.published_at == datetime(2020, 7, 1, 10, tzinfo=UTC)


def readers_of(parent: int) -> set[int]:
    """The living processes that read for another one."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_and_rest = status.read_text().rpartition(")")[2].split()
            command = (status.parent / "cmdline").read_bytes()
        except OSError:
            continue
        is_child = name_and_rest[0] != "Z" and int(name_and_rest[1]) == parent
        if is_child and b"spawn_main" in command:
            found.add(int(status.parent.name))
    return found


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
