"""A node that dies, under load and while an index is loaded, in a cluster of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from searchsvc.engine import open_engine
from searchsvc.publish import cluster_destination
from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from searchsvc.web import create_app
from tests.opensearch.cluster import spread, wait_for_copies
from tests.opensearch.nodes import Nodes
from tests.serving import serving

pytestmark = pytest.mark.opensearch

ARTICLES = 120


@pytest.fixture(scope="module")
def site(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    titles = (f"Storm number {number}" for number in range(ARTICLES))
    return spread(nodes, tmp_path_factory.mktemp("site"), titles, replicas=1)


@dataclass
class Load:
    """What was answered to questions that were asked one after the other."""

    statuses: list[int] = field(default_factory=list)
    totals: set[int] = field(default_factory=set)
    longest: float = 0.0
    stopped: bool = False

    def ask(self, url: str) -> None:
        number = 0
        while not self.stopped:
            number += 1
            started = time.monotonic()
            response = httpx.get(f"{url}/search?q=storm&page={number % 5 + 1}", timeout=60)
            self.longest = max(self.longest, time.monotonic() - started)
            self.statuses.append(response.status_code)
            if response.status_code == 200:
                self.totals.add(response.json()["total"])


@contextmanager
def load(settings: Settings) -> Iterator[Load]:
    found = Load()
    with serving(create_app(settings)) as url:
        asker = threading.Thread(target=found.ask, args=(url,))
        asker.start()
        try:
            yield found
        finally:
            found.stopped = True
            asker.join(60)


def wait_for_answers(found: Load, count: int) -> None:
    target, deadline = len(found.statuses) + count, time.monotonic() + 60
    while len(found.statuses) < target and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(found.statuses) >= target


def test_a_swap_under_load_loses_no_answer(site: Settings) -> None:
    with load(site) as found:
        wait_for_answers(found, 3)
        assert reindex(site, full=True).status == "published"
        wait_for_answers(found, 5)
    assert set(found.statuses) == {200}
    assert found.totals == {ARTICLES}


def test_a_node_that_dies_under_load_loses_no_answer(site: Settings, nodes: Nodes) -> None:
    wait_for_copies(nodes)
    with load(site) as found:
        wait_for_answers(found, 3)
        nodes.kill(2)
        wait_for_answers(found, 20)
    nodes.start_one(2)
    nodes.wait(3)
    assert set(found.statuses) == {200}
    assert ARTICLES in found.totals


def test_a_reindex_with_a_dead_node_ends_or_leaves_the_old_index(
    site: Settings, nodes: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_copies(nodes)
    before = open_engine(site).status().generation
    real = cluster_destination.ClusterBuilder.load

    def load_with_a_death(self: object, now: float) -> object:
        nodes.kill(1)
        return real(self, now)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(cluster_destination.ClusterBuilder, "load", load_with_a_death)
        report = reindex(site, full=True)
    after = open_engine(site).status()
    assert after.articles == ARTICLES
    assert (after.generation == before) is (report.status == "refused")
    nodes.start_one(1)
    nodes.wait(3)
    assert reindex(site, full=True).status == "published"


def test_nothing_of_the_nodes_is_left(tmp_path: Path) -> None:
    gone = Nodes(tmp_path / "nodes", 0)
    gone.folder.mkdir()
    gone.stop()
    assert not gone.folder.exists()
