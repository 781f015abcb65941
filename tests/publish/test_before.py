"""What was live guards the removal of articles, whatever of the index folder is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.url_template import UrlTemplate
from searchsvc.engine import open_engine
from searchsvc.index import manifest as manifests
from searchsvc.index.manifest import MANIFEST
from searchsvc.publish.generations import STATE, IndexFolder
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Allowance, Settings

Write = Callable[..., Path]
ALL = Allowance(100, True)
ARTICLES = 30


def _live(index: Path) -> Path:
    folder = IndexFolder(index)
    return folder.path(folder.current() or "")


def _current_names_what_is_gone(index: Path) -> None:
    (index / "CURRENT").write_text("20200101T000000Z-00000000\n")


def _other_format(index: Path) -> None:
    path = _live(index) / MANIFEST
    path.write_bytes(path.read_bytes().replace(b'"format": ', b'"format": 9'))


def _state_goes(index: Path) -> None:
    (_live(index) / STATE).unlink()


def _record_goes(index: Path) -> None:
    (index / "LIVE").unlink()


def _current_and_record_go(index: Path) -> None:
    (index / "CURRENT").unlink()
    _record_goes(index)


def _older_state_alone(index: Path) -> None:
    (index / "LIVE").write_bytes(b"garbage")
    shutil.rmtree(_live(index))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda index: None,
    "CURRENT is gone": lambda index: (index / "CURRENT").unlink(),
    "CURRENT is empty": lambda index: (index / "CURRENT").write_bytes(b""),
    "CURRENT is garbage": lambda index: (index / "CURRENT").write_bytes(b"\xffgarbage"),
    "CURRENT names what is gone": _current_names_what_is_gone,
    "another format": _other_format,
    "the manifest is gone": lambda index: (_live(index) / MANIFEST).unlink(),
    "the manifest is damaged": lambda index: (_live(index) / MANIFEST).write_bytes(b"{}"),
    "the state is gone": _state_goes,
    "the state is damaged": lambda index: (_live(index) / STATE).write_bytes(b"garbage"),
    "the live folder is gone": lambda index: shutil.rmtree(_live(index)),
    "all generations are gone": lambda index: shutil.rmtree(index / "generations"),
    "the record is gone": _record_goes,
    "an older state alone is left": _older_state_alone,
    "CURRENT and the record are gone": _current_and_record_go,
}


@pytest.fixture
def site(write: Write, settings: Settings) -> Settings:
    """An index of two generations."""
    for number in range(ARTICLES):
        write(f"a{number}", title=f"Title {number}")
    reindex(settings)
    write("a0", title="Another title")
    assert reindex(settings).status == "published"
    return settings


@pytest.mark.parametrize("full", [False, True], ids=["", "full"])
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_live_is_guarded(
    site: Settings, tmp_path: Path, damage: Callable[[Path], object], full: bool
) -> None:
    empty, third, other = (tmp_path / name for name in ("empty", "third", "other"))
    for folder in (empty, third, other):
        folder.mkdir()
    for number in range(ARTICLES // 3):
        shutil.copy(site.corpus / f"a{number}.md", third)
    for number in range(ARTICLES):
        shutil.copy(site.corpus / f"a{number}.md", other / f"b{number}.md")
    damage(site.index)
    for corpus in (empty, third, other):
        report = reindex(replace(site, corpus=corpus), full=full)
        assert report.status == "refused", corpus.name
    assert reindex(site, full=full).status in ("published", "unchanged")
    assert open_engine(site).search(SearchRequest("title")).total == ARTICLES
    third_allowed = replace(site, corpus=third, max_removals=ALL)
    assert reindex(third_allowed).counts.articles == ARTICLES // 3


@pytest.mark.parametrize("is_current_gone", [False, True], ids=["", "CURRENT is gone, too"])
def test_where_nothing_tells_a_person_has_to(site: Settings, is_current_gone: bool) -> None:
    shutil.rmtree(site.index / "generations")
    _record_goes(site.index)
    if is_current_gone:
        (site.index / "CURRENT").unlink()
    for full in (False, True):
        report = reindex(site, full=full)
        assert report.status == "refused"
        assert "--max-removals 100%" in (report.reason or "")
    assert reindex(replace(site, max_removals=Allowance(99, True))).status == "refused"
    assert reindex(replace(site, max_removals=ALL)).status == "published"
    assert reindex(site).status == "unchanged"


def test_an_index_folder_without_an_index_needs_no_consent(
    write: Write, settings: Settings
) -> None:
    write("a", title="A")
    folder = IndexFolder(settings.index)
    folder.make()
    (folder.new() / "half").touch()
    assert reindex(settings).status == "published"


def test_a_record_that_is_lost_is_written_again_by_a_run_with_nothing_to_do(
    site: Settings,
) -> None:
    before = (site.index / "LIVE").read_bytes()
    for damage in (b"", before[:-9], before.replace(b'"articles":3', b'"articles":4')):
        (site.index / "LIVE").write_bytes(damage)
        assert reindex(site).status == "unchanged"
        assert (site.index / "LIVE").read_bytes() == before


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_an_index_knows_how_its_articles_were_read_whatever_is_lost(
    site: Settings, damage: Callable[[Path], object]
) -> None:
    damage(site.index)
    others = {"fields": FieldKeys({"excerpt": ["lead"]}), "url_template": UrlTemplate("/{path}/")}
    for name, value in {"language": "de", **others}.items():
        report = reindex(replace(site, **{name: value}))
        assert report.status == "refused", name
        assert "--full" in (report.reason or "")
    assert reindex(site).status in ("published", "unchanged")


def test_the_format_of_an_upgrade_is_built_anew_without_a_word(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "FORMAT_VERSION", manifests.FORMAT_VERSION + 1)
    report = reindex(site)
    assert (report.status, report.counts.unchanged) == ("published", ARTICLES)
    assert orjson.loads((site.index / "CHECKED").read_bytes())["generation"] == report.generation


def test_an_empty_corpus_is_known_too(settings: Settings) -> None:
    settings.corpus.mkdir(exist_ok=True)
    assert reindex(settings).status == "published"
    assert reindex(settings).status == "unchanged"
    assert reindex(replace(settings, language="de")).status == "refused"


@pytest.mark.parametrize("clock", ["null", '"soon"', "[]", "true", "1e999"])
def test_a_manifest_with_an_odd_clock_is_built_anew(site: Settings, clock: str) -> None:
    path = _live(site.index) / MANIFEST
    lines = path.read_text().splitlines(keepends=True)
    odd = [f'  "clock": {clock},\n' if '"clock":' in line else line for line in lines]
    path.write_text("".join(odd))
    report = reindex(site)
    assert (report.status, report.counts.unchanged) == ("published", ARTICLES)


def test_what_cannot_be_found_out_is_refused(
    site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(28, "No space left on device")

    name = IndexFolder(site.index).current()
    monkeypatch.setattr(IndexFolder, "clear", full)
    report = reindex(site)
    assert (report.status, report.generation) == ("refused", name)
    assert "No space left" in (report.reason or "")


def test_where_the_time_is_lost_what_expires_counts_as_live(
    write: Write, settings: Settings
) -> None:
    for number in range(ARTICLES):
        write(f"a{number}", title=f"Title {number}", expiryDate="2999-01-01")
    reindex(settings)
    (settings.index / "CURRENT").unlink()
    for path in settings.corpus.glob("*.md"):
        path.unlink()
    assert reindex(settings).status == "refused"
