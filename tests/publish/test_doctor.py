"""The doctor names what is wrong with an index folder, and mends what can be mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from searchsvc.engine import open_engine
from searchsvc.errors import Locked
from searchsvc.publish import doctor
from searchsvc.publish.doctor import Diagnosis, examine
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.publish.removals import Removal, rewrite
from searchsvc.publish.rollback import rollback
from searchsvc.publish.takedown import take_down
from searchsvc.settings import Settings
from tests.publish.test_takedown import found

Write = Callable[..., Path]


@pytest.fixture
def generations(write: Write, settings: Settings) -> tuple[str, str]:
    """An index of two, the older one first."""
    write("a", title="Shared")
    first = reindex(settings).generation or ""
    write("b", title="Shared")
    return first, reindex(settings).generation or ""


def _problem(diagnosis: Diagnosis) -> str:
    (finding,) = diagnosis.findings
    return f"{finding.problem}: {finding.remedy}"


def _mended(settings: Settings) -> Diagnosis:
    """What --fix comes to, which must leave nothing wrong and change nothing without need."""
    before = examine(settings)
    assert before.findings and not before.mended
    assert examine(settings).findings == before.findings, "looking changes nothing"
    after = examine(settings, fix=True)
    assert after.findings == (), list(after.lines())
    assert after.mended and examine(settings, fix=True).mended == ()
    return after


@pytest.mark.usefixtures("generations")
def test_a_sound_folder_has_nothing_wrong(settings: Settings) -> None:
    for fix in (False, True):
        diagnosis = examine(settings, fix=fix)
        assert (diagnosis.findings, diagnosis.mended, diagnosis.notes) == ((), (), ())
        assert list(diagnosis.lines())[0].endswith("nothing is wrong")


def test_where_there_is_no_index_it_says_what_to_run(settings: Settings) -> None:
    assert "searchsvc reindex" in _problem(examine(settings, fix=True))


@pytest.mark.parametrize("content", [None, b"", b"garbage\n", b"29990101T000000Z-0000000a\n"])
def test_where_current_leads_nowhere_the_newest_whole_generation_is_live_again(
    settings: Settings, generations: tuple[str, str], content: bytes | None
) -> None:
    current = settings.index / "CURRENT"
    current.unlink() if content is None else current.write_bytes(content)
    assert _mended(settings).generation == generations[1]
    assert found(open_engine(settings)) == {"a", "b"}


@pytest.mark.parametrize("how", ["cut", "flipped", "deleted", "manifest"])
def test_a_damaged_live_generation_makes_way_for_the_one_before_it(
    settings: Settings, generations: tuple[str, str], how: str
) -> None:
    folder = IndexFolder(settings.index)
    live = folder.path(generations[1])
    file = max(live.glob("MAIN_*.words.npy"), default=live / "states.npy")
    if how == "manifest":
        (live / "manifest.json").write_text("{}\n0\n")
    elif how == "deleted":
        file.unlink()
    else:
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.unlink()
        file.write_bytes(content if how == "flipped" else content[:-1])
        file.chmod(0o600)
    assert _mended(settings).generation == generations[0]
    assert folder.whole() == [generations[0]]
    assert reindex(settings).counts.articles == 2


def test_with_nothing_to_fall_back_on_a_damaged_generation_stays(
    write: Write, settings: Settings
) -> None:
    write("a", title="Shared")
    name = reindex(settings).generation or ""
    (settings.index / "generations" / name / "states.npy").write_bytes(b"")
    diagnosis = examine(settings, fix=True)
    assert "is damaged: no generation to fall back on" in _problem(diagnosis)
    assert "searchsvc reindex" in _problem(diagnosis)
    assert (settings.index / "generations" / name).is_dir()
    assert reindex(settings).status == "published"
    assert [mended.remedy for mended in _mended(settings).mended] == ["remove it"]


def test_a_damaged_generation_to_fall_back_on_is_removed(
    settings: Settings, generations: tuple[str, str]
) -> None:
    (settings.index / "generations" / generations[0] / "states.npy").write_bytes(b"")
    assert _mended(settings).generation == generations[1]
    assert IndexFolder(settings.index).whole() == [generations[1]]


@pytest.mark.usefixtures("generations")
@pytest.mark.parametrize("name", ["LIVE", "CHECKED"])
def test_records_that_cannot_be_read_are_written_anew_or_removed(
    settings: Settings, name: str
) -> None:
    (settings.index / name).write_bytes(b"{")
    (mended,) = _mended(settings).mended
    assert name in mended.problem


def test_what_killed_runs_left_behind_is_removed(
    settings: Settings, generations: tuple[str, str]
) -> None:
    left = [
        settings.index / ".CURRENT.99.new",
        settings.index / "generations" / "20200101T000000Z-00000000",
        settings.index / "generations" / generations[1] / ".state.npz.99.new",
    ]
    left[1].mkdir(mode=0o700)
    for path in (left[0], left[2]):
        path.touch(mode=0o600)
    _mended(settings)
    assert not any(path.exists() for path in left)
    assert IndexFolder(settings.index).whole() == [*reversed(generations)]


@pytest.mark.usefixtures("generations")
def test_what_is_open_to_others_is_made_private(settings: Settings) -> None:
    (settings.index / "CURRENT").chmod(0o644)
    (settings.index / "generations").chmod(0o755)
    _mended(settings)
    assert (settings.index / "CURRENT").stat().st_mode & 0o777 == 0o600
    assert (settings.index / "generations").stat().st_mode & 0o777 == 0o700


def test_a_state_that_is_lost_needs_a_reindex(
    settings: Settings, generations: tuple[str, str]
) -> None:
    (settings.index / "generations" / generations[1] / "state.npz").write_bytes(b"")
    assert "reads every file anew" in _problem(examine(settings, fix=True))
    reindex(settings)
    assert examine(settings).findings == ()


def test_another_format_needs_a_reindex_and_is_no_damage(
    settings: Settings, generations: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchsvc.index.manifest.FORMAT_VERSION", 10_000)
    monkeypatch.setattr(doctor, "FORMAT_VERSION", 10_000)
    assert "this version reads 10000: run `searchsvc reindex`" in _problem(
        examine(settings, fix=True)
    )
    assert len(IndexFolder(settings.index).whole()) == 2


@pytest.mark.usefixtures("generations")
def test_a_list_of_removals_is_written_from_its_copy_and_without_both_a_person_has_to(
    settings: Settings,
) -> None:
    take_down(settings, ["a"])
    (settings.index / "REMOVED").write_bytes(b"{")
    _mended(settings)
    for name in ("REMOVED", "REMOVED.copy"):
        (settings.index / name).write_bytes(b"{")
    assert "reindexes are refused: restore it" in _problem(examine(settings, fix=True))


@pytest.mark.usefixtures("generations")
def test_without_current_and_both_lists_of_removals_it_says_so_and_publishes_nothing(
    settings: Settings,
) -> None:
    take_down(settings, ["a"])
    for name in ("CURRENT", "REMOVED", "REMOVED.copy"):
        (settings.index / name).write_bytes(b"{")
    diagnosis = examine(settings, fix=True)
    assert (diagnosis.generation, diagnosis.mended) == (None, ())
    lost, current = diagnosis.findings
    assert "reindexes are refused" in lost.problem and "CURRENT" in current.problem


@pytest.mark.usefixtures("generations")
def test_the_record_tells_the_language_of_the_index_whatever_the_settings_say(
    settings: Settings,
) -> None:
    (settings.index / "LIVE").write_bytes(b"{")
    examine(replace(settings, language="de"), fix=True)
    assert orjson.loads((settings.index / "LIVE").read_bytes())["language"] == "en"


@pytest.mark.usefixtures("generations")
def test_a_removal_that_was_killed_is_ended(settings: Settings) -> None:
    rewrite(IndexFolder(settings.index), {"a": Removal("2026-01-01T00:00:00Z")})
    _mended(settings)
    assert found(open_engine(settings)) == {"b"}


@pytest.mark.usefixtures("generations")
def test_a_rollback_is_worth_a_note(settings: Settings) -> None:
    rollback(settings)
    diagnosis = examine(settings)
    assert diagnosis.findings == ()
    assert "--forward" in diagnosis.notes[0]


@pytest.mark.usefixtures("generations")
def test_a_run_at_work_is_named_and_not_disturbed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 0.1)
    folder = IndexFolder(settings.index)
    with folder.locked():
        folder.new()
        diagnosis = examine(settings)
        assert diagnosis.findings == ()
        assert "another run is at work (" in diagnosis.notes[0]
        with pytest.raises(Locked):
            examine(settings, fix=True)


@pytest.mark.usefixtures("generations")
def test_a_disk_without_room_for_a_full_run_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(settings.index)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "make room" in _problem(examine(settings, fix=True))


@pytest.mark.usefixtures("generations")
def test_several_things_are_mended_in_one_go(write: Write, settings: Settings) -> None:
    settings = replace(settings, keep_generations=3)
    write("c", title="Shared")
    reindex(settings)
    take_down(settings, ["b"])
    folder = IndexFolder(settings.index)
    (folder.path(folder.current() or "") / "states.npy").write_bytes(b"")
    (settings.index / "LIVE").write_bytes(b"")
    (settings.index / "CHECKED").write_bytes(b"")
    (settings.index / "REMOVED").unlink()
    (settings.index / ".LIVE.7.new").touch(mode=0o644)
    diagnosis = _mended(settings)
    assert len(diagnosis.mended) >= 4
    assert found(open_engine(settings)) == {"a"}
    assert reindex(settings).counts.articles == 2
