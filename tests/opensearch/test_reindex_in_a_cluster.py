"""What a run changes in a cluster, and what it leaves whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from searchsvc.cluster import bulk, loading
from searchsvc.cluster.connection import connect
from searchsvc.cluster.records import Records
from searchsvc.engine import open_engine
from searchsvc.engine.opensearch import live_index
from searchsvc.errors import ClusterAway
from searchsvc.publish import cluster_destination
from searchsvc.publish.check import check_index
from searchsvc.publish.reindex import reindex
from searchsvc.publish.takedown import bring_back, take_down
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from tests.conftest import Write
from tests.opensearch.cluster import drop, in_cluster

pytestmark = pytest.mark.opensearch


@pytest.fixture
def site(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    monkeypatch.setattr(live_index, "LOOK_SECONDS", 0.0)
    placed = in_cluster(settings)
    yield placed
    drop(placed)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is sent to the cluster: operations and ids."""
    found: list[tuple[str, str]] = []
    real = bulk.send

    def send(client: Any, index: str, actions: Any) -> int:
        listed = list(actions)
        found.extend((action.operation, action.id) for action in listed)
        return real(client, index, listed)

    monkeypatch.setattr(bulk, "send", send)
    return found


def records(settings: Settings) -> Records:
    return Records(connect(settings), settings.opensearch_index)


def found(settings: Settings, query: str = "") -> set[str]:
    engine = open_engine(settings)
    try:
        return {hit.id for hit in engine.search(SearchRequest(query)).hits}
    finally:
        engine.close()


def test_a_first_run_publishes_and_a_second_finds_nothing_to_do(
    site: Settings, write: Write
) -> None:
    for name in "abc":
        write(name, title=f"Storm {name}")
    report = reindex(site)
    assert (report.status, report.counts.added) == ("published", 3)
    assert found(site, "storm") == {"a", "b", "c"}
    again = reindex(site)
    assert (again.status, again.generation) == ("unchanged", report.generation)
    assert check_index(site).faults == ()


def test_only_what_changed_is_sent_and_ratings_as_partial_updates(
    site: Settings, write: Write, sent: list[tuple[str, str]]
) -> None:
    for name in "abcd":
        write(name, title=f"Storm {name}", heat=1)
    before = reindex(site).generation
    sent.clear()
    write("a", title="Storm a", heat=90)
    write("b", title="Rain b", heat=1)
    (site.corpus / "c.md").unlink()
    write("e", title="Storm e")
    report = reindex(site)
    counts = report.counts
    assert (counts.added, counts.changed, counts.removed, counts.unchanged) == (1, 2, 1, 1)
    assert set(sent) == {("update", "a"), ("index", "b"), ("delete", "c"), ("index", "e")}
    assert report.generation == before
    assert found(site, "storm") == {"a", "d", "e"}
    article = open_engine(site).article("a")
    assert article and article.heat == 90


def test_without_its_notes_a_run_finds_in_the_cluster_what_is_live(
    site: Settings, write: Write, sent: list[tuple[str, str]]
) -> None:
    for name in "abc":
        write(name, title=f"Storm {name}", quality=3, publishedDateTime="2020-01-01")
    reindex(site)
    sent.clear()
    write("b", title="Another storm", quality=3, publishedDateTime="2020-01-01")
    elsewhere = replace(site, index=site.index.with_name("elsewhere"))
    report = reindex(elsewhere)
    assert (report.counts.changed, report.counts.unchanged) == (1, 2)
    assert sent == [("index", "b")]


def test_refusals_hold_for_what_the_cluster_has(site: Settings, write: Write) -> None:
    for name in "abc":
        write(name, title=f"Storm {name}")
    reindex(site)
    for file in site.corpus.iterdir():
        file.unlink()
    report = reindex(replace(site, index=site.index.with_name("elsewhere")))
    assert report.status == "refused" and "holds no articles" in (report.reason or "")
    assert found(site) == {"a", "b", "c"}


def test_a_full_run_builds_beside_and_the_old_index_is_kept_then_dropped(
    site: Settings, write: Write
) -> None:
    write("a", title="Storm")
    names = []
    for _ in range(4):
        reindex(site, full=True)
        names.append(records(site).live_index())
    assert names == sorted(set(map(str, names)))
    assert records(site).indices() == [names[3], names[2]]


@pytest.mark.parametrize("step", ["send", "fault", "pivots"])
def test_what_fails_half_way_leaves_the_alias_and_nothing_behind(
    site: Settings, write: Write, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write("a", title="Storm")
    reindex(site)
    live = records(site).live_index()

    def fail(*_: Any) -> Any:
        if step == "fault":
            return "it is wrong"
        raise ClusterAway("the cluster has gone")

    owners = {"send": bulk, "fault": cluster_destination, "pivots": loading}
    with monkeypatch.context() as patch:
        patch.setattr(owners[step], step, fail)
        report = reindex(site, full=True)
    assert report.status == "refused"
    assert records(site).live_index() == live
    assert records(site).indices() == [live]
    assert found(site) == {"a"}


def test_what_a_killed_full_run_left_the_next_run_removes(site: Settings, write: Write) -> None:
    write("a", title="Storm")
    reindex(site)
    live, left = records(site).live_index(), records(site).new_name()
    connect(site).indices.create(index=left)
    assert reindex(site).status == "unchanged"
    assert records(site).indices() == [live]


def test_what_a_killed_small_run_left_half_done_the_next_run_finishes(
    site: Settings, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        write(name, title=f"Storm {name}")
    reindex(site)
    write("a", title="Rain a")
    write("c", title="Rain c")
    real: Callable[..., int] = bulk.send

    def send_some(client: Any, index: str, actions: Any) -> int:
        real(client, index, list(actions)[:1])
        raise ClusterAway("killed")

    with monkeypatch.context() as patch:
        patch.setattr(bulk, "send", send_some)
        assert reindex(site).status == "refused"
    assert check_index(site).faults
    report = reindex(site)
    assert report.status == "published"
    assert found(site, "rain") == {"a", "c"}
    assert check_index(site).faults == ()


def test_an_article_taken_down_is_gone_at_once_and_stays_so(site: Settings, write: Write) -> None:
    for name in "ab":
        write(name, title=f"Storm {name}")
    reindex(site)
    engine = open_engine(site)
    stamp = engine.stamp()
    report = take_down(site, ["a", "none"])
    assert (report.status, report.removed, report.unknown) == ("done", ("a",), ("none",))
    assert {hit.id for hit in engine.search(SearchRequest("storm")).hits} == {"b"}
    assert engine.stamp() != stamp
    assert reindex(site).status == "unchanged"
    assert reindex(site, full=True).taken_down == ("a",)
    assert found(site) == {"b"}
    bring_back(site, ["a"])
    reindex(site)
    assert found(site) == {"a", "b"}


def test_a_purge_leaves_no_index_with_the_article(site: Settings, write: Write) -> None:
    for name in "ab":
        write(name, title=f"Storm {name}")
    reindex(site)
    reindex(site, full=True)
    assert take_down(site, ["a"], purge=True).purged
    (index,) = records(site).indices()
    stats = connect(site).indices.stats(index=index)["_all"]["primaries"]["docs"]
    assert (stats["count"], stats["deleted"]) == (1, 0)
    assert found(site) == {"b"}
    assert reindex(site).status == "unchanged"


def test_a_corpus_of_many_is_spread_and_answers_as_one(
    site: Settings, write: Write, tmp_path: Path
) -> None:
    for number in range(40):
        write(f"a{number:02}", title=f"Storm {'rain ' * (number % 3)}{number}", heat=number)
    reindex(replace(site, opensearch_shards=3))
    spread = open_engine(site).search(SearchRequest("storm rain", size=20))
    reindex(replace(site, opensearch_shards=1), full=True)
    whole = open_engine(site).search(SearchRequest("storm rain", size=20))
    assert [hit.id for hit in spread.hits] == [hit.id for hit in whole.hits]
    assert [h.score for h in spread.hits] == pytest.approx([h.score for h in whole.hits], rel=1e-3)
