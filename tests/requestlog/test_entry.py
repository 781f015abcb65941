"""A line of the log: what it holds, what it never holds, and that it is read as it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.requestlog import LogEntry, SearchOutcome
from searchsvc.requestlog.entry import MAX_TEXT
from searchsvc.requestlog.line_writer import PIPE_BYTES
from tests.requestlog.entries import NOON, asked, corrected, searched

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_TEXT)
COUNTS = st.integers(0, 2**40)
OUTCOMES = st.builds(
    SearchOutcome,
    query=TEXTS,
    total=COUNTS,
    corrected=st.booleans(),
    corrected_to=st.none() | TEXTS,
    relaxed=st.booleans(),
    partial=st.booleans(),
    page=st.integers(1, 10_000),
    typing=st.booleans(),
)
ENTRIES = st.builds(
    LogEntry,
    time=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    id=st.from_regex(r"[A-Za-z0-9-]{1,128}", fullmatch=True),
    method=st.sampled_from(["GET", "HEAD"]),
    route=TEXTS,
    status=st.integers(100, 599),
    milliseconds=st.integers(0, 10**9).map(lambda number: number / 1000),
    size=COUNTS,
    outcome=st.none() | OUTCOMES,
    cached=st.just(False),
)


@given(ENTRIES)
def test_a_line_is_read_as_it_was_written(entry: LogEntry) -> None:
    line = entry.to_line(with_texts=True)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert LogEntry.from_line(line) == entry


@given(ENTRIES)
def test_without_texts_a_line_has_none(entry: LogEntry) -> None:
    line = entry.to_line(with_texts=False)
    found = LogEntry.from_line(line)
    if entry.outcome is not None:
        assert found.outcome == replace(entry.outcome, query=None, corrected_to=None)
    assert not {"q", "corrected_to"} & json.loads(line).keys()


def test_the_keys_are_these() -> None:
    line = json.loads(corrected("chps", "chips").to_line(with_texts=True))
    assert line == {
        "time": "2026-11-30T12:00:00Z",
        "id": "a1",
        "method": "GET",
        "route": "/search",
        "status": 200,
        "ms": 2.0,
        "bytes": 100,
        "total": 3,
        "zero": False,
        "corrected": True,
        "relaxed": False,
        "partial": False,
        "cached": False,
        "page": 1,
        "typing": False,
        "q": "chps",
        "corrected_to": "chips",
    }
    assert list(json.loads(asked("/healthz").to_line(with_texts=True))) == list(line)[:7]


def test_a_line_with_the_longest_texts_goes_through_a_pipe_as_a_whole() -> None:
    entry = corrected("\U0001f4bb" * 4000, "\U0001f4bb" * 4000)
    line = replace(entry, id="x" * 128, method="M" * 9000).to_line(with_texts=True)
    assert len(line) < PIPE_BYTES
    assert LogEntry.from_line(line).outcome is not None


@pytest.mark.parametrize("prefix", [b"Nov 30 12:00:00 web1 searchsvc[812]: ", b"2026-11-30 out F "])
def test_what_a_systems_log_puts_before_a_line_is_passed_over(prefix: bytes) -> None:
    entry = searched("chips")
    assert LogEntry.from_line(prefix + entry.to_line(with_texts=True)) == entry


def test_times_of_other_zones_and_of_none_are_utc() -> None:
    body = json.loads(asked("/").to_line(with_texts=False))
    for text in ("2026-11-30T13:00:00+01:00", "2026-11-30T12:00:00"):
        assert LogEntry.from_line(orjson.dumps({**body, "time": text})).time == NOON


GOOD = json.loads(searched("chips").to_line(with_texts=True))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=3,
)


@given(st.dictionaries(st.sampled_from(list(GOOD)), VALUES, min_size=1))
def test_whatever_values_a_line_has_it_is_an_entry_or_a_value_error(changes: dict) -> None:
    try:
        line = json.dumps({**GOOD, **changes}).encode()
    except UnicodeEncodeError:
        return
    try:
        entry = LogEntry.from_line(line)
    except ValueError:
        return
    assert entry.milliseconds >= 0 and entry.time.tzinfo is UTC
    assert entry.outcome is None or entry.outcome.total >= 0


@given(st.binary(max_size=200))
def test_whatever_bytes_a_line_has_it_is_an_entry_or_a_value_error(line: bytes) -> None:
    try:
        LogEntry.from_line(line)
    except ValueError:
        pass


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"[]", b"null", b"{" * 5000, b'{"time": "9999-12-31T23:59:59-23:59"}', b"GET /"],
)
def test_other_lines_are_none_of_ours(line: bytes) -> None:
    with pytest.raises(ValueError):
        LogEntry.from_line(line)
