"""The editors' files followed: changes, broken files, processes that start meanwhile."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from searchsvc.editorial import EditorialRules, EditorialWatcher, inspect, keep, watcher

BROKEN = "- [a, "


class Files:
    """A folder with both files; each look counts as one after a reindex."""

    def __init__(self, folder: Path) -> None:
        self.index = folder / "index"
        self.index.mkdir()
        self.synonyms, self.curation = folder / "synonyms.yaml", folder / "curation.yaml"
        self.watcher = self.opened()
        self.looks = 0

    def opened(self) -> EditorialWatcher:
        return EditorialWatcher(self.synonyms, self.curation, self.index)

    def rules(self) -> EditorialRules:
        self.looks += 1
        return self.watcher.rules(self.looks)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_missing_files_are_empty_and_no_fault(files: Files) -> None:
    edition = files.rules()
    assert not edition.synonyms.others and not edition.curation.rules
    assert inspect(files.synonyms, files.curation)[1] == []
    assert keep(files.synonyms, files.curation, files.index) == []
    assert list(files.index.iterdir()) == []


def test_a_change_counts_after_a_reindex_and_the_digest_tells_it(files: Files) -> None:
    before = files.rules()
    assert files.rules() is before
    files.synonyms.write_text("- [a, b]")
    files.curation.write_text("- {query: q, pin: x}")
    after = files.rules()
    assert len(after.synonyms.others) == 2 and after.curation.rules
    assert after.digest != before.digest
    files.synonyms.unlink()
    assert not files.rules().synonyms.others


def test_a_change_counts_within_a_second_without_a_reindex(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(watcher.time, "monotonic", lambda: now)
    before = files.watcher.rules(None)
    files.synonyms.write_text("- [a, b]")
    assert files.watcher.rules(None) is before
    now += watcher.LOOK_SECONDS
    assert files.watcher.rules(None).synonyms.others


def test_a_broken_file_changes_nothing_and_is_told_once(
    files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    files.synonyms.write_text("- [a, b]")
    good = files.rules()
    files.synonyms.write_text(BROKEN)
    files.curation.write_text("- {query: q, pin: x}")
    with caplog.at_level(logging.WARNING):
        broken = files.rules()
        files.rules()
    assert broken.synonyms == good.synonyms and broken.curation.rules
    (message,) = (record.getMessage() for record in caplog.records)
    assert "synonyms.yaml:1: not valid YAML" in message
    files.synonyms.write_text("- [a, c]")
    assert files.rules().synonyms != good.synonyms


def test_a_process_that_starts_while_a_file_is_broken_has_what_was_last_right(
    files: Files,
) -> None:
    files.synonyms.write_text("- [a, b]")
    assert keep(files.synonyms, files.curation, files.index) == []
    files.synonyms.write_text(BROKEN)
    (fault,) = keep(files.synonyms, files.curation, files.index)
    assert (fault.path, fault.line) == (str(files.synonyms), 1)
    assert len(files.opened().rules(None).synonyms.others) == 2


def test_a_broken_file_without_a_copy_is_empty(files: Files) -> None:
    files.synonyms.write_text(BROKEN)
    (files.index / watcher.SYNONYMS_KEPT).write_text(BROKEN)
    assert not files.rules().synonyms.others


def test_a_file_that_cannot_be_read_is_a_fault(files: Files) -> None:
    files.curation.mkdir()
    _, (fault,) = inspect(files.synonyms, files.curation)
    assert fault.reason.startswith("cannot be read")
    assert not files.rules().curation.rules
