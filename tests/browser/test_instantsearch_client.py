"""The adapter by itself: what each request of InstantSearch becomes, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from searchsvc.settings import Settings
from tests.browser.newsroom import Newsroom, newsroom

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(demonstration: Settings) -> Iterator[Newsroom]:
    with newsroom(settings=demonstration) as site:
        yield site


@pytest.fixture(scope="module")
def tab(browser: Any, site: Newsroom) -> Iterator[Any]:
    page = browser.new_page()
    page.goto(site.embed(""))
    yield page
    page.close()


@pytest.fixture
def page(tab: Any) -> Iterator[Any]:
    yield tab
    tab.unroute_all()


CALL = """async ([service, name, requests]) => {
    const {searchClient} = await import(`${service}/static/instantsearch-client.js`);
    try {
        return await searchClient[name](requests);
    } catch (error) {
        return {refused: error.message, name: error.name, status: error.status};
    }
}"""


def call(page: Any, site: Newsroom, name: str, *requests: dict[str, Any]) -> Any:
    return page.evaluate(CALL, [site.service, name, list(requests)])


def search(tab: Any, site: Newsroom, index: str = "news", /, **params: Any) -> Any:
    answer = call(tab, site, "search", {"indexName": index, "params": params})
    return answer["results"][0] if "results" in answer else answer


@pytest.fixture
def sent(page: Any) -> list[list[tuple[str, str]]]:
    """The parameters of every request to the service."""
    seen: list[list[tuple[str, str]]] = []

    def note(request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.path in ("/search", "/suggest"):
            seen.append(parse_qsl(parts.query, keep_blank_values=True))

    page.on("request", note)
    yield seen
    page.remove_listener("request", note)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"query": "ai"}, {"q": ["ai"], "sort": ["relevance"], "typing": ["true"]}),
        ({"query": "ai", "queryType": "prefixNone"}, {"typing": []}),
        ({"query": ""}, {"q": [], "sort": ["newest"], "typing": []}),
        ({"page": 2, "hitsPerPage": 5}, {"page": ["3"], "size": ["5"]}),
        ({"offset": 40, "length": 20}, {"page": ["3"]}),
        ({"hitsPerPage": 1000}, {"size": ["100"]}),
        ({"hitsPerPage": 0}, {"size": ["1"], "page": [], "highlight": ["false"]}),
        ({"facets": ["topic", "provider.name", "brand"]}, {"facets": ["topic:10,provider:10"]}),
        ({"facets": "type", "maxValuesPerFacet": 30}, {"facets": ["type:30"]}),
        ({"facetFilters": [["topic:AI", "topics:ML"]]}, {"topic": ["AI", "ML"], "q": []}),
        ({"facetFilters": ["topic:AI"]}, {"topic": ["AI"], "q": []}),
        ({"facetFilters": "topic:a:b"}, {"topic": ["a:b"]}),
        ({"facetFilters": [["topic:\\-7"]]}, {"topic": ["-7"]}),
        (
            {"query": "OR x", "facets": ["topic"], "facetFilters": ["topic:AI"]},
            {"topic": ["AI"], "q": ['topic:"AI" x']},
        ),
        (
            {"query": "x", "facetFilters": ["topic:A", "topic:B", "type:article"]},
            {"topic": ["A"], "type": ["article"], "q": ['topic:"B" x']},
        ),
        ({"facetFilters": ['provider:-The "Wire"']}, {"q": ['-provider:"The  Wire "']}),
        (
            {"facetFilters": [["topic:A", "provider:B"]]},
            {"topic": [], "q": ['topic:"A" OR provider:"B"']},
        ),
        (
            {"filters": 'topic:AI AND (provider:"The Wire" OR provider:B) AND NOT type:video'},
            {"topic": ["AI"], "provider": ["The Wire", "B"], "q": ['-type:"video"']},
        ),
        (
            {"filters": "topic:'Cloud, AI' AND provider:'It\\'s'"},
            {"topic": ["Cloud, AI"], "provider": ["It's"]},
        ),
        (
            {"facetFilters": [[], ["topic:AI"]], "numericFilters": [[]]},
            {"topic": ["AI"], "from": []},
        ),
        ({"facetFilters": [[]]}, {"topic": []}),
        (
            {"filters": "published_at >= 1577836800 AND published_at < 1580515200"},
            {"from": ["2020-01-01T00:00:00Z"], "to": ["2020-01-31T23:59:59Z"]},
        ),
        (
            {"filters": "published_at:1577836800 TO 1580515199"},
            {"from": ["2020-01-01T00:00:00Z"], "to": ["2020-01-31T23:59:59Z"]},
        ),
        (
            {"numericFilters": ["published_at>1577836799", ["published_at<=1580515199000"]]},
            {"from": ["2020-01-01T00:00:00Z"], "to": ["2020-01-31T23:59:59Z"]},
        ),
        (
            {"facetFilters": [["month:2020-02"]], "numericFilters": "published_at>=1577836800"},
            {"from": ["2020-02-01T00:00:00Z"], "to": ["2020-02-29T23:59:59Z"]},
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) and "sort" not in value else "",
)
def test_a_request_becomes_parameters(
    page: Any,
    site: Newsroom,
    sent: list[list[tuple[str, str]]],
    params: dict[str, Any],
    expected: dict[str, list[str]],
) -> None:
    answer = search(page, site, **params)
    assert "refused" not in answer, answer
    (pairs,) = sent
    assert {name: [v for n, v in pairs if n == name] for name in expected} == expected


@pytest.mark.parametrize("sort", ["newest", "oldest", "heat", "quality", "relevance"])
def test_an_indexs_name_ends_with_its_order(
    page: Any, site: Newsroom, sent: list[list[tuple[str, str]]], sort: str
) -> None:
    search(page, site, f"any_name_{sort}", query="ai")
    assert ("sort", sort) in sent[0]


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"facetFilters": ["brand:x"]}, "brand"),
        ({"facetFilters": ["constructor:x"]}, "constructor"),
        ({"facetFilters": ["no colon"]}, "no colon"),
        ({"numericFilters": ["price>3"]}, "price"),
        ({"numericFilters": ["published_at>soon"]}, "published_at>soon"),
        ({"numericFilters": [["published_at>3", "published_at<1"]]}, "alternatives"),
        ({"filters": "topic:AI OR"}, "the end"),
        ({"filters": "(topic:AI"}, "the end"),
        ({"filters": "topic:AI topic:B"}, "topic:B"),
        ({"filters": "AND topic:AI"}, "AND"),
        ({"filters": "anything"}, "anything"),
        ({"tagFilters": ["x"]}, "tagFilters"),
        ({"aroundLatLng": "1,2"}, "aroundLatLng"),
        ({"offset": 7, "length": 20}, "offset"),
    ],
    ids=str,
)
def test_what_has_no_counterpart_is_refused_and_not_sent(
    page: Any,
    site: Newsroom,
    sent: list[list[tuple[str, str]]],
    params: dict[str, Any],
    named: str,
) -> None:
    answer = search(page, site, **params)
    assert answer["name"] == "SearchError"
    assert named in answer["refused"]
    assert sent == []


def test_a_response_has_what_instantsearch_reads(page: Any, site: Newsroom) -> None:
    answer = search(page, site, query="supercomputer", facets=["topic"], hitsPerPage=3, page=1)
    assert answer["index"] == "news" and answer["query"] == "supercomputer"
    assert (answer["page"], answer["hitsPerPage"], len(answer["hits"])) == (1, 3, 3)
    assert answer["nbPages"] == -(-answer["nbHits"] // 3)
    assert answer["exhaustiveNbHits"] is True and answer["processingTimeMS"] >= 0
    assert sum(answer["facets"]["topic"].values()) > 0
    hit = answer["hits"][0]
    assert hit["objectID"] == hit["id"]
    assert hit["published_at_timestamp"] > 1_500_000_000
    title = hit["_highlightResult"]["title"]
    assert title["value"].count("<em>") == title["value"].count("</em>")
    assert len(hit["_highlightResult"]["topics"]) == len(hit["topics"])
    assert hit["_highlightResult"]["provider"]["name"]["value"] == hit["provider"]["name"]


def test_highlights_take_the_callers_tags(page: Any, site: Newsroom) -> None:
    tags = {"highlightPreTag": "__ais-highlight__", "highlightPostTag": "__/ais-highlight__"}
    raw = search(page, site, query="northquay", **tags)["hits"][0]
    safe = search(page, site, query="northquay")["hits"][0]
    rest = "Shipping {} lifts its dividend after a year of full boxes"
    assert raw["_highlightResult"]["title"]["value"] == (
        "__ais-highlight__Northquay__/ais-highlight__ " + rest.format("<NQSL>")
    )
    assert safe["_highlightResult"]["title"]["value"] == (
        "<em>Northquay</em> " + rest.format("&#60;NQSL&#62;")
    )
    levels = {
        name: raw["_highlightResult"][name]["matchLevel"] for name in ("title", "excerpt", "type")
    }
    assert "full" in levels.values() and levels["type"] == "none"


def test_several_requests_are_answered_in_their_order(page: Any, site: Newsroom) -> None:
    requests = [
        {"indexName": "news", "params": {"query": "supercomputer"}},
        {"indexName": "news", "query": "zxqv"},
        {"indexName": "news_suggestions", "params": {"query": "super", "hitsPerPage": 3}},
        {"indexName": "news", "type": "facet", "facet": "topic", "params": {"facetQuery": "a"}},
    ]
    first, second, third, fourth = call(page, site, "search", *requests)["results"]
    assert first["nbHits"] > 0 and second["nbHits"] == 0
    assert third["hits"][0]["query"].startswith("super")
    assert third["hits"][0]["_highlightResult"]["query"]["value"].startswith("<em>super</em>")
    assert all(hit["value"].lower().startswith("a") for hit in fourth["facetHits"])


def test_facet_values_by_their_beginning(page: Any, site: Newsroom) -> None:
    request = {
        "indexName": "news",
        "params": {
            "facetName": "topic",
            "facetQuery": "su",
            "maxFacetHits": 3,
            "query": "supercomputer",
            "highlightPreTag": "[",
            "highlightPostTag": "]",
        },
    }
    (answer,) = call(page, site, "searchForFacetValues", request)
    assert 0 < len(answer["facetHits"]) <= 3
    for hit in answer["facetHits"]:
        assert hit["highlighted"].lower().startswith("[su]")
        assert hit["highlighted"].replace("[", "").replace("]", "") == hit["value"]
        counted = search(
            page, site, query="supercomputer", facetFilters=[[f"topic:{hit['value']}"]]
        )
        assert counted["nbHits"] == hit["count"]


def test_errors_are_the_services_words(page: Any, site: Newsroom) -> None:
    answer = search(page, site, query="x" * 4001)
    assert answer["status"] == 400
    assert "4,000" in answer["refused"]


def test_a_broken_connection_is_an_error_too(page: Any, site: Newsroom) -> None:
    page.route("**/search?*", lambda route: route.abort())
    answer = search(page, site, query="x")
    assert answer["name"] == "SearchError" and "/search" in answer["refused"]


def test_filters_that_all_hold_narrow_their_own_facet(page: Any, site: Newsroom) -> None:
    """What a refinement list with the operator `and` relies on."""
    answer = search(page, site, query="supercomputer", facetFilters=["topic:AI"], facets=["topic"])
    counts = answer["facets"]["topic"]
    assert counts.pop("AI") == answer["nbHits"] > 0
    assert counts
    for topic, count in list(counts.items())[:4]:
        both = search(
            page, site, query="supercomputer", facetFilters=["topic:AI", f"topic:{topic}"]
        )
        assert both["nbHits"] == count
        assert all({"AI", topic} <= set(hit["topics"]) for hit in both["hits"])
    without = search(page, site, query="supercomputer", facetFilters=["topic:-AI"])
    assert not any("AI" in hit["topics"] for hit in without["hits"])
    everything = search(page, site, query="supercomputer")
    assert without["nbHits"] + answer["nbHits"] == everything["nbHits"]
