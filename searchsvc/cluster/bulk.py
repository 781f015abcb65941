"""Sends many changes: several requests at a time, no more than the cluster takes, with retries."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import orjson
from opensearchpy import OpenSearch, exceptions

from searchsvc.errors import ClusterAway

AT_ONCE = 3
"""Requests under way: what is made meanwhile waits, so that memory stays bounded."""
MAX_ACTIONS, MAX_BYTES = 1_000, 4_000_000
"""Of one request."""
TRIES = 8
FIRST_DELAY, LONGEST_DELAY = 0.2, 10.0
"""Seconds before what was refused is sent again; each time about twice as long."""
_BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Action:
    """One change: its operation, the document's id, and what goes with it as JSON."""

    operation: str
    id: str
    content: bytes | None

    @classmethod
    def put(cls, article_id: str, source: dict[str, Any]) -> Action:
        return cls("index", article_id, orjson.dumps(source))

    @classmethod
    def update(cls, article_id: str, changed: dict[str, Any]) -> Action:
        return cls("update", article_id, orjson.dumps({"doc": changed}))

    @classmethod
    def delete(cls, article_id: str) -> Action:
        return cls("delete", article_id, None)

    def lines(self) -> bytes:
        head = orjson.dumps({self.operation: {"_id": self.id}})
        return head + b"\n" + (self.content + b"\n" if self.content is not None else b"")


def send(client: OpenSearch, index: str, actions: Iterable[Action]) -> int:
    """Applies all of them, each at least once; how many were sent.

    Raises ClusterAway once something was refused TRIES times, or for good.
    """
    sent = 0
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk") as threads:
        try:
            for some in _chunks(actions):
                if len(under_way) >= AT_ONCE:
                    under_way.popleft().result()
                under_way.append(threads.submit(_send, client, index, some))
                sent += len(some)
            while under_way:
                under_way.popleft().result()
        finally:
            for waiting in under_way:
                waiting.cancel()
    return sent


def _chunks(actions: Iterable[Action]) -> Iterator[list[Action]]:
    some: list[Action] = []
    size = 0
    for action in actions:
        some.append(action)
        size += len(action.content or b"") + len(action.id) + 40
        if len(some) == MAX_ACTIONS or size >= MAX_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _send(client: OpenSearch, index: str, actions: list[Action]) -> None:
    """Sends a chunk, and what is refused of it again."""
    why = ""
    for attempt in range(TRIES):
        if attempt:
            longest = min(LONGEST_DELAY, FIRST_DELAY * 2.0**attempt)
            time.sleep(longest * random.uniform(0.5, 1.0))  # else all come back together
        try:
            answer = client.bulk(body=b"".join(a.lines() for a in actions), index=index)
        except (exceptions.ConnectionError, exceptions.TransportError) as error:
            if isinstance(error.status_code, int) and error.status_code not in _BUSY:
                raise
            why = f"{type(error).__name__} {error.status_code}"
            continue
        if not answer["errors"]:
            return
        refused: list[Action] = []
        for action, item in zip(actions, answer["items"], strict=True):
            (told,) = item.values()
            status = told["status"]
            if status in _BUSY:
                refused.append(action)
                why = _reason(told)
            elif status >= 300 and not (status == 404 and action.operation != "index"):
                raise ClusterAway(f"the cluster does not take {action.id}: {_reason(told)}")
        if not refused:
            return
        actions = refused
    raise ClusterAway(f"the cluster refused {len(actions):,} changes {TRIES} times: {why}")


def _reason(told: dict[str, Any]) -> str:
    error = told.get("error") or {}
    return " ".join(f"{error.get('type')}: {error.get('reason')}".split())[:300]
