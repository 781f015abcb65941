"""Files are read by other processes as by this one, and their end is noticed, either way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from searchsvc.articles import corpus as corpora
from searchsvc.articles import pool
from searchsvc.articles.corpus import CorpusFile, Outcome
from searchsvc.articles.pool import ReaderFailed, Readers
from tests.conftest import Write

FILES = 700


@pytest.fixture
def files(corpus: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> list[CorpusFile]:
    """More files than FEW_FILES, of every outcome."""
    monkeypatch.setattr(pool, "FEW_FILES", 100)
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
    return list(corpora.walk(corpus))


def test_two_processes_read_what_one_reads(corpus: Path, files: list[CorpusFile]) -> None:
    with Readers(corpus, 1) as readers:
        alone = list(readers.read(files))
    with Readers(corpus, 2) as readers:
        assert list(readers.read(files)) == alone
    assert {read.outcome for read in alone} == set(Outcome)


def test_a_worker_that_dies_is_an_error(corpus: Path, files: list[CorpusFile]) -> None:
    with Readers(corpus, 2) as readers:
        readings = readers.read(files * 20)
        next(readings)
        for child in children(os.getpid()):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(ReaderFailed, match="signal 9"):
            list(readings)


def test_another_process_walks_as_this_one_does(
    corpus: Path, files: list[CorpusFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MANY_FILES", len(files))
    (corpus / "loop.md").symlink_to("loop.md")
    expected = list(corpora.walk(corpus))
    with Readers(corpus, 2) as readers:
        readers.begin_to_walk(len(files))
        assert len(children(os.getpid())) == 1
        assert list(readers.walk()) == expected
        assert not readers.are_walking()
        assert [reading.file for reading in readers.read(expected)] == expected


@pytest.mark.parametrize("processes", [1, 2])
def test_a_corpus_that_is_not_there_is_told(
    tmp_path: Path, processes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MANY_FILES", 1)
    with Readers(tmp_path / "none", processes) as readers:
        readers.begin_to_walk(1)
        with pytest.raises(ReaderFailed, match="none cannot be read: No such file or directory"):
            readers.walk()


def test_a_walk_that_dies_is_an_error(
    corpus: Path, files: list[CorpusFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MANY_FILES", 1)
    with Readers(corpus, 2) as readers:
        readers.begin_to_walk(1)
        for child in children(os.getpid()):
            os.kill(child, signal.SIGKILL)
        with pytest.raises(ReaderFailed, match="signal 9"):
            readers.walk()


def test_an_abandoned_reading_leaves_no_process(corpus: Path, files: list[CorpusFile]) -> None:
    before = children(os.getpid())
    with Readers(corpus, 2) as readers:
        next(readers.read(files))
        assert len(children(os.getpid()) - before) == 2
    assert children(os.getpid()) == before


def test_workers_end_with_their_parent(corpus: Path, files: list[CorpusFile]) -> None:
    """Run from a script that does its work on import, as no `multiprocessing` could."""
    script = corpus.parent / "script.py"
    script.write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from searchsvc import corpus\n"
        "from searchsvc.articles import pool\n"
        "pool.FEW_FILES = 100\n"
        "root = Path(sys.argv[1])\n"
        "readings = pool.Readers(root, 2).read(list(corpus.walk(root)) * 50)\n"
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
        workers = children(parent.pid)
        assert len(workers) == 2
        parent.kill()
    deadline = time.monotonic() + 20
    while any(is_alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.05)


def children(parent: int) -> set[int]:
    """The living processes that a process started."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name_and_rest = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if name_and_rest[0] != "Z" and int(name_and_rest[1]) == parent:
            found.add(int(status.parent.name))
    return found


def is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
