"""Questions about all live articles of an index, answered by the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from opensearchpy import OpenSearch

from searchsvc.cluster.connection import lost_shards
from searchsvc.cluster.documents import whole_digest
from searchsvc.errors import ClusterAway
from searchsvc.index.columns import DEFAULT_PIVOT, NEVER

MOST_VALUES = 60_000
"""Different values of one field that are counted: the commonest."""
AT_ONCE = 5_000
"""Articles that are listed with one request."""


def live(now: float) -> dict[str, Any]:
    """What lets articles pass that are live at a time: others are dated after it, or expired."""
    begun = {"range": {"live_from": {"lte": int(now)}}}
    return {"bool": {"filter": [begun, {"range": {"live_until": {"gt": int(now)}}}]}}


def _search(client: OpenSearch, index: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = client.search(index=index, body=body)
    return answer


def search_all(client: OpenSearch, index: str, body: dict[str, Any]) -> dict[str, Any]:
    """An answer of all shards: a run would take what a lost one has for gone.

    Raises ClusterAway.
    """
    answer = _search(client, index, body)
    if lost := lost_shards(answer):
        raise ClusterAway(f"{lost}; try again when they do, or run `searchsvc reindex --full`")
    return answer


def count(client: OpenSearch, index: str, query: dict[str, Any]) -> int:
    body = {"size": 0, "query": query, "track_total_hits": True}
    return int(search_all(client, index, body)["hits"]["total"]["value"])


def pivots(client: OpenSearch, index: str, now: float) -> tuple[float, float]:
    """The medians of quality and heat of live articles."""
    aggregations = {
        name: {"terms": {"field": name, "size": MOST_VALUES}} for name in ("quality", "heat")
    }
    body = {"size": 0, "query": live(now), "aggs": aggregations}
    found = search_all(client, index, body)["aggregations"]
    return _median(found["quality"]["buckets"]), _median(found["heat"]["buckets"])


def _median(buckets: list[dict[str, Any]]) -> float:
    """Of values as they were counted, DEFAULT_PIVOT of none."""
    if not buckets:
        return DEFAULT_PIVOT
    ordered = sorted((int(bucket["key"]), int(bucket["doc_count"])) for bucket in buckets)
    values, counts = np.array(ordered).T
    ends = np.cumsum(counts)
    total = int(ends[-1])
    middle = values[np.searchsorted(ends, [(total - 1) // 2, total // 2], "right")]
    return float(middle.mean())


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a run needs to know it: its digest, and its times in epoch seconds."""

    id: str
    digest: str
    date: int | None
    expires: int | None


def listed(client: OpenSearch, index: str, *, of_all: bool = True) -> Iterator[Listed]:
    """The articles of an index, held ones included, by id; `of_all` shards, or of those there are.

    Raises ClusterAway.
    """
    search = search_all if of_all else _search
    after: list[Any] = []
    while True:
        body: dict[str, Any] = {
            "size": AT_ONCE,
            "sort": [{"id": "asc"}],
            "_source": False,
            "docvalue_fields": ["digest", "published_at", "live_until", "quality", "heat"],
            "track_total_hits": False,
        }
        if after:
            body["search_after"] = after
        hits = search(client, index, body)["hits"]["hits"]
        for hit in hits:
            values = {name: found[0] for name, found in hit.get("fields", {}).items()}
            quality, heat = values.get("quality"), values.get("heat")
            digest = whole_digest(values["digest"], quality, heat)
            until = values["live_until"]
            expires = None if until == NEVER else until
            yield Listed(hit["_id"], digest, values.get("published_at"), expires)
        if len(hits) < AT_ONCE:
            return
        after = hits[-1]["sort"]
