"""What all tests share: articles on disk, an index of them, a service over it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engine import Engine, following, open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NO_SKIPS = bool(os.environ.get("NO_SKIPS"))


IN_MEMORY = Path("/dev/shm")
ROOM = 1 << 30


def pytest_configure(config: pytest.Config) -> None:
    """The folders of tests lie in memory where there is room: most time went into their many files.

    Not where programs may not run from there; `--basetemp` and PYTEST_DEBUG_TEMPROOT go first.
    """
    if config.option.basetemp or not os.access(IN_MEMORY, os.W_OK | os.X_OK):
        return
    system = os.statvfs(IN_MEMORY)
    if system.f_bavail * system.f_frsize > ROOM and not system.f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests on the development data are left out where it is absent."""
    if SHARED.is_dir():
        return
    left_out = [item for item in items if item.get_closest_marker("shared")]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not SHARED.is_dir():
        terminalreporter.line("Left out: the tests marked `shared`; their data is not here.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With NO_SKIPS set, a skipped test has failed."""
    report = yield
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def whoosh_writes_aside_on_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Stock Whoosh in memory shares one folder, by name, with every process of the machine."""
    kept = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("temporary"))
    yield
    tempfile.tempdir = kept


@pytest.fixture(scope="session", autouse=True)
def engines_wait_for_a_new_generation() -> Iterator[None]:
    """So that what was published is found at once, also by a machine that is busy."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(following, "PATIENCE", 30.0)
        yield


def front_matter(**values: Any) -> str:
    """A file with these keys; strings are quoted, everything else is written as JSON."""
    import json

    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join(["---", *lines, "---", ""])


def index_of(
    folder: Path,
    articles: Mapping[str, Mapping[str, Any]],
    placed: Callable[[Settings], Settings] = lambda settings: settings,
    **changes: Any,
) -> Settings:
    """Settings of an index of articles, given by their ids; corpus and index lie in the folder."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, values in articles.items():
        (corpus / f"{name}.md").write_text(front_matter(**values), encoding="utf-8")
    settings = placed(replace(Settings(), corpus=corpus, index=folder / "index", **changes))
    assert reindex(settings).status == "published"
    return settings


EngineOver = Callable[..., Engine]


@pytest.fixture(scope="module")
def engine_over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineOver]:
    """Opens an engine over articles, given by their ids; keyword arguments are settings."""
    opened: list[Engine] = []

    def open_over(articles: Mapping[str, Mapping[str, Any]], **changes: Any) -> Engine:
        folder = tmp_path_factory.mktemp("articles")
        opened.append(open_engine(index_of(folder, articles, **changes)))
        return opened[-1]

    yield open_over
    for engine in opened:
        engine.close()


Write = Callable[..., Path]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


@pytest.fixture
def write(corpus: Path) -> Write:
    """Writes an article: `write("2020/a", title="...")`; `.md` unless the name has a suffix."""

    def write_article(name: str, **values: Any) -> Path:
        path = corpus / (name if "." in name.rsplit("/", 1)[-1] else f"{name}.md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(front_matter(**values), encoding="utf-8")
        return path

    return write_article


@pytest.fixture
def settings(tmp_path: Path, corpus: Path) -> Settings:
    return replace(Settings(), corpus=corpus, index=tmp_path / "index")


@pytest.fixture
def indexed(settings: Settings) -> Iterator[Callable[..., Engine]]:
    """Reindexes the corpus and opens an engine; keyword arguments are settings."""
    opened: list[Engine] = []

    def index(full: bool = False, **changes: Any) -> Engine:
        changed = replace(settings, **changes)
        report = reindex(changed, full=full)
        assert report.status != "refused", report.reason
        opened.append(open_engine(changed))
        return opened[-1]

    yield index
    for engine in opened:
        engine.close()
