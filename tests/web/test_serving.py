"""The service as it runs: real processes, real HTTP, a corpus that changes underneath."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

import pytest
from flask import Flask

from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.web import server
from searchsvc.web.listeners import probe
from searchsvc.web.service import service_of
from tests.conftest import ROOT

Write = Callable[..., Path]
WAIT_SECONDS = 30
SHOWN_WITHIN_SECONDS = 2


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _get(url: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


RUN = """
if __name__ == "__main__":
    import sys
    from searchsvc.cli import main

    main(sys.argv[1:])
"""


def _connected(url: str) -> socket.socket:
    host, _, port = url.removeprefix("http://").partition(":")
    return socket.create_connection((host, int(port)), timeout=15)


@contextmanager
def _served(
    settings: Settings,
    *options: str,
    wait: bool = True,
    script: str = "",
    log: int | IO[str] = subprocess.DEVNULL,
    **environment: str,
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The main process of a server over the test's index, and its URL.

    A script comes before the command: it may change what is too long for a test. The log is what
    it writes to stderr.
    """
    program = ["-m", "searchsvc"]
    if script:
        path = settings.index.parent / "changed.py"
        path.write_text(f"{script}\n{RUN}")
        program = [str(path)]
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, *program, "serve", "--index", str(settings.index)]
        + ["--port", str(port), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
        # A shell that runs commands in the background has them ignore it.
        preexec_fn=partial(signal.signal, signal.SIGQUIT, signal.SIG_DFL),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        if wait:
            _wait_for(url)
        yield process, url
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdout:
            process.stdout.close()


@pytest.fixture
def service(settings: Settings) -> Iterator[str]:
    """The URL of a server with two workers over the test's index."""
    with _served(settings, "--workers", "2") as (_, url):
        yield url


def _wait_until_told(process: subprocess.Popen[str]) -> None:
    """Until the service has said where it answers."""
    assert process.stdout
    while "curl" not in process.stdout.readline():
        assert process.poll() is None


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            _get(f"{url}/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def test_without_an_index_it_says_what_to_run_and_recovers_by_itself(
    write: Write, settings: Settings, service: str
) -> None:
    status, problem = _get(f"{service}/search?q=chip")
    assert status == 503
    assert "searchsvc reindex" in problem["detail"]
    assert _get(f"{service}/readyz")[0] == 503
    write("a", title="A chip")
    reindex(settings)
    assert _get(f"{service}/search?q=chip")[1]["total"] == 1
    assert _get(f"{service}/readyz")[0] == 200


def test_a_new_generation_is_shown_within_two_seconds_and_no_request_fails(
    write: Write, settings: Settings, service: str
) -> None:
    write("a", title="Same words", heat=80)
    write("b", title="Same words", heat=20)
    reindex(settings)
    statuses: list[int] = []
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            statuses.append(_get(f"{service}/search?q=words")[0])

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        for heat in (300, 10, 300):
            write("b", title="Same words", heat=heat)
            generation = reindex(settings).generation
            published = time.monotonic()
            while True:
                # Several in a row, as each worker opens the new generation for itself.
                answers = [_get(f"{service}/search?q=words")[1] for _ in range(6)]
                if all(answer["index"]["generation"] == generation for answer in answers):
                    break
                assert time.monotonic() - published < SHOWN_WITHIN_SECONDS
            first = [answer["results"][0]["id"] for answer in answers]
            assert set(first) == {"b" if heat > 80 else "a"}
    finally:
        is_over.set()
        asker.join()
    assert set(statuses) == {200}


def test_a_busy_port_is_said_at_once(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
            + ["--port", str(taken.getsockname()[1])],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert "--port" in done.stderr and "Traceback" not in done.stderr
    if Path("/proc/net/tcp").exists():
        assert f"(process {os.getpid()})" in done.stderr


FAILING = """
import sys
from searchsvc.cli import main
from searchsvc.web import server
from searchsvc.web.listeners import probe

def create_app():
    raise RuntimeError("no memory left")

server.create_app = create_app
if __name__ == "__main__":
    main(sys.argv[1:])
"""


def test_a_worker_that_cannot_start_ends_the_service_and_says_so(
    settings: Settings, tmp_path: Path
) -> None:
    script = tmp_path / "failing.py"
    script.write_text(FAILING)
    done = subprocess.run(
        [sys.executable, str(script), "serve", "--index", str(settings.index)]
        + ["--port", str(_free_port())],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "searchsvc: a worker cannot start; the reason stands above" in done.stderr
    assert done.stderr.count("RuntimeError: no memory left") == 1


def test_it_says_where_to_look_once_it_answers(write: Write, settings: Settings) -> None:
    write("a", title="A supercomputer")
    reindex(settings)
    with _served(settings, wait=False) as (process, url):
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "curl" in line:
                break
        assert f"{url}/" in said
        assert f"curl '{url}/search?q=supercomputer'" in said
        assert _get(f"{url}/search?q=supercomputer")[1]["total"] == 1


def test_it_stops_though_a_client_neither_asks_nor_leaves(settings: Settings) -> None:
    script = "from searchsvc.web import server\nserver.STOP_SECONDS = 1"
    with _served(settings, script=script) as (process, url), _connected(url) as client:
        client.sendall(b"GET /sea")
        time.sleep(0.1)
        process.terminate()
        assert process.wait(timeout=15) == 0


@pytest.fixture
def worker_app(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Flask]]:
    """Makes the app of one process, in this one."""
    monkeypatch.setenv("SEARCHSVC_INDEX", str(settings.index))
    yield server.ready_app
    gc.unfreeze()


def test_a_worker_has_the_index_open_before_it_is_asked(
    write: Write, settings: Settings, worker_app: Callable[[], Flask]
) -> None:
    write("a", title="A chip")
    reindex(settings)
    engine = service_of(worker_app()).engine
    with patch.object(Path, "read_bytes", side_effect=AssertionError("opened too late")):
        assert engine.search(SearchRequest("chip")).total == 1


def test_a_worker_starts_without_an_index(worker_app: Callable[[], Flask]) -> None:
    assert worker_app().test_client().get("/search").status_code == 503


def _workers(process: subprocess.Popen[str]) -> list[int]:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(child) for child in children.split()]


def _has_ended(process: int) -> bool:
    try:
        # Where nobody waits for the orphans of a container, they stay as zombies.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _is_free(url: str) -> bool:
    try:
        probe("127.0.0.1", int(url.rpartition(":")[2]))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux's /proc")
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGQUIT, signal.SIGUSR1])
def test_workers_end_with_their_parent_and_free_the_port(
    settings: Settings, signal_number: signal.Signals
) -> None:
    with _served(settings, "--workers", "2") as (process, url):
        workers = _workers(process)
        assert len(workers) == 2
        process.send_signal(signal_number)
        process.wait(timeout=15)
        deadline = time.monotonic() + server.STOP_SECONDS + 5
        while not (all(map(_has_ended, workers)) and _is_free(url)):
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_worker_that_was_killed_is_replaced(write: Write, settings: Settings) -> None:
    write("a", title="A chip")
    reindex(settings)
    with _served(settings, wait=False) as (process, url):
        _wait_until_told(process)  # from then on they are replaced
        (worker,) = _workers(process)
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + WAIT_SECONDS
        while _workers(process) in ([], [worker]):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        _wait_for(url)
        assert _get(f"{url}/search?q=chip")[1]["total"] == 1


def _samples(text: str) -> dict[str, float]:
    """By name with labels, as Prometheus has them."""
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def _scraped(url: str) -> dict[str, float]:
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as response:
        return _samples(response.read().decode())


def test_workers_are_told_as_one_and_what_a_killed_one_counted_stays(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    write("a", title="A chip")
    reindex(settings)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    served = _served(settings, "--workers", "2", wait=False, TMPDIR=str(temporary))
    with served as (process, url):
        _wait_until_told(process)  # which has asked for one search
        deadline = time.monotonic() + WAIT_SECONDS
        while _scraped(url)["searchsvc_workers"] != 2:  # the first to start is told of
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for number in range(30):
            assert _get(f"{url}/search?q=chip+{number % 3}")[0] == 200
        for _ in range(6):  # whichever of them answers
            found = _scraped(url)
            assert found["searchsvc_workers"] == 2
            assert found["searchsvc_searches_total"] == 30
            assert found['searchsvc_http_requests_total{route="/search",status="200"}'] == 31
        (folder,) = temporary.iterdir()
        assert folder.stat().st_mode & 0o077 == 0
        os.kill(_workers(process)[0], signal.SIGKILL)
        deadline = time.monotonic() + WAIT_SECONDS
        found = {}
        while found.get("searchsvc_worker_starts_total", 0) < 3:
            assert time.monotonic() < deadline
            time.sleep(0.1)
            with suppress(OSError):  # who was given to the killed one is cut off
                found = _scraped(url)
        assert found["searchsvc_workers"] == 2
        assert found["searchsvc_searches_total"] == 30
        assert len(list(folder.iterdir())) == 2
    assert list(temporary.iterdir()) == []


def test_every_request_is_a_line_on_stdout_also_the_last_before_a_stop(
    write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    options = ("--workers", "2")
    with _served(settings, *options, wait=False, SEARCHSVC_LOG_QUERIES="true") as (process, url):
        _wait_until_told(process)
        for number in range(40):
            assert _get(f"{url}/search?q=chip+{number}")[0] == 200
        process.terminate()
        assert process.wait(timeout=15) == 0
        assert process.stdout
        lines = [line for line in process.stdout.read().splitlines() if line]
    entries = [json.loads(line) for line in lines]
    asked = sorted(entry["q"] for entry in entries if entry.get("q"))
    assert asked == sorted(f"chip {number}" for number in range(40))


SLOW = """
import time
from searchsvc.engine.embedded import EmbeddedEngine
from searchsvc.web import server

search = EmbeddedEngine.search

def slow(engine, request):
    if request.query.startswith("slow"):
        time.sleep(float(request.query.split()[1]))
    return search(engine, request)

EmbeddedEngine.search = slow
"""


@dataclass(slots=True)
class _Asked:
    """A question that is asked beside the test."""

    url: str
    status: int = 0
    headers: Message = field(default_factory=Message)
    body: bytes = b""
    seconds: float = 0.0
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._ask)
        self.thread.start()

    def _ask(self) -> None:
        began = time.monotonic()
        try:
            answer = urllib.request.urlopen(self.url, timeout=15)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            self.status, self.headers, self.body = answer.status, answer.headers, answer.read()
        self.seconds = time.monotonic() - began

    def answered(self) -> _Asked:
        self.thread.join()
        return self


def test_past_the_limit_of_who_waits_one_is_told_at_once_and_health_never_waits(
    write: Write, settings: Settings
) -> None:
    write("a", title="A slow chip")
    reindex(settings)
    with _served(settings, script=SLOW, SEARCHSVC_QUEUE_LIMIT="2", wait=False) as (process, url):
        _wait_until_told(process)  # for that the service asks itself, and would wait as others do
        first = _Asked(f"{url}/search?q=slow+2.5")
        time.sleep(0.5)
        others = [_Asked(f"{url}/search?q=chip+{number}") for number in range(6)]
        while sum(asked.thread.is_alive() for asked in others) > 2:
            time.sleep(0.01)
        page = _Asked(f"{url}/?q=chip").answered()
        paths = ("healthz", "readyz", "metrics")
        health = [_Asked(f"{url}/{path}").answered() for path in paths]
        assert first.thread.is_alive(), "all this while the first is still at work"
        assert first.answered().status == 200
        assert sorted(asked.answered().status for asked in others) == [200] * 2 + [503] * 4
    refused = [asked for asked in others if asked.status == 503]
    for asked in refused:
        assert asked.status == 503
        assert asked.headers["Content-Type"] == "application/problem+json"
        assert int(asked.headers["Retry-After"]) > 0
        assert asked.headers["X-Content-Type-Options"] == "nosniff"
        assert json.loads(asked.body)["type"] == "urn:searchsvc:overloaded"
    assert page.status == 503 and page.headers["Content-Type"].startswith("text/html")
    assert [asked.status for asked in health] == [200, 200, 200]
    told = _samples(health[-1].body.decode())
    assert told["searchsvc_requests_waiting"] == 2
    assert told['searchsvc_requests_shed_total{reason="queue_full"}'] == 5
    assert all(asked.seconds < 2 for asked in (*refused, *health)), "before the first has ended"


def test_at_a_stop_what_is_at_work_is_answered_and_so_is_who_waits(
    write: Write, settings: Settings
) -> None:
    write("a", title="A slow chip")
    reindex(settings)
    with _served(settings, script=SLOW) as (process, url):
        first = _Asked(f"{url}/search?q=slow+0.8")
        time.sleep(0.2)
        waiting = [_Asked(f"{url}/search?q=chip+{number}") for number in range(3)]
        time.sleep(0.2)
        process.terminate()
        assert first.answered().status == 200
        assert [asked.answered().status for asked in waiting] == [200] * 3
        assert process.wait(timeout=15) == 0


def test_at_a_stop_who_would_wait_for_too_long_is_told(write: Write, settings: Settings) -> None:
    write("a", title="A slow chip")
    reindex(settings)
    with _served(settings, script=f"{SLOW}\nserver.TELL_SECONDS = 2.8") as (process, url):
        first = _Asked(f"{url}/search?q=slow+1.2")
        time.sleep(0.2)
        waiting = [_Asked(f"{url}/search?q=chip+{number}") for number in range(3)]
        time.sleep(0.2)
        process.terminate()
        assert first.answered().status == 200
        assert [asked.answered().status for asked in waiting] == [503] * 3
        assert all("stopping" in json.loads(asked.body)["detail"] for asked in waiting)
        assert process.wait(timeout=15) == 0


IMPATIENT = """
from searchsvc.web import server

server.SILENT_SECONDS = 0.5
server.CONNECTIONS = 128
"""


def test_connections_that_say_nothing_or_not_enough_are_closed(
    write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    beginnings = [b"", b"GET /search?q=ch", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"]
    with ExitStack() as stack:
        _, url = stack.enter_context(_served(settings, script=IMPATIENT))
        clients = [stack.enter_context(_connected(url)) for _ in range(200)]
        for number, client in enumerate(clients):
            client.sendall(beginnings[number % len(beginnings)])
        assert _get(f"{url}/search?q=chip")[1]["total"] == 1
        for client in clients[:6]:
            while client.recv(4096):
                pass  # until it is closed


def test_a_request_larger_than_any_is_refused(settings: Settings) -> None:
    with _served(settings) as (_, url), _connected(url) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000)
        assert client.recv(4096).startswith((b"HTTP/1.1 431", b""))


def test_an_older_generation_that_answers_says_so(write: Write, settings: Settings) -> None:
    write("a", title="A chip")
    reindex(settings)
    (settings.index / "CURRENT").write_bytes(b"")
    with _served(settings) as (_, url):
        status, told = _get(f"{url}/readyz")
        assert status == 200 and told["stale"] is True
        assert "CURRENT" in told["reason"] and told["stale_seconds"] >= 0
        assert _get(f"{url}/search?q=chip")[1]["total"] == 1
        reindex(settings)
        deadline = time.monotonic() + SHOWN_WITHIN_SECONDS
        while (told := _get(f"{url}/readyz")[1])["stale"]:
            assert time.monotonic() < deadline
        assert told["reason"] is told["stale_seconds"] is None
