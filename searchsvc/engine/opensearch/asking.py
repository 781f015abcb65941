"""Requests of one index, within a time budget; what an answer leaves out is noted."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from opensearchpy import OpenSearch, exceptions

from searchsvc.cluster.connection import one_line
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
    seen_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, told: dict[str, Any]) -> bool:
        """What an answer says of its shards; whether some failed."""
        missing: int = told["total"] - told["successful"]
        with self._lock:
            self.seen_at = time.monotonic()
            if not missing:
                self.failed = None
            elif self.failed is None:
                reason = f"{missing} of {told['total']} shards of the index did not answer"
                self.failed = Trouble(reason, time.time())
        return missing > 0


@dataclass(frozen=True, slots=True)
class Asking:
    """Of one index; `is_spread` over several shards, whose statistics are joined first."""

    client: OpenSearch
    settings: Settings
    index: str
    is_spread: bool
    shards: Shards

    def search(self, body: Query, budget: Budget | None = None) -> Query:
        """An answer, which may be of a part of the articles: then the budget counts as spent.

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
        has_failed = self.shards.note(answer["_shards"])
        if budget is not None and (has_failed or answer["timed_out"]):
            budget.is_spent = True
        return answer
