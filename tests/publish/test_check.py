"""Checks find what a reindex would, change nothing, and tell faults from warnings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from searchsvc.publish.check import check_corpus, check_index
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings

Write = Callable[..., Path]


def test_warnings_are_listed_and_no_faults(write: Write, settings: Settings) -> None:
    write("a.md").write_text("---\ntitle: The case # 9\nimages: a.jpg\n---\n")
    write("b", title="B")
    found = check_corpus(settings)
    assert not found.has_faults
    body = found.to_json()
    assert (body["status"], body["articles"], body["rejects"]) == ("ok", 2, [])
    assert sorted((one["path"], one["line"]) for one in body["warnings"]) == [
        ("a.md", 2),
        ("a.md", 3),
    ]
    lines = list(found.lines())
    assert [line.split(maxsplit=1)[0] for line in lines[:-1]] == ["a.md:2", "a.md:3"]
    assert all("  warning: " in line for line in lines[:-1])


def test_a_link_without_a_scheme_is_a_fault(write: Write, settings: Settings) -> None:
    write("a", title="A", webUrl="www.a.example/b")
    found = check_corpus(settings)
    assert found.has_faults
    ((path, line, reason),) = [(one.path, one.line, one.reason) for one in found.rejects]
    assert (path, line) == ("a.md", 3)
    assert reason.startswith("webUrl: ")


def test_the_counts_are_those_of_a_reindex(write: Write, settings: Settings) -> None:
    write("a.html", title="Hypertext")
    write("a.md", title="Markdown")
    write("b", title="B", published=False)
    write("c", title="C", publishedDateTime="2020-01-01 00:30")
    settings = replace(settings, timezone=ZoneInfo("Europe/Berlin"))
    found, report = check_corpus(settings), reindex(settings)
    assert found.counts.with_front_matter == report.counts.with_front_matter == 4
    assert found.rejects == report.rejects
    assert not check_index(settings).has_faults


def test_an_index_that_is_not_there_is_a_fault(settings: Settings) -> None:
    assert "searchsvc reindex" in check_index(settings).faults[0]
