"""What holds of every answer, whatever is asked together: pages, stories, editors, rescue, sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from searchsvc.engine import Engine, open_engine
from searchsvc.search import SORTS, Hit, SearchRequest, SearchResult
from tests.conftest import index_of

PLACES = ("Arlmouth", "Brackwater", "Fenwick")
THINGS = ("ferry", "lighthouse", "tramway")
SYNONYMS = "[[ferry, ropeboat], {from: tramway, to: [wind farm]}]"
CURATION = """
- query: ferry
  pin: [story-2, undated, story-0, held]
  hide: [town-3]
  boost: {town-0: 5, town-6: .2}
"""
QUERIES = (
    *("", "ferry", "ropeboat", "tramway", '"ferry closes"', "-ferry", "ferr*", "town OR ferry"),
    *("arlmuoth", "frery", "arlmouth ferry zyzzyva", "kraken", "lighthouse when:2021"),
    *("title:ferry", '"closes ferry"'),
)
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"topic": ("sea", "TRAVEL")},
    {"provider": "harbour.example", "from_": "2021-02"},
)
CLOSE = 1e-5


def _articles() -> Iterator[tuple[str, dict[str, Any]]]:
    for number, (place, thing) in enumerate(product(PLACES * 2, THINGS)):
        yield (
            f"town-{number}",
            {
                "title": f"{place} {thing} closes, part {number}",
                "excerpt": f"The {thing} of the town.",
                "publishedDateTime": f"2021-0{1 + number % 4}-0{1 + number % 9}",
                "topics": ["Sea"] if number % 2 else ["Travel", "Works"],
                "provider": {"name": "Gazette", "domain": "harbour.example"} if number % 3 else {},
                "quality": number * 7 % 100,
                "heat": number * 13 % 100,
            },
        )
    for number in range(4):
        yield f"story-{number}", {"title": "Kraken over the ferry", "heat": 10 * number}
    yield "undated", {"title": "A wind farm", "topics": ["Sea"], "publishedDateTime": None}
    yield "held", {"title": "Ferry to come", "publishedDateTime": "2999-01-01"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("combinations")
    synonyms, curation = folder / "synonyms.yaml", folder / "curation.yaml"
    synonyms.write_text(SYNONYMS, "utf-8")
    curation.write_text(CURATION, "utf-8")
    now = datetime(2021, 6, 1, tzinfo=UTC)
    settings = index_of(folder, dict(_articles()), synonyms=synonyms, curation=curation, now=now)
    engine = open_engine(settings)
    yield engine
    engine.close()


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("collapse", [None, "story"])
@pytest.mark.parametrize("query", QUERIES)
def test_every_answer_is_whole_and_explained(
    engine: Engine, query: str, collapse: str | None, filters: dict[str, Any]
) -> None:
    totals = set()
    for sort in SORTS:
        request = SearchRequest(
            query, size=100, sort=sort, collapse=collapse, explain=True, facets="topic", **filters
        )
        whole = engine.search(request)
        _check_pages(engine, request, whole)
        _check_hits(whole)
        if whole.did_you_mean:
            meant = engine.search(replace(request, query=whole.did_you_mean))
            assert meant.total > whole.total or whole.relaxed and not meant.relaxed
        totals.add((whole.total, whole.corrected, whole.relaxed, whole.did_you_mean))
    assert len(totals) == 1


def _check_pages(engine: Engine, request: SearchRequest, whole: SearchResult) -> None:
    """Small pages hold what a large one does, in its order."""
    found: list[str] = []
    for number in range(1, whole.total // 4 + 3):
        page = engine.search(replace(request, page=number, size=4, facets=(), highlight=False))
        assert (page.total, page.pages) == (whole.total, -(-whole.total // 4))
        assert (page.corrected, page.relaxed) == (whole.corrected, whole.relaxed)
        found += [hit.id for hit in page.hits]
    assert found == [hit.id for hit in whole.hits] and len(found) == whole.total


def _check_hits(whole: SearchResult) -> None:
    shown = [hit.id for hit in whole.hits]
    others = [hit.id for leader in whole.hits for hit in leader.also or ()]
    assert len({*shown, *others}) == len(shown) + len(others)
    assert "held" not in {*shown, *others}
    for hit in whole.hits:
        _check_explanation(hit)


def _check_explanation(hit: Hit) -> None:
    explained = hit.explain
    assert explained
    text = sum(part.bm25 * part.boost for part in explained.fields)
    text += 1000 * explained.title_is_query
    prior = 1 + explained.quality + explained.heat + explained.freshness
    assert text == pytest.approx(explained.text, rel=1e-3, abs=CLOSE)
    assert prior == pytest.approx(explained.prior, rel=CLOSE)
    score = explained.text * explained.prior * explained.boost
    assert hit.score == pytest.approx(score, rel=CLOSE, abs=CLOSE)


def test_the_queries_reach_every_rescue_and_every_choice_of_editors(engine: Engine) -> None:
    results = [engine.search(SearchRequest(query, size=100, explain=True)) for query in QUERIES]
    assert any(result.corrected for result in results)
    assert any(result.relaxed for result in results)
    assert any(result.did_you_mean for result in results)
    hits = [hit for result in results for hit in result.hits]
    assert any(hit.pinned for hit in hits)
    assert any(hit.explain and hit.explain.boost != 1 for hit in hits)


def test_a_facet_counts_what_choosing_its_value_shows(engine: Engine) -> None:
    for query, filters in product(QUERIES, FILTERS):
        request = SearchRequest(query, facets="topic,provider", **filters)
        result = engine.search(request)
        if result.corrected or result.relaxed:
            continue  # chosen, a value may leave other words to be put right
        for field, facets in result.facets.items():
            for facet in facets:
                chosen = engine.search(replace(request, facets=(), **{field: facet.value}))
                assert chosen.total == facet.count, (query, filters, facet)
