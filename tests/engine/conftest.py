"""What every engine has to answer alike: these tests run on each of them.

A test marked `embedded_only` is about what a cluster does otherwise, or about files that it has
not; `tests/opensearch/test_differences.py` holds what it does instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.engine.opensearch import live_index
from searchsvc.settings import Settings
from tests.conftest import EngineOver, index_of
from tests.opensearch.cluster import drop, in_cluster


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is of the embedded engine alone is not asked of a cluster."""
    left_out = [
        item
        for item in items
        if item.get_closest_marker("embedded_only") and item.get_closest_marker("opensearch")
    ]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("opensearch", marks=pytest.mark.opensearch)]
)
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine answers."""
    return str(request.param)


@pytest.fixture(scope="session", autouse=True)
def engines_look_at_the_alias_with_every_question() -> Iterator[None]:
    """So that what was published is found at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live_index, "LOOK_SECONDS", 0.0)
        yield


@pytest.fixture(scope="module")
def placed(kind: str) -> Iterator[Callable[[Settings], Settings]]:
    """Settings for the engine; what is made in a cluster is dropped."""
    made: list[Settings] = []

    def place(settings: Settings) -> Settings:
        if kind == "embedded":
            return settings
        made.append(in_cluster(settings))
        return made[-1]

    yield place
    for settings in made:
        drop(settings)


@pytest.fixture(scope="module")
def engine_over(
    tmp_path_factory: pytest.TempPathFactory, placed: Callable[[Settings], Settings]
) -> Iterator[EngineOver]:
    opened: list[Engine] = []

    def open_over(articles: Mapping[str, Mapping[str, Any]], **changes: Any) -> Engine:
        folder = tmp_path_factory.mktemp("articles")
        opened.append(open_engine(index_of(folder, articles, placed, **changes)))
        return opened[-1]

    yield open_over
    for engine in opened:
        engine.close()


@pytest.fixture
def settings(tmp_path: Path, corpus: Path, placed: Callable[[Settings], Settings]) -> Settings:
    return placed(replace(Settings(), corpus=corpus, index=tmp_path / "index"))
