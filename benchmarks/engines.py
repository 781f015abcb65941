"""The embedded engine against the same articles in a cluster: answers first, then times.

    python -m benchmarks.engines --headlines H --queries Q --work W --nodes http://127.0.0.1:19400

Both engines answer the same real queries. It prints how many totals and first hits are equal, how
the first ten correlate, every difference with what explains it, and what an answer takes from
Python. With `--shards 3` the cluster's index is spread over three, whose statistics each query
joins first (`dfs_query_then_fetch`). Indexes are kept under `--work` and in the cluster.
"""

from __future__ import annotations

import gzip
import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import articles as all_articles
from benchmarks.options import ARTICLES, QUERIES, command
from searchsvc import Article
from searchsvc.cluster.connection import connect
from searchsvc.cluster.loading import ClusterBuilder
from searchsvc.cluster.records import Records
from searchsvc.engine import Engine, open_engine
from searchsvc.publish.before import built_with
from searchsvc.publish.builder import GenerationBuilder
from searchsvc.publish.generations import IndexFolder
from searchsvc.search import SearchRequest, SearchResult
from searchsvc.settings import Settings

SEED, NOW = 500, datetime(2026, 7, 1, tzinfo=UTC)
BUDGET_MS = 30_000
CLOSE = 1e-3


def build(folder: IndexFolder, settings: Settings, articles: Sequence[Article]) -> None:
    folder.make()
    builder = GenerationBuilder(folder.new(), settings, None)
    for article in articles:
        builder.add(article)
    builder.finish(settings.clock())
    folder.publish(builder.folder.name)


def load(settings: Settings, articles: Sequence[Article], spool: Path) -> None:
    builder = ClusterBuilder(connect(settings), settings, built_with(settings), spool, None)
    for article in articles:
        builder.add(article)
    builder.publish(builder.load(settings.clock()))


def queries_of(path: Path, count: int) -> list[str]:
    """Real queries of which some article has all words, drawn with a seed."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    answered = sorted({row[1] for row in rows if int(row[2]) > 0})
    return random.Random(SEED).sample(answered, min(count, len(answered)))


def correlation(one: Sequence[str], other: Sequence[str]) -> float | None:
    """Kendall's tau of what both have among their first ten; None of fewer than two."""
    both = [place for place in one if place in set(other)]
    if len(both) < 2:
        return None
    ranks = [other.index(place) for place in both]
    pairs = [(a, b) for i, a in enumerate(ranks) for b in ranks[i + 1 :]]
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs)


def explained(one: SearchResult, other: SearchResult) -> str:
    """What makes two answers differ, by what they say of themselves."""
    if one.corrected != other.corrected:
        return f"corrected: {one.corrected!r} / {other.corrected!r}"
    if one.parsed != other.parsed:
        return f"read: {one.parsed} / {other.parsed}"
    if one.total != other.total:
        return f"totals: {one.total} / {other.total}"
    if not one.hits or not other.hits:
        return "no hits"
    first, second = one.hits[0].score, other.hits[0].score
    gap = abs(first - second) / max(first, 1e-9)
    where = (
        [hit.id for hit in one.hits].index(other.hits[0].id)
        if other.hits[0].id in {hit.id for hit in one.hits}
        else None
    )
    if where is not None:
        lead = (one.hits[0].score - one.hits[where].score) / max(first, 1e-9)
        return f"lengths in a byte: our lead is {lead:.2%}, the scores differ by {gap:.2%}"
    return f"scores {first:.4f} / {second:.4f}"


def timed(
    engine: Engine, requests: Sequence[SearchRequest]
) -> tuple[list[SearchResult], list[float]]:
    results, seconds = [], []
    for request in requests:
        started = time.perf_counter()
        results.append(engine.search(request))
        seconds.append(1000 * (time.perf_counter() - started))
    return results, seconds


def main() -> None:
    parser = command("engines", __doc__, ARTICLES, QUERIES)
    parser.add_argument("--work", type=Path, required=True, help="folder of the embedded index")
    parser.add_argument("--nodes", nargs="+", required=True, help="addresses of the cluster")
    parser.add_argument("--shards", type=int, default=1, help="of the cluster's index")
    parser.add_argument("--count", type=int, default=500, help="queries")
    options = parser.parse_args()
    settings = replace(Settings(), index=options.work / "index", now=NOW, time_budget_ms=BUDGET_MS)
    cluster = replace(
        settings,
        engine="opensearch",
        opensearch_url=tuple(options.nodes),
        opensearch_index=f"engines-{options.articles}-{options.shards}",
        opensearch_shards=options.shards,
    )
    found = None
    folder = IndexFolder(settings.index)
    told: dict[str, Any] = {}
    if folder.named() is None:
        found = all_articles.load(options.headlines, options.articles)
        started = time.perf_counter()
        build(folder, settings, found)
        told["build_s"] = time.perf_counter() - started
    client = connect(cluster)
    records = Records(client, cluster.opensearch_index)
    if records.live_index() is None:
        found = found or all_articles.load(options.headlines, options.articles)
        started = time.perf_counter()
        load(cluster, found, options.work / "spool")
        told["load_s"] = time.perf_counter() - started
    index = records.live_index()
    stats = client.indices.stats(index=index)["_all"]["primaries"]
    primaries = client.cat.shards(index=index, format="json", params={"h": "prirep,docs"})
    told["articles_a_shard"] = [int(of["docs"]) for of in primaries if of["prirep"] == "p"]
    told["bytes_an_article"] = stats["store"]["size_in_bytes"] / stats["docs"]["count"]
    requests = [
        SearchRequest(text, explain=True) for text in queries_of(options.queries, options.count)
    ]
    ours, theirs = open_engine(settings), open_engine(cluster)
    timed(theirs, requests[:50])
    one, _ = timed(ours, requests)
    other, _ = timed(theirs, requests)
    differences: Counter[str] = Counter()
    equal_totals = equal_first = close = 0
    taus = []
    for request, a, b in zip(requests, one, other, strict=True):
        ids = [hit.id for hit in a.hits], [hit.id for hit in b.hits]
        equal_totals += a.total == b.total
        is_first = ids[0][:1] == ids[1][:1]
        equal_first += is_first
        scores = {hit.id: hit.score for hit in b.hits}
        close += all(abs(h.score - scores.get(h.id, h.score)) <= 0.05 * h.score for h in a.hits)
        if (tau := correlation(*ids)) is not None:
            taus.append(tau)
        if not is_first or a.total != b.total:
            why = explained(a, b)
            differences[why.partition(":")[0]] += 1
            print(f"{request.query!r}: {why}")
    plain = [replace(request, explain=False) for request in requests]
    for name, engine in (("ours", ours), ("opensearch", theirs)):
        _, seconds = timed(engine, plain)
        told[f"{name}_p50_ms"] = statistics.median(seconds)
        told[f"{name}_p95_ms"] = statistics.quantiles(seconds, n=20)[-1]
    told |= {
        "queries": len(requests),
        "partial": sum(result.partial for result in (*one, *other)),
        "equal_totals": equal_totals / len(requests),
        "equal_first": equal_first / len(requests),
        "scores_within_5_percent": close / len(requests),
        "tau": statistics.mean(taus),
    }
    print(json.dumps({**told, "differences": differences}, indent=2))


if __name__ == "__main__":
    main()
