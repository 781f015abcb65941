"""Requests of one index, within a time budget; what an answer leaves out is noted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from opensearchpy import OpenSearch, exceptions

from searchsvc.cluster.connection import lost_shards, one_line
from searchsvc.search.budget import Budget
from searchsvc.search.result import Trouble
from searchsvc.settings import Settings

Query = dict[str, Any]

PATIENCE = 5.0
"""Seconds after which a cluster that does not answer at all counts as away. It is told the time
budget and answers by then with what it has, but for what cannot be left half done: the first use of
a script, a long pause of one of its machines."""


class OutOfTime(Exception):
    """The budget was over before the cluster had anything to answer."""


@dataclass(slots=True)
class Shards:
    """Whether shards have failed lately; shared by all threads."""

    failed: Trouble | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Query) -> bool:
        """What an answer says of its shards; whether some failed."""
        lost = lost_shards(answer)
        with self._lock:
            if lost is None:
                self.failed = None
            elif self.failed is None:
                self.failed = Trouble(lost, time.time())
        return lost is not None


@dataclass(slots=True)
class Asking:
    """Of one index view. The index `is_spread` over several shards: their statistics are joined
    first. The view `lacks_shards` once one did not answer: what it has counted is too little.
    """

    client: OpenSearch
    settings: Settings
    index: str
    is_spread: bool
    shards: Shards
    lacks_shards: bool = False

    @property
    def is_outdated(self) -> bool:
        """Whether shards did not answer that do so now."""
        return self.lacks_shards and self.shards.failed is None

    def search(self, body: Query, budget: Budget | None = None) -> Query:
        """An answer, which may be of a part of the articles: the time was up, or shards are lost.

        Raises ClusterAway.
        """
        if budget is not None:
            left = max(budget.deadline - time.perf_counter(), 0.001)
            body = {**body, "timeout": f"{max(int(left * 1000), 1)}ms"}
        parameters: dict[str, Any] = {"request_timeout": PATIENCE}
        if self.is_spread:
            parameters["search_type"] = "dfs_query_then_fetch"
        with one_line(self.settings):
            try:
                answer: Query = self.client.search(index=self.index, body=body, params=parameters)
            except exceptions.TransportError as error:
                if budget is None or "time_exceeded" not in str(error.error):
                    raise
                budget.is_spent = True
                raise OutOfTime from None
        if self.shards.note(answer):
            self.lacks_shards = True
        if budget is not None and answer["timed_out"]:
            budget.is_spent = True
        return answer
