"""A service as it runs, in processes of its own, and what can be asked of it and its processes."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Of one request; `status` 0 where there was none, and `body` says why."""

    status: int
    body: bytes
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Connection:
    """One that is kept open; a new one is made when the service has closed it."""

    def __init__(self, port: int, timeout: float = 15.0) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._is_used = False

    def get(self, path: str) -> Answer:
        began = time.monotonic()
        for is_last in (not self._is_used, True):
            try:
                self._connection.request("GET", path)
                response = self._connection.getresponse()
                body = response.read()
            except (http.client.RemoteDisconnected, BrokenPipeError) as error:
                self._connection.close()
                if is_last:
                    return Answer(0, repr(error).encode(), time.monotonic() - began)
                continue  # it was idle for too long
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                return Answer(0, repr(error).encode(), time.monotonic() - began)
            self._is_used = not response.will_close
            headers = dict(response.getheaders())
            return Answer(response.status, body, time.monotonic() - began, headers)
        raise AssertionError("unreachable")

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Running:
    """The service: its main process and its port; `said` is what it has logged."""

    process: subprocess.Popen[bytes]
    port: int
    said: Path

    def get(self, path: str) -> Answer:
        connection = Connection(self.port)
        try:
            return connection.get(path)
        finally:
            connection.close()

    def is_up(self) -> bool:
        return self.get("/search").status in (200, 503)

    def has_said_so(self) -> bool:
        """For that it asks itself, and would be in the way of others."""
        return "\nOpen " in self.log() or "\nServing " in self.log()

    def ready(self) -> dict[str, Any]:
        return self.get("/readyz").json()

    def workers(self) -> list[int]:
        return children_of(self.process.pid)

    def log(self) -> str:
        return self.said.read_text("utf-8", "replace")


@contextmanager
def running(
    index: Path,
    *,
    workers: int = 1,
    before: Sequence[str] = (),
    program: Sequence[str] = ("-m", "searchsvc"),
    log: Path | None = None,
    **settings: object,
) -> Iterator[Running]:
    """A service over an index. Settings are given by the environment.

    `before` comes in front of Python: a program that starts others. `log` is where it writes what
    it says, a file beside the index if none is given.
    """
    port = free_port()
    given = {f"SEARCHSVC_{name.upper()}": str(value) for name, value in settings.items()}
    said = log or index.parent / f"said-{port}"
    command = [*before, sys.executable, *program, "serve", "--index", str(index)]
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--port", str(port), "--workers", str(workers)],
            env={**os.environ, "PYTHONPATH": str(ROOT), **given},
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    service = Running(process, port, said)
    try:
        until(service.is_up if log else service.has_said_so, START_SECONDS)
        yield service
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class NotSo(AssertionError):
    """What was waited for has not come."""


def until(
    is_so: Callable[[], object], seconds: float, what: str = "it does not come to it"
) -> float:
    """Waits for something; after how many seconds it was so. Raises NotSo."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise NotSo(f"{what} within {seconds:g} s")
        time.sleep(0.02)
    return time.monotonic() - began


def children_of(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(child) for child in children.split()]


def own_memory(process: int) -> int:
    """Bytes that a process has for itself: what it maps of files is not among them."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def handles(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def disk_used(folder: Path) -> int:
    """Bytes of all files below a folder, each counted once however many names it has."""
    seen: dict[int, int] = {}
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                status = os.lstat(os.path.join(where, name))
            except OSError:
                continue  # it has gone
            seen[status.st_ino] = status.st_blocks * 512
    return sum(seen.values())
