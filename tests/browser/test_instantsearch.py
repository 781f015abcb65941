"""The adapter under the real InstantSearch.js and Autocomplete, against a running service."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from searchsvc.settings import Settings
from tests.browser.newsroom import INSTANTSEARCH, Newsroom, example, newsroom

pytestmark = pytest.mark.browser

HEADING = "InstantSearch and Autocomplete"


@pytest.fixture(scope="module")
def site(demonstration: Settings) -> Iterator[Newsroom]:
    with newsroom(settings=demonstration) as site:
        site.vendored = {
            "vendor/instantsearch.js": INSTANTSEARCH,
            "vendor/autocomplete.js": "@algolia/autocomplete-js/dist/umd/index.production.js",
        }
        yield site


@pytest.fixture
def search_page(page: Any, site: Newsroom) -> Any:
    """The document's own example, having found something."""
    page.goto(example(site, HEADING))
    page.locator("#box input").fill("supercomputer")
    page.locator("#hits mark").first.wait_for()
    return page


def answer_of(site: Newsroom, **parameters: Any) -> Any:
    """What /search itself says to one who is typing."""
    parameters["typing"] = "true"
    url = f"{site.service}/search?{urlencode(parameters, doseq=True)}"
    with urllib.request.urlopen(url) as response:
        return json.load(response)


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#hits article a").all_inner_texts()
    return found


def topics(page: Any) -> dict[str, int]:
    rows = page.locator("#topics .ais-RefinementList-label").all()
    return {
        row.locator(".ais-RefinementList-labelText").inner_text(): int(
            row.locator(".ais-RefinementList-count").inner_text()
        )
        for row in rows
    }


def shows(page: Any, total: int) -> None:
    page.wait_for_function(
        "total => document.querySelector('#stats').innerText.startsWith(`${total} results found`)",
        arg=total,
    )


def refine(page: Any, topic: str) -> None:
    page.locator(f'#topics input[value="{topic}"]').click()


def test_hits_are_the_services_highlighted_and_counted(search_page: Any, site: Newsroom) -> None:
    answer = answer_of(site, q="supercomputer")
    assert titles(search_page) == [result["title"] for result in answer["results"]]
    marks = search_page.locator("#hits mark").all_inner_texts()
    assert {mark.lower() for mark in marks} <= {"supercomputer", "supercomputers"}
    shows(search_page, answer["total"])


def test_a_refinement_narrows_the_hits_and_not_its_own_list(
    search_page: Any, site: Newsroom
) -> None:
    before = topics(search_page)
    facets = answer_of(site, q="supercomputer", facets="topic")["facets"]["topic"]
    assert before == {item["value"]: item["count"] for item in facets}
    first, second = list(before)[:2]
    refine(search_page, first)
    shows(search_page, before[first])
    assert topics(search_page) == before
    refine(search_page, second)
    both = answer_of(site, q="supercomputer", topic=[first, second])
    shows(search_page, both["total"])
    assert topics(search_page) == before
    assert titles(search_page) == [result["title"] for result in both["results"]]
    refine(search_page, first)
    shows(search_page, before[second])


def test_the_refinement_list_can_be_searched(search_page: Any, site: Newsroom) -> None:
    beginning = next(iter(topics(search_page)))[:2].lower()
    search_page.locator("#topics input[type=search]").fill(beginning)
    marks = search_page.locator("#topics mark")
    marks.first.wait_for()
    assert {mark.lower() for mark in marks.all_inner_texts()} == {beginning}
    found = topics(search_page)
    answer = answer_of(site, q="supercomputer", facet_query=f"topic:{beginning}")
    assert found == {item["value"]: item["count"] for item in answer["facets"]["topic"]}
    topic, count = next(iter(found.items()))
    refine(search_page, topic)
    shows(search_page, count)
    assert titles(search_page) == [
        result["title"] for result in answer_of(site, q="supercomputer", topic=topic)["results"]
    ]


def test_pages_follow_each_other(search_page: Any, site: Newsroom) -> None:
    seen = titles(search_page)
    search_page.get_by_role("link", name="Page 2").click()
    second = answer_of(site, q="supercomputer", page=2)
    expected = [result["title"] for result in second["results"]]
    search_page.get_by_role("link", name=expected[0]).wait_for()
    assert titles(search_page) == expected
    assert not set(seen) & set(expected)
    pages = search_page.locator("#pages .ais-Pagination-item--page").all_inner_texts()
    assert pages == [str(number) for number in range(1, second["pages"] + 1)]


def test_the_order_is_an_index_of_its_own(search_page: Any, site: Newsroom) -> None:
    newest = answer_of(site, q="supercomputer", sort="newest")["results"]
    search_page.locator("#order select").select_option("news_newest")
    search_page.wait_for_function(
        "title => document.querySelector('#hits article a').innerText === title",
        arg=newest[0]["title"],
    )
    assert titles(search_page) == [result["title"] for result in newest]


def test_there_may_be_more_hits_on_a_page(search_page: Any, site: Newsroom) -> None:
    search_page.locator("#size select").select_option("50")
    search_page.locator("#hits li").nth(10).wait_for()
    answer = answer_of(site, q="supercomputer", size=50)
    assert titles(search_page) == [result["title"] for result in answer["results"]]


def test_all_at_once(search_page: Any, site: Newsroom) -> None:
    """A page of a refined, sorted list; then another question starts on its first."""
    search_page.locator("#order select").select_option("news_newest")
    refine(search_page, next(iter(topics(search_page))))
    (topic,) = search_page.locator(
        ".ais-RefinementList-item--selected .ais-RefinementList-labelText"
    ).all_inner_texts()
    asked = {"q": "supercomputer", "topic": topic, "sort": "newest"}
    shows(search_page, answer_of(site, **asked)["total"])
    search_page.get_by_role("link", name="Page 2").click()
    expected = answer_of(site, **asked, page=2)["results"]
    search_page.get_by_role("link", name=expected[0]["title"]).wait_for()
    assert titles(search_page) == [result["title"] for result in expected]
    search_page.locator("#box input").fill("fastest")
    asked["q"] = "fastest"
    shows(search_page, answer_of(site, **asked)["total"])
    assert titles(search_page) == [r["title"] for r in answer_of(site, **asked)["results"]]


def test_markup_in_articles_stays_text(page: Any, site: Newsroom) -> None:
    page.goto(example(site, HEADING))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.locator("#box input").fill("escaping")
    page.locator("#hits mark").first.wait_for()
    assert page.locator("#hits").locator("script, img, iframe, b").count() == 0
    answer = answer_of(site, q="escaping")
    assert titles(page) == [result["title"] for result in answer["results"]]


def test_autocomplete_shows_suggestions_and_articles(page: Any, site: Newsroom) -> None:
    script = f"""<div id="box"></div><script src="/vendor/autocomplete.js"></script>
    <script type="module">
    import {{ searchClient }} from "{site.service}/static/instantsearch-client.js";
    const {{ autocomplete, getAlgoliaResults }} = window["@algolia/autocomplete-js"];
    const source = (sourceId, indexName, attribute) => ({{
      sourceId,
      getItems: ({{ query }}) => getAlgoliaResults({{
        searchClient, queries: [{{ indexName, params: {{ query, hitsPerPage: 4 }} }}],
      }}),
      templates: {{
        item: ({{ item, components, html }}) =>
          html`<p>${{components.Highlight({{ hit: item, attribute }})}}</p>`,
      }},
    }});
    autocomplete({{
      container: "#box", detachedMediaQuery: "none",
      getSources: () => [
        source("suggestions", "news_suggestions", "query"), source("articles", "news", "title"),
      ],
    }});
    </script>"""
    site.policy = None  # its script stands in the page
    page.goto(site.embed(script))
    page.locator("#box input").press_sequentially("fugaku")
    for name in ("suggestions", "articles"):
        page.locator(f"[data-autocomplete-source-id={name}] li").first.wait_for()
    expected = [result["title"] for result in answer_of(site, q="fugaku", size=4)["results"]]
    articles = page.locator("[data-autocomplete-source-id=articles] li")
    assert articles.all_inner_texts() == expected
    assert "Fugaku" in articles.locator("mark").all_inner_texts()
    assert page.locator("[data-autocomplete-source-id=suggestions] mark").count() > 0
