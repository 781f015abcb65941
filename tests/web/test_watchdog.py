"""Workers that end, hang, or are replaced on demand: real processes, and clients that ask on."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.conftest import ROOT
from tests.web.test_serving import (
    WAIT_SECONDS,
    Write,
    _free_port,
    _get,
    _served,
    _wait_until_told,
    _workers,
)

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")


def _until(is_so: Callable[[], bool], seconds: float = WAIT_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def chips(write: Write, settings: Settings) -> None:
    write("a", title="A chip")
    reindex(settings)


class _Askers:
    """Clients that ask all the time, each question on a connection of its own.

    One that is closed unanswered is asked once more, as proxies do: a worker that stops may have
    accepted a connection and not seen its request.
    """

    def __init__(self, url: str, count: int) -> None:
        self.answers: Counter[object] = Counter()
        self._url, self._is_over = url, threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(count)]

    def _ask(self) -> None:
        while not self._is_over.is_set():
            for has_failed in (False, True):
                try:
                    status, answer = _get(f"{self._url}/search?q=chip")
                    self.answers[status, answer.get("total")] += 1
                    break
                except OSError as error:
                    self.answers[repr(error)] += has_failed

    def __enter__(self) -> _Askers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()


@contextmanager
def _configured(
    settings: Settings, log: Path, *options: str
) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """A server with a settings file, and that file."""
    config = log.parent / "searchsvc.yaml"
    config.write_text("public_url: https://before.example.com\n")
    with (
        log.open("w") as stream,
        _served(settings, *options, wait=False, log=stream, SEARCHSVC_CONFIG=str(config)) as (
            process,
            url,
        ),
    ):
        _wait_until_told(process)
        yield process, url, config


def _public_url(url: str) -> bytes:
    with urlopen(f"{url}/opensearch.xml") as response:
        text: bytes = response.read()
    return text[text.index(b"https://") :].split(b".example", 1)[0]


@pytest.mark.usefixtures("chips")
def test_a_reload_has_new_workers_with_the_settings_of_then_and_fails_nobody(
    settings: Settings, log: Path
) -> None:
    with _configured(settings, log, "--workers", "2") as (process, url, config):
        before = set(_workers(process))
        assert _public_url(url) == b"https://before"
        config.write_text("public_url: https://after.example.com\n")
        with _Askers(url, 2) as askers:
            process.send_signal(signal.SIGHUP)
            _until(lambda: len(_workers(process)) == 2 and not before & set(_workers(process)))
        assert _public_url(url) == b"https://after"
        assert set(+askers.answers) == {(200, 1)}


@pytest.mark.usefixtures("chips")
def test_a_reload_with_wrong_settings_is_told_and_changes_nothing(
    settings: Settings, log: Path
) -> None:
    with _configured(settings, log) as (process, url, config):
        before = _workers(process)
        config.write_text("public_url: nowhere\n")
        process.send_signal(signal.SIGHUP)
        _until(lambda: "not reloaded" in log.read_text())
        assert f"{config}:1: public_url takes" in log.read_text()
        assert _workers(process) == before
        assert _public_url(url) == b"https://before"


@pytest.mark.usefixtures("chips")
def test_where_the_terminal_has_gone_the_service_stops(settings: Settings) -> None:
    port = _free_port()
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
        + ["--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    while b"curl" not in said:
        said += os.read(ours, 4096)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    try:
        process.wait(timeout=15)
    finally:
        process.kill()


@pytest.mark.usefixtures("chips")
def test_a_worker_that_is_killed_again_and_again_is_replaced_each_time(settings: Settings) -> None:
    with _served(settings, wait=False) as (process, url):
        _wait_until_told(process)
        for _ in range(3):
            (worker,) = _workers(process)
            os.kill(worker, signal.SIGKILL)
            _until(lambda gone=worker: _workers(process) not in ([], [gone]))  # type: ignore[misc]
            _until(lambda: _is_answered(url))
        assert process.poll() is None


def _is_answered(url: str) -> bool:
    try:
        return _get(f"{url}/search?q=chip")[1]["total"] == 1
    except OSError:
        return False


STICKING = """
import ctypes
import time
from searchsvc.engine.embedded import EmbeddedEngine
from searchsvc.web import server, watchdog

server.STUCK_SECONDS = 0.5
watchdog.SILENT_SECONDS = 2.0
search = EmbeddedEngine.search

def sticking(engine, request):
    if request.query == "endless":
        time.sleep(600)
    if request.query == "hogging":
        ctypes.PyDLL(None).sleep(600)  # and no other thread gets to run
    return search(engine, request)

EmbeddedEngine.search = sticking
"""


@pytest.mark.usefixtures("chips")
@pytest.mark.parametrize("how", ["endless", "hogging", "stopped"])
def test_a_worker_that_is_stuck_says_where_and_is_replaced(
    settings: Settings, log: Path, how: str
) -> None:
    with (
        log.open("w") as stream,
        _served(
            settings, wait=False, script=STICKING, log=stream, SEARCHSVC_TIME_BUDGET_MS="100"
        ) as (process, url),
    ):
        _wait_until_told(process)
        (worker,) = _workers(process)
        if how == "stopped":
            os.kill(worker, signal.SIGSTOP)
        else:
            host, port = url.removeprefix("http://").split(":")
            asker = socket.create_connection((host, int(port)))
            asker.sendall(f"GET /search?q={how} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        _until(lambda: _workers(process) not in ([], [worker]))
        _until(lambda: _is_answered(url))
        said = log.read_text()
        assert f"worker {worker} has been stuck" in said
        if how != "stopped":
            asker.close()
            assert "in sticking" in said, "the line where it is stuck"


MAPPING = """
from searchsvc.index import arrays

arrays._SMALL = 256  # as if the index were large
"""


def test_a_generation_that_is_cut_short_costs_one_worker_and_no_answer_is_wrong(
    write: Write, settings: Settings, log: Path
) -> None:
    for number in range(60):
        write(f"a{number}", title=f"A chip of kind{number}")
    older = reindex(settings).generation
    write("another", title="A chip")
    live = reindex(settings).generation
    folder = IndexFolder(settings.index).path(str(live))
    with (
        log.open("w") as stream,
        _served(
            settings, wait=False, script=MAPPING, log=stream, SEARCHSVC_ANSWER_CACHE_MB="0"
        ) as (process, url),
    ):
        _wait_until_told(process)
        (worker,) = _workers(process)
        # Not the files that it shares with the older one.
        own = [at for at in folder.rglob("*.npy") if at.stat().st_nlink == 1]
        mapped = [at for at in own if at.stat().st_size > 256]
        assert mapped
        for path in mapped:
            os.truncate(path, 0)
        with _Askers(url, 1) as askers:
            _until(lambda: _workers(process) not in ([], [worker]))
            _until(lambda: _is_found(url, 60))
        totals = {answer for answer in askers.answers if isinstance(answer, tuple)}
        assert totals <= {(200, 61), (200, 60)}
        assert "Bus error" in log.read_text()
        told = _get(f"{url}/readyz")[1]
        assert told["generation"] == older and told["stale"] and str(live) in told["reason"]
        assert len(_workers(process)) == 1


def _is_found(url: str, total: int) -> bool:
    try:
        return bool(_get(f"{url}/search?q=chip")[1]["total"] == total)
    except OSError:
        return False
