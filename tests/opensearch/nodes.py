"""A real OpenSearch cluster on this machine, one process a node, for tests and benchmarks.

    python -m tests.opensearch.nodes start 19400    its jars by Maven, once; prints the addresses
    python -m tests.opensearch.nodes stop

It needs Maven and a JDK of 21 or newer. Three nodes take less than 3 GB. Nothing of it outlives
`stop` but the jars, in the user's cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "searchsvc-opensearch"
RUNNER, OLDEST_JDK = "3.8.0.0", 21
HEAP = "640m"
STARTING = 180.0
"""Seconds after which nodes that have not found each other are given up."""


class CannotStart(Exception):
    """No JDK, no Maven, or nodes that do not come up; the message says which."""


@dataclass(frozen=True)
class Java:
    home: Path
    release: int


def find_java() -> Java:
    """The JDK that JAVA_HOME names, else the newest where Debian has them. Raises CannotStart."""
    if not shutil.which("mvn"):
        raise CannotStart("no Maven (`mvn`)")
    named = os.environ.get("JAVA_HOME")
    homes = [Path(named)] if named else list(Path("/usr/lib/jvm").glob("*"))
    found = [Java(home, _release(home)) for home in homes]
    found = [java for java in found if java.release >= OLDEST_JDK]
    if not found:
        raise CannotStart(f"no JDK of {OLDEST_JDK} or newer in {named or '/usr/lib/jvm'}")
    return max(found, key=lambda java: java.release)


def _release(home: Path) -> int:
    with suppress(OSError):
        told = subprocess.run([home / "bin/javac", "-version"], capture_output=True, text=True)
        if found := re.search(r"javac (\d+)", told.stdout + told.stderr):
            return int(found[1])
    return 0


def jars(java: Java) -> Path:
    """The folder of OpenSearch's jars, which are downloaded if they are not there yet."""
    folder = CACHE / RUNNER
    if not (folder / "complete").exists():
        folder.mkdir(parents=True, exist_ok=True)
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        command = ["mvn", "-q", "-B", "-f", HERE / "pom.xml", f"-Drunner.version={RUNNER}"]
        done = subprocess.run(
            [*command, *goal],
            env={**os.environ, "JAVA_HOME": str(java.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise CannotStart(f"Maven cannot get OpenSearch: {done.stdout[-500:]}")
        (folder / "complete").touch()
    return folder


@dataclass
class Nodes:
    """The nodes of one cluster; ports from `port` on, those of the transport 100 above."""

    folder: Path
    port: int
    count: int = 3
    processes: dict[int, int] = field(default_factory=dict)
    _own: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(f"http://127.0.0.1:{self.port + number}" for number in range(self.count))

    def start(self) -> None:
        """Returns when all nodes have joined. Raises CannotStart."""
        java = find_java()
        self._classpath = jars(java)
        self._java = java
        self.folder.mkdir(parents=True, exist_ok=True)
        for number in range(self.count):
            self.start_one(number)
        self.wait(self.count)

    def start_one(self, number: int) -> None:
        """A node, on the data that it had if it was killed."""
        heap = os.environ.get("OPENSEARCH_HEAP", HEAP)
        with (self.folder / f"node-{number}.log").open("ab") as log:
            process = subprocess.Popen(
                [
                    *(self._java.home / "bin/java", f"-Xms{heap}", f"-Xmx{heap}"),
                    *("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4", "-cp"),
                    f"{self._classpath}/*",
                    *(HERE / "Node.java", self.folder, str(number), str(self.count)),
                    str(self.port),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes[number] = process.pid
        self._own[number] = process

    def wait(self, count: int, number: int = 0) -> None:
        """Until a node sees so many of them, itself included. Raises CannotStart."""
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError, ValueError, KeyError):
                health = httpx.get(f"{self.urls[number]}/_cluster/health", timeout=5).json()
                if health["number_of_nodes"] == count:
                    return
            time.sleep(0.25)
        raise CannotStart(f"not up after {STARTING:g} s; see {self.folder}/node-*.log")

    def kill(self, number: int) -> None:
        """As a machine dies: the others are told nothing."""
        os.kill(self.processes.pop(number), signal.SIGKILL)
        if process := self._own.pop(number, None):
            process.wait()

    def stop(self) -> None:
        """Ends all nodes and removes their data."""
        for number in list(self.processes):
            with suppress(ProcessLookupError):
                self.kill(number)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def running(folder: Path, port: int, count: int = 3) -> Iterator[Nodes]:
    """A cluster for as long as the context lasts. Raises CannotStart."""
    nodes = Nodes(folder, port, count)
    try:
        nodes.start()
        yield nodes
    finally:
        nodes.stop()


def main(arguments: list[str]) -> None:
    folder, told = CACHE / "run", CACHE / "run.json"
    match arguments:
        case ["start", port]:
            nodes = Nodes(folder, int(port))
            nodes.start()
            told.write_text(json.dumps(nodes.processes))
            print(" ".join(nodes.urls))
        case ["stop"]:
            processes = json.loads(told.read_text()) if told.exists() else {}
            Nodes(folder, 0, processes={int(n): pid for n, pid in processes.items()}).stop()
            told.unlink(missing_ok=True)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except CannotStart as error:
        sys.exit(f"no cluster: {error}")
