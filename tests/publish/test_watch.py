"""A watch, in a process of its own, keeps the index as the files are."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from searchsvc.cli.watch import command
from searchsvc.engine import Engine, open_engine
from searchsvc.publish import watch as watching
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.takedown import take_down
from searchsvc.publish.watch import _filter
from searchsvc.settings import Settings
from tests.conftest import ROOT
from tests.publish.test_takedown import _until, found

Write = Callable[..., Path]
SOON = 5.0
"""Seconds after which a saved file is found: two are promised, and machines of tests are busy."""


class Watch:
    """The command, and what it has said."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "said"
        with self._said.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "searchsvc", "watch", "corpus"],
                cwd=folder,
                env={"PYTHONPATH": str(ROOT)},
                stderr=stream,
            )

    def said(self) -> list[str]:
        return self._said.read_text().splitlines()

    def count(self, beginning: str) -> int:
        return sum(line.startswith(beginning) for line in self.said())


@pytest.fixture
def watch(tmp_path: Path, corpus: Path, write: Write) -> Iterator[Watch]:
    """Over one article, after its first run."""
    write("a", title="Shared")
    _age(corpus)
    watch = Watch(tmp_path)
    try:
        _until(lambda: watch.count("published") == 1, 20.0)
        yield watch
    finally:
        watch.process.kill()
        watch.process.wait()


@pytest.fixture
def engine(settings: Settings, watch: Watch) -> Iterator[Engine]:
    engine = open_engine(settings)
    yield engine
    engine.close()


def _age(corpus: Path) -> None:
    """As if written long ago: what was just written is read again by the next run."""
    for path in corpus.rglob("*.md"):
        os.utime(path, (1, 1))


def test_what_is_saved_changed_moved_and_deleted_is_found_soon(
    write: Write, corpus: Path, engine: Engine, watch: Watch
) -> None:
    assert found(engine) == {"a"}
    write("b", title="Shared")
    _until(lambda: found(engine) == {"a", "b"}, SOON)
    write("new/folder/c", title="Shared")
    _until(lambda: found(engine) == {"a", "b", "new/folder/c"}, SOON)
    write("b", title="Other")
    _until(lambda: found(engine) == {"a", "new/folder/c"}, SOON)
    (corpus / "new").rename(corpus / "old")
    _until(lambda: found(engine) == {"a", "old/folder/c"}, SOON)
    aside = corpus / ".d.tmp"
    aside.write_text((corpus / "a.md").read_text())
    aside.rename(corpus / "d.md")
    _until(lambda: found(engine) == {"a", "d", "old/folder/c"}, SOON)
    shutil.rmtree(corpus / "old")
    _until(lambda: found(engine) == {"a", "d"}, SOON)


def test_a_burst_is_few_runs_and_all_of_it_is_found(
    write: Write, engine: Engine, watch: Watch
) -> None:
    for number in range(300):
        write(f"burst{number}", title="Shared")
    _until(lambda: len(found(engine)) == 100 and watch.said()[-1].find("301 articles") > 0, 5.0)
    assert watch.count("published") <= 4


def test_a_refusal_holds_and_is_said_once(
    write: Write, corpus: Path, engine: Engine, watch: Watch
) -> None:
    for number in range(30):
        write(f"b{number}", title="Shared")
    _until(lambda: len(found(engine)) == 31, 5.0)
    for number in range(20):
        (corpus / f"b{number}.md").unlink()
    _until(lambda: watch.count("refused: the files of 20") == 1, SOON)
    for number in range(3):
        write("note", title="Shared", heat=number)
        time.sleep(0.7)
    assert watch.count("refused") == 1
    assert len(found(engine)) == 31
    for number in range(20):
        write(f"b{number}", title="Shared")
    _until(lambda: len(found(engine)) == 32, SOON)


def test_a_rejected_file_is_said_once(write: Write, engine: Engine, watch: Watch) -> None:
    write("bad", title=["no"])
    _until(lambda: watch.count("rejected  bad.md") == 1, SOON)
    write("c", title="Shared")
    _until(lambda: "c" in found(engine), SOON)
    assert watch.count("rejected  bad.md") == 1


def test_it_waits_for_another_run_and_then_does_everything_at_once(
    write: Write, settings: Settings, engine: Engine, watch: Watch
) -> None:
    with IndexFolder(settings.index).locked():
        for number in range(4):
            write(f"b{number}", title="Shared")
            time.sleep(0.6)
        assert watch.count("another run is at work") == 1
        assert found(engine) == {"a"}
    _until(lambda: len(found(engine)) == 5, SOON)
    _until(lambda: watch.count("published") >= 2, SOON)  # which is said once it is found
    assert watch.count("published") == 2


def test_what_is_taken_down_stays_down_while_it_watches(
    write: Write, settings: Settings, engine: Engine, watch: Watch
) -> None:
    write("b", title="Shared")
    _until(lambda: found(engine) == {"a", "b"}, SOON)
    take_down(settings, ["b"])
    write("b", title="Shared again")
    write("c", title="Shared")
    _until(lambda: found(engine) == {"a", "c"}, SOON)


def test_a_corpus_that_is_gone_is_waited_for(
    write: Write, corpus: Path, engine: Engine, watch: Watch
) -> None:
    corpus.rename(corpus.with_name("aside"))
    _until(lambda: watch.count("corpus is not there") == 1, 3.0)
    assert found(engine) == {"a"}
    corpus.with_name("aside").rename(corpus)
    write("b", title="Shared")
    _until(lambda: found(engine) == {"a", "b"}, 3.0)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ESTALE])
def test_a_corpus_that_is_out_of_reach_is_waited_for(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    write("a", title="Shared")
    out_of_reach, said, waited = {settings.corpus}, list[str](), list[float]()
    stat = os.stat

    def failing(path: Any, **options: Any) -> os.stat_result:
        if path in out_of_reach:
            raise OSError(number, os.strerror(number))
        return stat(path, **options)

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 3:
            out_of_reach.clear()

    def run(settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "stat", failing)
    monkeypatch.setattr(watching.time, "sleep", wait)
    monkeypatch.setattr(watching, "reindex", run)
    with pytest.raises(KeyboardInterrupt):
        watching.watch(settings, said.append)
    (line,) = said
    assert len(waited) == 3 and os.strerror(number) in line


def test_one_that_is_out_of_reach_at_the_start_is_no_folder(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stat = os.stat

    def failing(path: Any, **options: Any) -> os.stat_result:
        if path == settings.corpus:
            raise PermissionError(errno.EACCES, "Permission denied")
        return stat(path, **options)

    monkeypatch.setattr(os, "stat", failing)
    done = CliRunner().invoke(command, [str(settings.corpus)])
    assert done.exit_code == 2 and "no such folder" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(
    write: Write, settings: Settings, watch: Watch, number: signal.Signals
) -> None:
    write("b", title="Shared")
    time.sleep(0.3)
    watch.process.send_signal(number)
    assert watch.process.wait(5) == 0
    assert watch.said()[-1] == "stopped"
    folder = IndexFolder(settings.index)
    assert {entry.name for entry in folder.generations.iterdir()} == set(folder.whole())


def test_hidden_files_other_suffixes_and_the_index_itself_are_no_changes(
    settings: Settings, corpus: Path
) -> None:
    is_wanted = _filter(settings)
    for name in ("photo.jpg", ".hidden.md", ".git/a.md", "a.md~"):
        path = corpus / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert not is_wanted(str(path)), name
    for name in ("a.md", "2020/b.HTML", "gone-folder", "gone.md"):
        assert is_wanted(str(corpus / name)), name
    assert not is_wanted(str(settings.index / "CURRENT"))
