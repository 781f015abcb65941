"""The folder of one service: private, gone with it, and removed later if it was killed."""

from __future__ import annotations

import os
import stat
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

import pytest

from searchsvc.metrics import folder, shared_folder


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_it_is_private_and_gone_at_the_end(temporary: Path) -> None:
    with shared_folder() as made:
        assert made.parent == temporary
        assert stat.S_IMODE(made.stat().st_mode) == 0o700
        (made / "0.cells").write_bytes(b"counts")
    assert list(temporary.iterdir()) == []


def test_two_services_have_two(temporary: Path) -> None:
    with patch.object(folder, "_NEW_SECONDS", 0), shared_folder() as first:
        with shared_folder() as second:
            assert first != second and first.exists()


def _left(temporary: Path, name: str) -> Path:
    left = temporary / name
    left.mkdir()
    (left / "0.cells").write_bytes(b"counts")
    return left


def test_what_a_killed_service_left_is_removed_by_the_next(temporary: Path) -> None:
    left = _left(temporary, f"{folder.PREFIX}killed")
    young_enough = time.time() + 2 * folder._NEW_SECONDS
    with patch.object(time, "time", return_value=young_enough), shared_folder():
        assert not left.exists()


def test_a_young_folder_others_and_links_are_left_alone(temporary: Path) -> None:
    young = _left(temporary, f"{folder.PREFIX}young")
    with shared_folder():
        assert young.exists()
    other = _left(temporary, "something-else")
    link = temporary / f"{folder.PREFIX}link"
    link.symlink_to(other)
    with patch.object(folder, "_NEW_SECONDS", 0), shared_folder():
        assert link.is_symlink() and (other / "0.cells").exists()
        assert not young.exists()


def test_without_a_place_for_temporary_files_it_says_so(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", os.fspath(temporary / "not there"))
    with pytest.raises(OSError), shared_folder():
        pass
