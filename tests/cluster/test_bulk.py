"""Many changes are sent: each at least once, what is refused again, nothing without end."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import orjson
import pytest
from opensearchpy import exceptions

from searchsvc.cluster import bulk
from searchsvc.cluster.bulk import Action, send
from searchsvc.errors import ClusterAway


class Cluster:
    """Takes documents; of each id, so many times it is too busy first."""

    def __init__(self, busy: dict[str, int] | None = None, away: int = 0) -> None:
        self.busy = dict(busy or {})
        self.away = away
        self.taken: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def bulk(self, body: bytes, index: str) -> dict[str, Any]:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                return self._bulk(body)
            finally:
                self.at_once -= 1

    def _bulk(self, body: bytes) -> dict[str, Any]:
        if self.away:
            self.away -= 1
            raise exceptions.ConnectionError("N/A", "away", Exception("away"))
        items = []
        lines = iter(body.splitlines())
        for line in lines:
            ((operation, of),) = orjson.loads(line).items()
            content = None if operation == "delete" else orjson.loads(next(lines))
            status = 200
            if self.busy.get(of["_id"], 0):
                self.busy[of["_id"]] -= 1
                status = 429
            elif of["_id"] in self.refused:
                status = 400
            elif operation == "delete":
                status = 200 if self.taken.pop(of["_id"], None) else 404
            else:
                self.taken[of["_id"]] = content
            told = {"status": status, "error": {"type": "t", "reason": "r"}}
            items.append({operation: told})
        return {
            "errors": any(next(iter(i.values()))["status"] > 299 for i in items),
            "items": items,
        }


@pytest.fixture(autouse=True)
def no_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "FIRST_DELAY", 0.0)


def puts(count: int) -> Sequence[Action]:
    return [Action.put(str(number), {"n": number}) for number in range(count)]


def test_everything_arrives_in_several_requests_and_few_are_under_way() -> None:
    cluster = Cluster()
    assert send(cluster, "i", puts(3 * bulk.MAX_ACTIONS + 1)) == 3 * bulk.MAX_ACTIONS + 1
    assert len(cluster.taken) == 3 * bulk.MAX_ACTIONS + 1
    assert cluster.most_at_once <= bulk.AT_ONCE


def test_what_is_refused_for_now_is_sent_again_and_only_that() -> None:
    cluster = Cluster(busy={"1": 3, "4": 1})
    send(cluster, "i", puts(6))
    assert set(cluster.taken) == set("012345")


def test_a_cluster_that_comes_back_is_waited_for() -> None:
    cluster = Cluster(away=bulk.TRIES - 1)
    send(cluster, "i", puts(2))
    assert set(cluster.taken) == {"0", "1"}


@pytest.mark.parametrize("cluster", [Cluster(away=1_000), Cluster(busy={"1": 1_000})])
def test_it_gives_up_in_the_end_and_says_why(cluster: Cluster) -> None:
    with pytest.raises(ClusterAway, match=f"{bulk.TRIES} times"):
        send(cluster, "i", puts(2))


def test_a_document_that_is_refused_for_good_is_named() -> None:
    cluster = Cluster()
    cluster.refused = {"1"}
    with pytest.raises(ClusterAway, match=r"does not take 1: t: r"):
        send(cluster, "i", puts(2))


def test_what_is_gone_already_may_be_deleted() -> None:
    cluster = Cluster()
    send(cluster, "i", [*puts(1), Action.delete("0"), Action.delete("none")])
    assert not cluster.taken


def test_articles_are_made_no_faster_than_they_are_taken() -> None:
    made = 0
    gate = threading.Event()

    class Slow(Cluster):
        def bulk(self, body: bytes, index: str) -> dict[str, Any]:
            gate.wait(5)
            return super().bulk(body, index)

    def actions() -> Any:
        nonlocal made
        for action in puts(50 * bulk.MAX_ACTIONS):
            made += 1
            yield action

    sender = threading.Thread(target=send, args=(Slow(), "i", actions()))
    sender.start()
    sender.join(0.5)
    assert made <= (bulk.AT_ONCE + 1) * bulk.MAX_ACTIONS
    gate.set()
    sender.join(20)
    assert made == 50 * bulk.MAX_ACTIONS
