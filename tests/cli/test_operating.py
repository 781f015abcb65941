"""The commands for an operator's bad days: what they print and their exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchsvc.cli import remove as remove_command
from searchsvc.publish import takedown
from searchsvc.publish.generations import IndexFolder
from searchsvc.settings import Settings
from tests.cli.conftest import Run

Write = Callable[..., Path]


@pytest.fixture
def indexed_site(write: Write, run: Run) -> None:
    write("2020/a", title="Shared")
    write("b", title="Shared")
    assert run("reindex").returncode == 0


def _found(run: Run) -> set[str]:
    answer = json.loads(run("search", "shared", "--json").stdout)
    return {result["id"] for result in answer["results"]}


@pytest.mark.usefixtures("indexed_site")
def test_remove_list_and_undo(run: Run) -> None:
    done = run("remove", "2020/a", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert list(report) == [
        "status", "reason", "generation", "removed", "undone", "unknown", "purged", "seconds",
    ]  # fmt: skip
    assert (report["status"], report["removed"]) == ("done", ["2020/a"])
    assert _found(run) == {"b"}
    assert run("remove", "--list").stdout.startswith("2020/a  since 2")
    (row,) = json.loads(run("remove", "--list", "--json").stdout)["removed"]
    assert row["id"] == "2020/a" and row["purged"] is None
    again = run("reindex", "--json")
    assert json.loads(again.stdout)["taken_down"] == ["2020/a"]
    assert "taken down  2020/a; `searchsvc remove --undo`" in again.stderr
    assert run("remove", "2020/a", "--undo").returncode == 0
    assert run("remove", "--list").stdout == ""
    assert run("reindex").returncode == 0
    assert _found(run) == {"2020/a", "b"}


@pytest.mark.usefixtures("indexed_site")
def test_remove_names_an_id_that_is_unknown_and_one_that_is_near(run: Run) -> None:
    done = run("remove", "2020/a.md", "b")
    assert done.returncode == 1
    assert "unknown  2020/a.md: no file has this id; did you mean 2020/a?" in done.stderr
    assert "removed  b" in done.stderr
    undone = run("remove", "2020/a", "--undo")
    assert undone.returncode == 1 and "it is not taken down" in undone.stderr
    assert run("remove", "to-come", "--force").returncode == 0


@pytest.mark.usefixtures("indexed_site")
def test_purge_alone_is_of_everything_that_is_taken_down(run: Run) -> None:
    run("remove", "b")
    done = run("remove", "--purge", "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["purged"]
    assert "purged" in run("remove", "--list").stdout


@pytest.mark.usefixtures("indexed_site")
def test_remove_beside_another_run_is_exit_code_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    monkeypatch.setattr(takedown.take_down, "__kwdefaults__", {
        "purge": False, "force": False, "patience": 0.1,
    })  # fmt: skip
    folder = IndexFolder(tmp_path / "index")
    with folder.locked():
        done = CliRunner().invoke(
            remove_command.command, ["b", "--index", str(folder.root)], obj=None
        )
    assert done.exit_code == 3
    assert "Servers hide the articles already" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("remove",),
        ("remove", "a", "--list"),
        ("remove", "a", "--undo", "--purge"),
        ("watch", "no-such-folder"),
        ("doctor", "extra"),
    ],
)
def test_wrong_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_without_an_index_each_says_so(run: Run) -> None:
    for arguments in (("remove", "a"), ("remove", "--list"), ("rollback",), ("doctor",)):
        done = run(*arguments)
        assert done.returncode == 1, arguments
        assert "there is no index in index" in done.stdout + done.stderr


@pytest.mark.usefixtures("indexed_site")
def test_rollback_holds_until_forward(write: Write, run: Run) -> None:
    assert run("rollback").returncode == 1
    write("c", title="Shared")
    run("reindex")
    done = run("rollback", "--json")
    assert done.returncode == 0
    report = json.loads(done.stdout)
    assert list(report) == ["status", "reason", "generation", "left", "articles", "seconds"]
    assert report["articles"] == 2 and "reindex --forward" in done.stderr
    held = run("reindex", "--json")
    assert held.returncode == 1 and "--forward" in json.loads(held.stdout)["reason"]
    assert run("reindex", "--forward").returncode == 0
    assert _found(run) == {"2020/a", "b", "c"}


@pytest.mark.usefixtures("indexed_site")
def test_doctor_names_and_mends(run: Run, tmp_path: Path) -> None:
    assert run("doctor").returncode == 0
    (tmp_path / "index" / "CURRENT").write_text("nothing\n")
    done = run("doctor", "--json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert list(report) == ["status", "generation", "faults", "mended", "notes"]
    assert report["status"] == "faults" and report["faults"][0]["mendable"]
    assert "--fix would make" in run("doctor").stdout
    mended = run("doctor", "--fix")
    assert mended.returncode == 0 and mended.stdout.startswith("mended  ")
    assert _found(run) == {"2020/a", "b"}


@pytest.mark.usefixtures("indexed_site")
def test_what_is_refused_is_told_as_json(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from searchsvc.cli import doctor as doctor_command
    from searchsvc.publish import doctor

    def refused(code: int, *arguments: str) -> str:
        given = ["--index", str(settings.index), *arguments, "--json"]
        done = CliRunner().invoke(doctor_command.command, given)
        assert done.exit_code == code
        report = json.loads(done.stdout)
        assert report["status"] == "refused" and report["reason"] in done.stderr
        return str(report["reason"])

    monkeypatch.setattr(doctor, "PATIENCE", 0.1)
    with IndexFolder(settings.index).locked():
        assert "another run" in refused(3, "--fix")
    monkeypatch.setattr(doctor, "_holder", _disk_fails)
    assert "the disk fails" in refused(1)
    for name in ("REMOVED", "REMOVED.copy"):
        (settings.index / name).write_bytes(b"{")
    listed = run("remove", "--list", "--json")
    assert listed.returncode == 1
    report = json.loads(listed.stdout)
    assert report["status"] == "refused" and report["reason"] in listed.stderr


def _disk_fails(*_: object) -> None:
    raise OSError(5, "the disk fails")


def test_watch_says_what_to_install_where_its_package_is_missing(
    write: Write, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from searchsvc.cli import watch

    monkeypatch.setattr(watch, "find_spec", lambda name: None)
    done = CliRunner().invoke(watch.command, [str(settings.corpus)], obj=None)
    assert done.exit_code == 2
    assert "pip install 'searchsvc[watch]'" in done.stderr
