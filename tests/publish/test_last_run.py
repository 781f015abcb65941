"""What the last run came to is recorded: for a refused one too, and never in the way of a run."""

from __future__ import annotations

import stat
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from searchsvc.publish import last_run
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings

Write = Callable[..., Path]


def test_before_the_first_run_there_is_none(settings: Settings) -> None:
    assert last_run.read(settings.index) is None


def test_a_run_is_recorded_with_its_time_duration_and_outcome(
    write: Write, settings: Settings
) -> None:
    for number in range(20):
        write(f"a{number}", title="A chip")
    write("broken", title="")
    before = time.time()
    report = reindex(settings)
    run = last_run.read(settings.index)
    assert run is not None
    assert before <= run.at == run.succeeded_at <= time.time()
    assert run.exit_code == 0 and run.rejected == report.counts.rejected == 1
    assert run.seconds == pytest.approx(report.seconds, abs=0.001)
    assert stat.S_IMODE((settings.index / last_run.LAST_RUN).stat().st_mode) == 0o600


def test_a_run_that_finds_nothing_to_do_is_one_that_succeeded(
    write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    first = last_run.read(settings.index)
    assert reindex(settings).status == "unchanged"
    second = last_run.read(settings.index)
    assert first and second and second.succeeded_at > first.succeeded_at


def test_a_refused_run_keeps_when_the_last_one_succeeded(write: Write, settings: Settings) -> None:
    path = write("a", title="A chip")
    reindex(settings)
    first = last_run.read(settings.index)
    path.unlink()
    assert reindex(settings).status == "refused"
    second = last_run.read(settings.index)
    assert first and second
    assert second.exit_code == 1 and second.at > first.at
    assert second.succeeded_at == first.succeeded_at


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"{}", b'{"at": "soon"}', b"\xff", b'{"at": null, "more": 1}'],
)
def test_a_record_that_cannot_be_read_is_none_and_is_written_anew(
    content: bytes, write: Write, settings: Settings
) -> None:
    write("a", title="A chip")
    reindex(settings)
    (settings.index / last_run.LAST_RUN).write_bytes(content)
    assert last_run.read(settings.index) is None
    reindex(settings)
    assert last_run.read(settings.index) is not None


def test_a_disk_that_takes_no_record_fails_no_run(write: Write, settings: Settings) -> None:
    write("a", title="A chip")
    with patch.object(last_run, "write_atomically", side_effect=OSError("disk full")):
        assert reindex(settings).status == "published"
