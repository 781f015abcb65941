"""Files of an open generation: what tells that they are not what was opened."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.index import arrays
from searchsvc.index.open_files import OpenFiles

NAMES = ("a", "b")


@pytest.fixture
def opened(tmp_path: Path) -> OpenFiles:
    for name in NAMES:
        (tmp_path / name).write_bytes(b"content")
    return OpenFiles.of(tmp_path, NAMES)


def _replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(b"CONTENT")
    other.replace(path)


def _flip(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.write(b"C")


def _truncate(path: Path) -> None:
    os.truncate(path, 3)


def test_files_that_nobody_touches_have_not_changed(opened: OpenFiles) -> None:
    assert opened.change() is None


def test_a_link_made_to_a_file_and_other_rights_are_no_change(opened: OpenFiles) -> None:
    os.link(opened.folder / "a", opened.folder / "shared")
    (opened.folder / "a").chmod(0o600)
    assert opened.change() is None


@pytest.mark.parametrize("damage", [Path.unlink, _replace])
def test_a_file_that_is_gone_or_replaced_does_not_reach_what_is_open(
    opened: OpenFiles, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "_SMALL", 0)
    damage(opened.folder / "b")
    change = opened.change()
    assert change and change.path.name == "b" and not change.reaches_us


@pytest.mark.parametrize("damage", [_flip, _truncate])
@pytest.mark.parametrize(("small", "reaches_us"), [(0, True), (1 << 16, False)])
def test_a_file_that_is_written_into_reaches_what_is_open_where_it_is_mapped(
    opened: OpenFiles,
    damage: Callable[[Path], None],
    small: int,
    reaches_us: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrays, "_SMALL", small)
    (opened.folder / "a").unlink()
    damage(opened.folder / "b")
    change = opened.change()
    assert change and change.reaches_us is reaches_us
    assert change.path.name == ("b" if reaches_us else "a")


def test_a_file_that_is_put_back_has_not_changed(opened: OpenFiles) -> None:
    path = opened.folder / "a"
    path.rename(path.with_name("away"))
    assert opened.change() is not None
    path.with_name("away").rename(path)
    assert opened.change() is None
