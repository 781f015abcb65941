"""The app under gunicorn, by the command in the documents, in processes of its own."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.conftest import ROOT
from tests.serving import free_port, running

Write = Callable[..., Path]
DOCUMENT = (ROOT / "docs" / "operations.md").read_text("utf-8")


def _documented(settings: Settings, port: int) -> tuple[list[str], dict[str, str]]:
    """The command and its environment, for this index and this port."""
    (line,) = re.findall(r"^.*\bgunicorn .*:app$", DOCUMENT, re.MULTILINE)
    variable, command, *options = shlex.split(line)
    name, _, _ = variable.partition("=")
    assert command == "gunicorn" and "127.0.0.1:8000" in options
    options[options.index("127.0.0.1:8000")] = f"127.0.0.1:{port}"
    return [sys.executable, "-m", "gunicorn", *options], {name: str(settings.index)}


@pytest.fixture
def client(write: Write, settings: Settings, tmp_path: Path) -> Iterator[httpx.Client]:
    for number in range(8):
        write(f"chip-{number}", title=f"A chip of {number} nanometres", excerpt="Small. " * 40)
    reindex(settings)
    command, environment = _documented(settings, port := free_port())
    with running(command, tmp_path, "Listening", **environment):
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client


def test_it_answers_as_everywhere(client: httpx.Client) -> None:
    found = client.get("/search?q=chip", headers={"X-Request-ID": "a1"})
    assert (found.status_code, found.json()["total"]) == (200, 8)
    assert found.headers["X-Request-ID"] == "a1"
    assert found.headers["Content-Encoding"] == "gzip"
    unchanged = client.get("/search?q=chip", headers={"If-None-Match": found.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    head = client.head("/search?q=chip")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == found.headers["ETag"]
    allowed = client.post("/search")
    assert (allowed.status_code, allowed.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.options("/search").headers["Allow"]
    assert client.get("/").text.count("<article") == 8
    assert client.get("/static/searchbox.js").headers["Content-Encoding"] == "gzip"
    assert client.get("/nothing").headers["Content-Type"] == "application/problem+json"
    for path in ("/healthz", "/readyz", "/feed", "/openapi.json", "/docs"):
        assert client.get(path).status_code == 200, path
