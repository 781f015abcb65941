"""Returning to the previous generation: it is live at once, and stays so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from searchsvc.engine import open_engine
from searchsvc.errors import Locked
from searchsvc.publish.generations import IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.publish.rollback import rollback
from searchsvc.publish.takedown import take_down
from searchsvc.settings import Settings
from tests.publish.test_takedown import _until, found

Write = Callable[..., Path]


def _two(write: Write, settings: Settings) -> tuple[str, str]:
    write("a", title="Shared")
    write("b", title="Shared")
    first = reindex(settings).generation or ""
    write("c", title="Shared")
    return first, reindex(settings).generation or ""


def test_the_previous_generation_is_live_and_the_other_is_gone(
    write: Write, settings: Settings
) -> None:
    first, second = _two(write, settings)
    engine = open_engine(settings)
    assert found(engine) == {"a", "b", "c"}
    report = rollback(settings)
    assert (report.status, report.generation, report.left) == ("done", first, second)
    _until(lambda: found(engine) == {"a", "b"})
    assert IndexFolder(settings.index).whole() == [first]
    assert rollback(settings).status == "refused"


def test_no_reindex_goes_forward_by_itself(write: Write, settings: Settings) -> None:
    first, second = _two(write, settings)
    rollback(settings)
    for full in (False, True):
        report = reindex(settings, full=full)
        assert report.status == "refused"
        assert second in (report.reason or "") and "--forward" in (report.reason or "")
    write("d", title="Shared")
    assert reindex(settings).status == "refused"
    assert IndexFolder(settings.index).current() == first


def test_told_to_go_forward_it_is_as_if_nothing_had_been(write: Write, settings: Settings) -> None:
    _, second = _two(write, settings)
    rollback(settings)
    report = reindex(settings, forward=True)
    assert (report.status, report.counts.added) == ("published", 1)
    assert report.generation and report.generation > second, "names rise"
    assert not (settings.index / "ROLLED_BACK").exists()
    assert reindex(settings).status == "unchanged"
    assert len(IndexFolder(settings.index).whole()) == 2


def test_going_forward_where_the_articles_are_again_as_they_were_ends_it_too(
    write: Write, settings: Settings
) -> None:
    _two(write, settings)
    rollback(settings)
    (settings.corpus / "c.md").unlink()
    assert reindex(settings, forward=True).status == "unchanged"
    write("e", title="Shared")
    assert reindex(settings).status == "published"


def test_what_was_taken_down_since_stays_down(write: Write, settings: Settings) -> None:
    first, _ = _two(write, settings)
    take_down(settings, ["a"])
    report = rollback(settings)
    assert (report.status, report.articles) == ("done", 1)
    assert report.generation != first
    assert found(open_engine(settings)) == {"b"}
    assert reindex(settings).status == "refused"
    take_down(settings, ["b"])
    assert reindex(settings).status == "refused", "a removal is no step forward"
    assert found(open_engine(settings)) == set()
    assert reindex(settings, forward=True).counts.articles == 1


def test_a_damaged_generation_is_not_returned_to(write: Write, settings: Settings) -> None:
    settings = replace(settings, keep_generations=3)
    first, second = _two(write, settings)
    write("d", title="Shared")
    third = reindex(settings).generation
    (settings.index / "generations" / second / "states.npy").write_bytes(b"")
    report = rollback(settings)
    assert (report.generation, report.left) == (first, third)


def test_one_that_was_killed_before_its_last_step_has_changed_nothing(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, second = _two(write, settings)

    def killed(folder: IndexFolder, name: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(IndexFolder, "publish", killed)
        rollback(settings)
    assert IndexFolder(settings.index).current() == second
    write("d", title="Shared")
    assert reindex(settings).status == "published"


def test_with_nothing_to_return_to_or_another_run_at_work_it_says_so(
    write: Write, settings: Settings
) -> None:
    assert rollback(settings).status == "refused"
    write("a", title="Shared")
    reindex(settings)
    assert "no generation older" in (rollback(settings).reason or "")
    with IndexFolder(settings.index).locked(), pytest.raises(Locked):
        rollback(settings, patience=0.1)


@pytest.mark.parametrize(
    "told",
    [
        {"left": "a", "live": None, "at": "b"},
        {"left": "a", "live": 7, "at": "b"},
        {"left": "a", "live": "names", "at": "b"},
        {"left": "a", "live": [None], "at": "b"},
        {"left": 7, "live": [], "at": "b"},
        {"left": "a", "live": [], "at": None},
        ["a", [], "b"],
    ],
)
def test_a_note_that_makes_no_sense_holds_reindexes_back(
    write: Write, settings: Settings, told: object
) -> None:
    write("a", title="Shared")
    reindex(settings)
    (settings.index / "ROLLED_BACK").write_bytes(orjson.dumps(told))
    report = reindex(settings)
    assert (report.status, "a time that is lost" in (report.reason or "")) == ("refused", True)
    folder = IndexFolder(settings.index)
    assert folder.new().name > (folder.named() or "")
    write("b", title="Shared")
    assert reindex(settings, forward=True).status == "published"
