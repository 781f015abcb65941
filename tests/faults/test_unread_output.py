"""What a command says cannot be written: the disk of the log is full, or nobody reads any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.soak.live import ROOT, until
from benchmarks.soak.site import Site

SOON = 20.0
SINKS = [
    pytest.param(
        "full", marks=pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
    ),
    "nobody reads",
]


@contextmanager
def _sink(kind: str) -> Iterator[int]:
    if kind == "full":
        handle = os.open("/dev/full", os.O_WRONLY)
    else:
        end, handle = os.pipe()
        os.close(end)
    try:
        yield handle
    finally:
        os.close(handle)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    site.corpus.mkdir()
    site.write("a", title="Shared")
    site.write("bad", title=["no"])
    return site


def _run(
    arguments: Sequence[str], stdout: int | None, stderr: int | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "searchsvc", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=stdout,
        stderr=stderr,
        text=True,
    )


@pytest.mark.parametrize("kind", SINKS)
def test_a_reindex_publishes_though_nobody_can_be_told(site: Site, kind: str) -> None:
    with _sink(kind) as sink:
        done = _run(site.arguments("--max-rejects", "1", "--json"), subprocess.PIPE, sink)
    assert done.returncode == 0
    assert json.loads(done.stdout)["status"] == "published"
    assert site.live.current() is not None


@pytest.mark.parametrize("kind", SINKS)
def test_a_report_that_cannot_be_printed_is_an_error_in_a_line(site: Site, kind: str) -> None:
    with _sink(kind) as sink:
        done = _run(site.arguments("--max-rejects", "1", "--json"), sink, subprocess.PIPE)
    assert done.returncode != 0 and site.live.current() is not None
    assert "the result cannot be printed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reindex_is_done_though_stderr_is_closed(site: Site) -> None:
    command = [sys.executable, "-m", "searchsvc", *site.arguments("--max-rejects", "1")]
    script = 'exec "$@" 2>&-'
    done = subprocess.run(
        ["sh", "-c", script, "sh", *command], env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0 and site.live.current() is not None


@pytest.mark.parametrize("kind", SINKS)
def test_a_watch_goes_on_though_nobody_can_be_told(site: Site, kind: str) -> None:
    (site.corpus / "bad.md").unlink()
    command = [sys.executable, "-m", "searchsvc", "watch", str(site.corpus)]
    with _sink(kind) as sink:
        process = subprocess.Popen(
            [*command, "--index", str(site.index)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=sink,
        )
        try:
            until(lambda: site.live.named() is not None, SOON, "nothing is published")
            before = site.live.named()
            site.write("b", title="Shared")
            until(lambda: site.live.named() != before, SOON, "it does not go on")
            assert process.poll() is None
        finally:
            process.terminate()
            assert process.wait(10) == 0
