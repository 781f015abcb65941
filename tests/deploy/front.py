"""A proxy in front of the service, and questions to it."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.conftest import front_matter
from tests.web.test_serving import WAIT_SECONDS, _served


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass(frozen=True, slots=True)
class Front:
    """Where the proxy listens."""

    port: int

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request("GET", path, headers=named)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def wait(self) -> None:
        deadline = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                assert self.get("/").body
                return
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)


@contextmanager
def service(folder: Path, public_url: str) -> Iterator[str]:
    """`host:port` of a service with the settings that deploy/ has."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number in range(30):
        text = front_matter(title=f"A chip of kind {number}", excerpt="Faster than before. " * 5)
        (corpus / f"{number}.md").write_text(text)
    settings = Settings(corpus=corpus, index=folder / "index")
    reindex(settings)
    with _served(settings, SEARCHSVC_PUBLIC_URL=public_url, SEARCHSVC_CACHE_SECONDS="2") as (
        _,
        url,
    ):
        yield url.removeprefix("http://")


@contextmanager
def proxy(front: Front, *command: str | Path) -> Iterator[Front]:
    """The proxy, as long as it is asked."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        front.wait()
        yield front
    finally:
        process.terminate()
        process.wait(timeout=15)
