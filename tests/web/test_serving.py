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
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

from searchsvc.publish.reindex import reindex
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.web import server
from searchsvc.web.service import service_of
from tests.conftest import ROOT

Write = Callable[..., Path]
WAIT_SECONDS = 30
SHOWN_WITHIN_SECONDS = 2


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _get(url: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.fixture
def service(settings: Settings) -> Iterator[str]:
    """The URL of a server with two workers over the test's index."""
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
        + ["--port", str(port), "--workers", "2"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


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
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
        + ["--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "curl" in line:
                break
        assert f"http://127.0.0.1:{port}/" in said
        assert f"curl 'http://127.0.0.1:{port}/search?q=supercomputer'" in said
        assert _get(f"http://127.0.0.1:{port}/search?q=supercomputer")[1]["total"] == 1
    finally:
        process.terminate()
        process.wait(timeout=15)
        process.stdout.close()


def test_it_stops_though_a_client_neither_asks_nor_leaves(settings: Settings) -> None:
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "searchsvc", "serve", "--index", str(settings.index)]
        + ["--port", str(port)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}")
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET /sea")
            time.sleep(0.2)
            process.terminate()
            assert process.wait(timeout=15) == 0
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def worker_app(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Flask]]:
    """Makes the app of one process, in this one."""
    monkeypatch.setenv("SEARCHSVC_INDEX", str(settings.index))
    yield server.worker
    gc.unfreeze()


def test_a_worker_has_the_index_open_before_it_is_asked(
    write: Write, settings: Settings, worker_app: Callable[[], Flask]
) -> None:
    write("a", title="A chip")
    reindex(settings)
    engine = service_of(worker_app()).engine
    with patch.object(Path, "read_bytes", side_effect=AssertionError("opened too late")):
        assert engine.search(SearchRequest("chip")).total == 1


def _open_indexes() -> int:
    return sum(isinstance(kept, OpenIndex) for kept in gc.get_objects())


def test_an_index_that_was_replaced_leaves_a_workers_memory(
    write: Write, settings: Settings, worker_app: Callable[[], Flask]
) -> None:
    write("a", title="A chip")
    reindex(settings)
    gc.collect()
    others = _open_indexes()
    client = worker_app().test_client()
    assert gc.get_freeze_count() > 1000
    write("b", title="A chip")
    reindex(settings)
    assert client.get("/search?q=chip").get_json()["total"] == 2
    gc.collect()
    gc.unfreeze()  # what was kept from being collected would be found now
    assert _open_indexes() == others + 1


def test_a_worker_starts_without_an_index(worker_app: Callable[[], Flask]) -> None:
    assert worker_app().test_client().get("/search").status_code == 503
