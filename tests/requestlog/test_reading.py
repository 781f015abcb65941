"""Logs are read line by line, compressed or not; what is wrong is told and ends nothing."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from searchsvc.requestlog import LogEntry, LogFile, read
from searchsvc.requestlog.reading import MAX_LINE
from tests.requestlog.entries import searched

LINE = searched("chips").to_line(with_texts=True)


def _read(path: Path | str) -> tuple[list[LogEntry], LogFile]:
    file = LogFile(str(path))
    return list(read(str(path), file)), file


def _written(folder: Path, content: bytes, name: str = "access.log") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", ["access.log", "access.log.gz", "anything"])
def test_plain_and_compressed_files_are_told_apart_by_their_bytes(
    tmp_path: Path, name: str
) -> None:
    for content in (
        LINE * 3,
        gzip.compress(LINE * 3),
        gzip.compress(LINE) + gzip.compress(LINE) * 2,
    ):
        entries, file = _read(_written(tmp_path, content, name))
        assert entries == [searched("chips")] * 3
        assert (file.lines, file.entries, file.bad, file.fault) == (3, 3, 0, None)


@pytest.mark.parametrize("content", [LINE * 2, gzip.compress(LINE * 2)])
def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    stdin = SimpleNamespace(buffer=io.BufferedReader(io.BytesIO(content)))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert len(_read("-")[0]) == 2


def test_bad_lines_are_counted_and_the_first_is_named(tmp_path: Path) -> None:
    bad = [
        b"Open http://127.0.0.1/\n",
        b"\xff\xfe\n",
        b'{"time": 1}\n',
        b"{" + b"x" * 200_000 + b"}\n",
    ]
    content = LINE + b"\n  \n" + b"".join(line + LINE for line in bad)
    entries, file = _read(_written(tmp_path, content))
    assert len(entries) == file.entries == 5
    assert (file.bad, file.first_bad, file.fault) == (4, 4, None)


def test_the_last_line_may_have_no_end(tmp_path: Path) -> None:
    assert len(_read(_written(tmp_path, LINE + LINE.rstrip()))[0]) == 2


@pytest.mark.parametrize("length", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 2 * MAX_LINE])
def test_a_line_longer_than_any_takes_no_other_with_it(tmp_path: Path, length: int) -> None:
    content = LINE + b"x" * (length - 1) + b"\n" + LINE
    entries, file = _read(_written(tmp_path, content))
    assert (len(entries), file.bad, file.lines) == (2, 1, 3)


def test_of_a_line_longer_than_any_not_even_its_end_is_an_entry(tmp_path: Path) -> None:
    entries, file = _read(_written(tmp_path, b"x" * MAX_LINE + LINE + LINE))
    assert (len(entries), file.bad) == (1, 1)


def test_a_compressed_file_that_ends_too_early_or_is_damaged_is_read_as_far_as_it_goes(
    tmp_path: Path,
) -> None:
    whole = gzip.compress(LINE * 20_000)
    entries, file = _read(_written(tmp_path, whole[: len(whole) // 2]))
    assert 0 < len(entries) < 20_000 and file.fault
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    entries, file = _read(_written(tmp_path, bytes(damaged)))
    assert file.fault


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    entries, file = _read(tmp_path / "missing.log")
    assert entries == [] and file.fault == "No such file or directory"


def test_an_empty_file_has_nothing(tmp_path: Path) -> None:
    assert _read(_written(tmp_path, b""))[1].fault is None
