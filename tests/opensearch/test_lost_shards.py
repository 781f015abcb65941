"""A shard without a copy whose node dies: what is answered then, and once it is back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from searchsvc.engine import open_engine
from searchsvc.publish.reindex import reindex
from searchsvc.search import SearchRequest
from searchsvc.settings import Settings
from searchsvc.suggest.request import SuggestRequest
from searchsvc.web import create_app
from tests.conftest import front_matter
from tests.opensearch.cluster import spread, wait_for_copies
from tests.opensearch.nodes import Nodes
from tests.serving import serving

pytestmark = pytest.mark.opensearch

ARTICLES, ALIKE = 60, 6
"""So many have a word that no others have, and are related by it."""
KILLED = 2


@pytest.fixture(scope="module")
def site(nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    # Regions share one word alone, so that an article is related to its own, whichever are lost.
    regions = [f"{letter}land" for letter in "abcdefghij"]
    titles = (f"Storm in {regions[n // ALIKE]} {n + 100}" for n in range(ARTICLES))
    return spread(nodes, tmp_path_factory.mktemp("site"), titles, replicas=0)


@dataclass(frozen=True)
class Parts:
    """The articles on the node that is killed, and all others."""

    lost: set[str]
    kept: set[str]


@contextmanager
def node_away(nodes: Nodes, site: Settings) -> Iterator[Parts]:
    """While a node is dead, which alone had a shard or more of the index."""
    url, index = nodes.urls[0], site.opensearch_index
    shards = httpx.get(f"{url}/_cat/shards/{index}?format=json", timeout=30).json()
    assert len(shards) == site.opensearch_shards
    parts = Parts(set(), set())
    for shard in shards:
        only = f"size={ARTICLES}&preference=_shards:{shard['shard']}&_source=false"
        hits = httpx.get(f"{url}/{index}/_search?{only}", timeout=30).json()["hits"]["hits"]
        is_lost = shard["node"] == f"node-{KILLED}"
        (parts.lost if is_lost else parts.kept).update(hit["_id"] for hit in hits)
    assert parts.lost and parts.kept and len(parts.lost | parts.kept) == ARTICLES
    nodes.kill(KILLED)
    try:
        yield parts
    finally:
        nodes.start_one(KILLED)
        nodes.wait(3)
        wait_for_copies(nodes)


def get(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60)


def wait_until_whole(url: str) -> None:
    deadline = time.monotonic() + 60
    while get(url).json()["partial"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_answers_are_of_what_is_left_and_say_so(nodes: Nodes, site: Settings) -> None:
    with serving(create_app(site)) as url:
        search = f"{url}/search?q=storm&size={ARTICLES}&facets=type"
        assert (get(search).json()["total"], get(search).json()["partial"]) == (ARTICLES, False)
        with node_away(nodes, site) as parts:
            kept, lost = (next(iter(sorted(ids))) for ids in (parts.kept, parts.lost))
            paths = (search, *(f"{url}{p}" for p in ("/suggest?q=sto", f"/related/{kept}")))
            for path in paths:
                response = get(path)
                assert (response.status_code, response.json()["partial"]) == (200, True), path
                assert "ETag" not in response.headers
            answer = get(search).json()
            assert {hit["id"] for hit in answer["results"]} == parts.kept
            assert answer["total"] == len(parts.kept)
            assert all("<mark>" in hit["highlights"]["title"] for hit in answer["results"])
            assert get(paths[1]).json()["suggestions"]
            related = {one["id"] for one in get(paths[2]).json()["results"]}
            assert related and related <= parts.kept
            assert "ETag" not in get(f"{url}/suggest/opensearch?q=sto").headers
            assert get(f"{url}/articles/{kept}").status_code == 200
            for path in ("articles", "related"):
                response = get(f"{url}/{path}/{lost}")
                assert response.status_code == 503 and response.headers["Retry-After"]
            ready = get(f"{url}/readyz").json()
            assert ready["stale"] and "1 of 3 shards" in ready["reason"]
        wait_until_whole(search)
        for path in paths:
            response = get(path)
            assert response.json()["partial"] is False and "ETag" in response.headers
        answer = get(search).json()
        assert answer["total"] == answer["index"]["articles"] == ARTICLES
        assert len(get(paths[2]).json()["results"]) == ALIKE - 1
        assert get(f"{url}/articles/{lost}").status_code == 200
        assert get(f"{url}/articles/none").status_code == 404
        assert get(f"{url}/readyz").json()["stale"] is False


def test_an_engine_that_is_opened_meanwhile_counts_anew_when_all_is_back(
    nodes: Nodes, site: Settings
) -> None:
    engine = open_engine(site)
    with node_away(nodes, site) as parts:
        result = engine.search(SearchRequest("storm"))
        assert (result.partial, result.total) == (True, len(parts.kept))
        assert result.index.articles == len(parts.kept)
        assert engine.suggest(SuggestRequest("sto")).partial
        related = engine.related(min(parts.kept))
        assert related is not None and related.partial
        assert engine.trouble() is not None
    engine.search(SearchRequest("storm"))
    result = engine.search(SearchRequest("storm"))
    assert (result.partial, result.total, result.index.articles) == (False, ARTICLES, ARTICLES)
    assert engine.trouble() is None
    engine.close()


def test_a_small_run_waits_for_the_shard_and_a_full_one_does_not(
    nodes: Nodes, site: Settings
) -> None:
    with node_away(nodes, site) as parts:
        for ids in (parts.lost, parts.kept):
            (site.corpus / f"{min(ids)}.md").write_text(front_matter(title="Storm, then rain"))
        small = reindex(site)
        assert small.status == "refused" and "1 of 3 shards" in (small.reason or "")
        assert reindex(site, full=True).status == "published"
        engine = open_engine(site)
        result = engine.search(SearchRequest("storm"))
        assert (result.partial, result.total) == (False, ARTICLES)
        assert engine.search(SearchRequest("rain")).total == 2
        engine.close()
