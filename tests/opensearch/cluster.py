"""The cluster that tests share: where it is, and an alias of its own for each index."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from searchsvc.publish.reindex import reindex
from searchsvc.settings import Settings
from tests.conftest import front_matter
from tests.opensearch.nodes import Nodes

VARIABLE = "TEST_OPENSEARCH_URL"
BUDGET_MS = 20_000
"""A cluster that has just started, on a machine that does other things, is slow at first."""
REASON = (
    f"{VARIABLE} names no cluster; `python -m tests.opensearch.nodes start 19400` starts one "
    "(Maven and a JDK of 21 or newer) and prints what to set it to"
)


def urls() -> tuple[str, ...]:
    return tuple(os.environ.get(VARIABLE, "").split())


def in_cluster(settings: Settings) -> Settings:
    """The settings, for an index of its own in the cluster; skips the test where there is none."""
    if not urls():
        pytest.skip(REASON)
    alias = f"t{uuid4().hex[:16]}"
    return replace(
        settings,
        engine="opensearch",
        opensearch_url=urls(),
        opensearch_index=alias,
        opensearch_replicas=0,
        time_budget_ms=max(settings.time_budget_ms, BUDGET_MS),
    )


def drop(settings: Settings) -> None:
    """Everything of an alias."""
    found = httpx.get(f"{urls()[0]}/{settings.opensearch_index}-*?expand_wildcards=all", timeout=30)
    for name in found.json() if found.status_code == 200 else ():
        httpx.delete(f"{urls()[0]}/{name}", timeout=30)


def spread(nodes: Nodes, folder: Path, titles: Iterable[str], replicas: int) -> Settings:
    """Titles, by number, as articles of an index of three shards in a cluster of its own."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, title in enumerate(titles):
        (corpus / f"a{number}.md").write_text(front_matter(title=title))
    settings = replace(
        Settings(),
        corpus=corpus,
        index=folder / "index",
        engine="opensearch",
        opensearch_url=nodes.urls,
        opensearch_replicas=replicas,
        opensearch_shards=3,
        time_budget_ms=BUDGET_MS,
        answer_cache_mb=0,
    )
    assert reindex(settings).status == "published"
    wait_for_copies(nodes)
    return settings


def wait_for_copies(nodes: Nodes) -> None:
    url = f"{nodes.urls[0]}/_cluster/health?wait_for_status=green&timeout=60s"
    assert not httpx.get(url, timeout=70).json()["timed_out"]
