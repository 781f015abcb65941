"""Lines are written whole, in order, by a thread of their own: nobody waits for a reader."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from searchsvc.requestlog import line_writer
from searchsvc.requestlog.line_writer import PIPE_BYTES, LineWriter
from tests.conftest import ROOT

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, sender = os.pipe()
    yield reader, sender
    for end in (reader, sender):
        try:
            os.close(end)
        except OSError:
            pass


def _read(reader: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        assert select.select([reader], [], [], 10)[0], "nothing was written"
        found += os.read(reader, 65536)
    return found


def test_lines_are_written_soon_and_in_order(pipe: Pipe) -> None:
    writer = LineWriter(pipe[1])
    lines = [b"line %d\n" % number for number in range(100)]
    for line in lines:
        assert writer.put(line)
    assert _read(pipe[0], len(b"".join(lines))) == b"".join(lines)
    assert writer.put(b"another\n")
    assert _read(pipe[0], 8) == b"another\n"


def test_what_is_written_at_once_is_whole_lines_that_fit_a_pipe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[bytes] = []
    monkeypatch.setattr(line_writer.os, "write", lambda _, text: written.append(text) or len(text))
    writer = LineWriter(-1)
    for number in range(500):
        writer.put(b"x" * (number % 300) + b"\n")
    writer.put(b"y" * 6000 + b"\n")
    with writer._writing:
        writer._write(None)
    assert all(chunk.endswith(b"\n") for chunk in written)
    assert all(len(chunk) <= PIPE_BYTES for chunk in written[:-1]) and len(written[-1]) == 6001
    assert all(len(one) + len(other) > PIPE_BYTES for one, other in pairwise(written))


def test_where_nobody_reads_lines_are_dropped_and_nobody_waits(
    pipe: Pipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_writer, "MAX_BYTES", 100_000)
    writer = LineWriter(pipe[1])
    line = b"x" * 999 + b"\n"
    deadline = time.monotonic() + 20
    while writer.put(line):
        assert time.monotonic() < deadline
    os.close(pipe[0])  # which ends the writing thread's wait


def test_a_reader_that_has_gone_fails_nothing(pipe: Pipe) -> None:
    os.close(pipe[0])
    writer = LineWriter(pipe[1])
    for _ in range(3):
        assert writer.put(b"line\n")
        writer.flush()


def test_flush_gives_up_on_a_reader_that_does_not_read(pipe: Pipe) -> None:
    os.set_blocking(pipe[1], False)
    try:
        while True:
            os.write(pipe[1], b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(pipe[1], True)
    writer = LineWriter(pipe[1])
    writer._lines, writer._bytes = [b"line\n"], 5
    done = threading.Thread(target=writer.flush, args=(0.05,))
    done.start()
    done.join(10)
    assert not done.is_alive()


SCRIPT = """
import os
from searchsvc.requestlog import stdout_writer

stdout_writer().put(b"parent\\n")
if (child := os.fork()) == 0:
    stdout_writer().put(b"child\\n")
    stdout_writer().flush()
    os._exit(0)
os.waitpid(child, 0)
"""


def test_the_end_of_a_process_writes_what_is_left_and_a_child_only_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=30,
    )
    assert sorted(done.stdout.splitlines()) == [b"child", b"parent"], done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_lines_that_could_not_be_written_are_told_once() -> None:
    handle = os.open("/dev/full", os.O_WRONLY)
    writer = LineWriter(handle)
    for _ in range(3):
        assert writer.put(b"line\n")
    writer.flush()
    os.close(handle)
    assert (writer.take_lost(), writer.take_lost()) == (3, 0)
