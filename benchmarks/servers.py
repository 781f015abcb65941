"""Starting a service under a WSGI server, and putting it under load with wrk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.apps.serving import INDEX
from benchmarks.peers.ours import SETTINGS

SCRIPT = Path(__file__).with_name("http.lua")
THREADS = 2
"""Of a worker, where it has several; and of wrk."""
CONNECTIONS = 16
"""The system deals them out to workers by chance: of fewer, one of two might get too few."""
READY_SECONDS = 60
PROBE = "/search?q=president"


OWN = {"ours": {}, "opensearch": {"SEARCHSVC_ENGINE": "opensearch"}}
"""The apps that are this service, with the settings of each."""


@dataclass(frozen=True, slots=True)
class Server:
    """An app (a peer's name) under a kind of server, with so many processes."""

    app: str
    kind: str
    workers: int

    def command(self, index: Path, port: int) -> list[str]:
        workers = str(self.workers)
        if self.app in OWN:
            options = ["--index", str(index), "--port", str(port), "--workers", workers]
            return [sys.executable, "-m", "searchsvc", "serve", *options]
        target = f"benchmarks.apps.flask_{self.app}:app"
        if self.kind == "granian":
            options = ["--interface", "wsgi", "--port", str(port), "--workers", workers]
            options += ["--blocking-threads", str(THREADS), "--no-ws", "--no-access-log"]
            return [sys.executable, "-m", "granian", *options, target]
        options = ["--bind", f"127.0.0.1:{port}", "--workers", workers, "--log-level", "warning"]
        if self.kind == "gunicorn gthread":
            options += ["--worker-class", "gthread", "--threads", str(THREADS)]
        return [sys.executable, "-m", "gunicorn", *options, target]


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk counted; latencies in ms."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int
    bytes: int
    cpu_seconds: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """Processor time of the service for each request."""
        return self.cpu_seconds * 1e3 / self.requests

    @property
    def speed(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True, slots=True)
class Service:
    """One that answers at a URL; all its processes are of one session."""

    url: str
    session: int

    def cpu_seconds(self) -> float:
        """Of all its processes so far; 0 where there is no /proc."""
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = file.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended
            if int(fields[3]) == self.session:
                ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(server: Server, work: Path, port: int) -> Iterator[Service]:
    """A service that runs until the block ends."""
    index = work / server.app
    environment = os.environ | SETTINGS | {INDEX: str(index), "SEARCHSVC_ANSWER_CACHE_MB": "0"}
    environment |= OWN.get(server.app, {})
    process = subprocess.Popen(
        server.command(index, port),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _check(url, process, f"{server.app} under {server.kind}")
        yield Service(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wrk(service: Service, queries: Path, seconds: int, seed: int) -> Load:
    """The queries in an order by the seed; each of wrk's threads takes one that differs."""
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s"]
    before = service.cpu_seconds()
    done = subprocess.run(
        [*command, "-s", str(SCRIPT), service.url, "--", str(queries), str(seed)],
        check=True,
        capture_output=True,
        text=True,
    )
    (line,) = (line for line in done.stdout.splitlines() if line.startswith("JSON "))
    counted = json.loads(line.removeprefix("JSON "))
    return Load(**counted, cpu_seconds=service.cpu_seconds() - before)


def _check(url: str, process: subprocess.Popen[bytes], name: str) -> None:
    """Wait for the first answer, and see that it is a whole one."""
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(url + PROBE, timeout=30) as response:
                answer = json.load(response)
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} does not answer") from None
            time.sleep(0.1)
    results = answer["results"]
    marks = sum("</mark>" in "".join(result["highlights"].values()) for result in results)
    if answer["total"] < 10 or len(results) != 10 or not marks:
        raise SystemExit(f"{name} answers {len(results)} results, {marks} highlighted")
