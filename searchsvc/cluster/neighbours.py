"""The articles near those that change: whose stories may be others then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from opensearchpy import OpenSearch

from searchsvc.cluster.statistics import search_all
from searchsvc.cluster.ties import Tie

MOST = 10_000
"""Articles that are looked at for each group of values."""
_AT_ONCE = 1_000
_FIELDS = "id published_at live_until title_hash addresses related story is_tied".split()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An article that stays, and its story; None if it is in none."""

    tie: Tie
    story: str | None


def neighbours(
    client: OpenSearch,
    index: str,
    changed: Sequence[Tie],
    deleted: Collection[str],
    since: tuple[float, float],
) -> list[Neighbour]:
    """All that may be tied to what changes, and everything that was in a story with any of these.

    What changes, or is deleted, is not among them. Articles that came live, or expired, between the
    two times of `since` are, and change the stories of others as well.
    """
    between = {"gt": int(since[0]), "lte": int(since[1])}
    found = _matching(client, index, {"range": {"live_from": between}})
    found |= _matching(client, index, {"range": {"live_until": between}})
    ids = [*(tie.id for tie in changed), *deleted]
    ties = [*changed, *(of.tie for of in found.values())]
    for field, values in (
        ("id", ids),
        ("title_hash", [tie.title_hash for tie in ties if tie.title_hash is not None]),
        ("addresses", [key for tie in ties for key in tie.related]),
        ("related", [key for tie in ties for key in tie.addresses]),
    ):
        found |= _with(client, index, field, values)
    stories = {of.story for of in found.values() if of.story is not None}
    found |= _with(client, index, "story", stories)
    gone = set(ids)
    return [of for of in found.values() if of.tie.id not in gone]


def _with(
    client: OpenSearch, index: str, field: str, values: Iterable[Any]
) -> dict[str, Neighbour]:
    found: dict[str, Neighbour] = {}
    for some in _batches(dict.fromkeys(values)):
        found |= _matching(client, index, {"terms": {field: some}})
    return found


def _matching(client: OpenSearch, index: str, query: dict[str, Any]) -> dict[str, Neighbour]:
    found: dict[str, Neighbour] = {}
    whole = {"bool": {"filter": [query]}}
    body = {"size": MOST, "query": whole, "_source": _FIELDS, "track_total_hits": False}
    for hit in search_all(client, index, body)["hits"]["hits"]:
        of = hit["_source"]
        date, title = of.get("published_at"), of.get("title_hash")
        keys = tuple(of["addresses"]), tuple(of["related"])
        tie = Tie(of["id"], date, title, *keys, of["live_until"])
        found[tie.id] = Neighbour(tie, of["story"] if of["is_tied"] else None)
    return found


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
