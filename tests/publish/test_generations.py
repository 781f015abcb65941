"""The index folder: what is kept in it, what goes, and under which names."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings

Write = Callable[..., Path]


def test_old_generations_are_cleared_but_the_last_is_kept(write: Write, settings: Settings) -> None:
    names = []
    for number in range(4):
        write(f"a{number}", title="A")
        names.append(reindex(settings).generation)
    folder = IndexFolder(settings.index)
    assert folder.whole() == names[:1:-1]
    assert folder.current() == names[-1]


def test_what_a_link_among_the_generations_leads_to_is_left_alone(
    write: Write, settings: Settings, tmp_path: Path
) -> None:
    write("a", title="A")
    reindex(settings)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").touch()
    (settings.index / "generations" / "link").symlink_to(tmp_path / "elsewhere")
    write("b", title="B")
    assert reindex(settings).status == "published"
    assert (tmp_path / "elsewhere" / "file").exists()


def test_everything_in_the_index_folder_is_for_its_owner_alone(
    write: Write, settings: Settings
) -> None:
    write("a", title="A")
    previous = os.umask(0)
    try:
        reindex(settings)
        write("b", title="B")
        reindex(settings)
    finally:
        os.umask(previous)
    for path in [settings.index, *settings.index.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_names_rise_when_the_clock_is_set_back(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for number, year in enumerate([3, 2, 1, 2, 5, 4]):
        monkeypatch.setattr(time, "time", lambda year=year: year * 365 * 86_400.0)
        write(f"a{number}", title="A")
        names.append(reindex(settings).generation or "")
        folder = IndexFolder(settings.index)
        assert folder.current() == names[-1]
        assert folder.whole() == names[:-3:-1], "the one before the live one stays"
    assert names == sorted(names)
    assert len(set(names)) == len(names)


def test_a_name_that_current_alone_tells_is_not_given_again(
    write: Write, settings: Settings
) -> None:
    folder = IndexFolder(settings.index)
    folder.make()
    (settings.index / "CURRENT").write_text("29990101T000000Z-0000000a\n")
    assert folder.new().name == "29990101T000000Z-0000000b"


def test_what_killed_runs_left_behind_goes_with_the_next_also_if_it_has_nothing_to_do(
    write: Write, settings: Settings
) -> None:
    write("a", title="A")
    first = reindex(settings).generation or ""
    write("b", title="B")
    second = reindex(settings).generation or ""
    generations = settings.index / "generations"
    leftovers = [
        settings.index / ".CURRENT.99.new",
        settings.index / ".CHECKED.99.new",
        settings.index / ".LIVE.99.new",
        generations / second / ".state.npz.99.new",
        generations / "20200101T000000Z-00000000" / "half",
        generations / "20200102T000000Z-00000000" / "manifest.json",
        generations / "29990101T000000Z-00000000" / "manifest.json",
    ]
    for path in leftovers:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    assert reindex(settings).status == "unchanged"
    assert not any(path.exists() for path in leftovers)
    assert sorted(path.name for path in generations.iterdir()) == [first, second]


def test_a_generation_that_cannot_be_opened_has_older_ones_to_fall_back_on(
    write: Write, settings: Settings
) -> None:
    settings = replace(settings, keep_generations=3)
    names = []
    for number in range(3):
        write(f"a{number}", title="A")
        names.append(reindex(settings).generation or "")
    folder = IndexFolder(settings.index)
    building = folder.new()
    (building / "manifest.json").touch()
    assert folder.fallbacks() == [names[1], names[0]]
    (settings.index / "CURRENT").write_bytes(b"")
    assert folder.fallbacks() == [building.name, *names[::-1]]
    folder.clear(1)
    assert folder.fallbacks() == [building.name, *names[::-1]], "while none is live, all stay"
    assert IndexFolder(settings.index / "nowhere").fallbacks() == []
