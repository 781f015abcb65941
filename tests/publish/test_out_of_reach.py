"""Articles stay as they were while their file or folder cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.permissions import bound_by_permissions

Write = Callable[..., Path]


@pytest.fixture
def site(write: Write, settings: Settings) -> Iterator[Settings]:
    """Forty articles, two of them in a folder of their own."""
    for number in range(38):
        write(f"2020/a{number}", title=f"Title {number}")
    write("2021/b0", title="In another folder")
    write("2021/b1", title="In another folder too")
    reindex(settings)
    yield settings
    for path in settings.corpus.rglob("*"):
        path.chmod(0o700)


def run(settings: Settings, *flags: str) -> tuple[int, dict[str, Any]]:
    """The command, by a process for which permissions hold."""
    paths = (str(settings.corpus), "--index", str(settings.index))
    done = bound_by_permissions("-m", "searchsvc", "reindex", *paths, "--json", *flags)
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("mode", [0o000, 0o300, 0o600], ids=oct)
def test_a_folder_that_cannot_be_read_keeps_its_articles(site: Settings, mode: int) -> None:
    (site.corpus / "2021").chmod(mode)
    code, report = run(site)
    assert (code, report["articles"], report["removed"], report["lost"]) == (0, 40, 0, [])
    assert [file["path"] for file in report["kept"]] == ["2021/b0.md", "2021/b1.md"]
    assert all("cannot be read: Permission denied" in file["reason"] for file in report["kept"])
    (site.corpus / "2021").chmod(0o700)
    code, report = run(site)
    assert (code, report["articles"], report["rejects"]) == (0, 40, [])
    assert "kept" not in report


def test_the_report_names_the_folder(site: Settings) -> None:
    (site.corpus / "2021").chmod(0)
    reason = "cannot be read: Permission denied"
    assert run(site)[1]["rejects"] == [{"path": "2021", "line": None, "reason": reason}]


def test_a_file_that_cannot_be_read_keeps_its_article(site: Settings, write: Write) -> None:
    path = write("2021/b0", title="Changed meanwhile")
    path.chmod(0)
    code, report = run(site)
    assert (code, report["status"], report["articles"]) == (0, "unchanged", 40)
    assert [file["path"] for file in report["kept"]] == ["2021/b0.md"]
    path.chmod(0o600)
    code, report = run(site)
    assert (report["status"], report["changed"]) == ("published", 1)


def test_a_new_file_that_cannot_be_read_is_rejected(site: Settings, write: Write) -> None:
    write("2021/b2", title="New").chmod(0)
    code, report = run(site)
    assert (code, report["articles"], report["rejected"]) == (0, 40, 1)
    assert report["rejects"][0]["reason"] == "cannot be read: Permission denied"


def test_too_many_out_of_reach_are_refused(site: Settings) -> None:
    (site.corpus / "2020").chmod(0)
    code, report = run(site)
    assert (code, report["status"]) == (1, "refused")
    assert "38 cannot be read" in report["reason"]
    assert run(site, "--max-rejects", "100%")[1]["articles"] == 40


def test_a_full_run_has_nothing_to_keep_them_from_and_loses_none_in_silence(
    site: Settings,
) -> None:
    (site.corpus / "2020").chmod(0)
    code, report = run(site, "--full")
    assert (code, len(report["lost"])) == (1, 38)
    (site.corpus / "2020").chmod(0o700)
    (site.corpus / "2021").chmod(0)
    code, report = run(site, "--full")
    assert (code, report["lost"]) == (0, ["2021/b0", "2021/b1"])


def test_a_corpus_that_cannot_be_read_is_refused(site: Settings) -> None:
    site.corpus.chmod(0)
    code, report = run(site)
    site.corpus.chmod(0o700)
    assert code == 1
    assert "cannot be read: Permission denied" in report["reason"]
