"""What a query's results are over a whole index: their order, pages, stories and facets.

Every answer is held against the articles themselves, sorted, filtered and counted in Python.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.articles.article import Article
from searchsvc.engine import Engine
from searchsvc.search import MAX_ALSO, SORTS, Facet, Hit, SearchRequest, SearchResult
from tests.conftest import EngineOver

COUNT = 160
DAY = datetime(2020, 1, 1, tzinfo=UTC)
WORDS = "budget election storm strike rocket vaccine market festival harbour museum".split()
TOPICS = ["AI", "ai", "Économie", "New York", "York", "Microsoft", "Microchips"]
HEADLINES, CHAIN = 25, 14
"""How many headlines the articles share that have a shared one; how long chains of links are."""


def values(number: int) -> dict[str, Any]:
    """The front matter of an article; a third are tied, by links or by their headline."""
    chance = random.Random(number)
    title = " ".join(chance.sample(WORDS, 3))
    related = []
    if number % 3 == 0:
        title = f"{WORDS[number % HEADLINES % 10]} story {number % HEADLINES}"
    elif number % 3 == 1 and number < 100 and number // 3 % CHAIN:
        related = [{"webUrl": f"http://www.news.example/{number - 3}/", "title": "x"}]
    found = {
        "title": title,
        "excerpt": " ".join(chance.choices(WORDS, k=12)),
        "webUrl": f"https://news.example/{number}",
        "topics": chance.sample(TOPICS, chance.randint(0, 3)),
        "category": chance.choice(["news", "News", "opinion"]),
        "provider": {"name": chance.choice(["Alpha", "Beta"]), "domain": "news.example"},
        "related": related,
    }
    # Dates and ratings are few, so that most articles are equal in something.
    if number % 7:
        found["publishedDateTime"] = f"{DAY + timedelta(days=31 * chance.randrange(6)):%Y-%m-%d}"
    for name in ("quality", "heat"):
        if chance.random() < 0.8:
            found[name] = chance.randrange(4)
    return found


@pytest.fixture(scope="module")
def engine(engine_over: EngineOver) -> Engine:
    return engine_over({f"{number:03}": values(number) for number in range(COUNT)})


@pytest.fixture(scope="module")
def everything(engine: Engine) -> list[Article]:
    found = [hit.article for hit in walk(engine, size=100)[1]]
    assert len(found) == COUNT
    return found


@pytest.fixture(scope="module")
def story_of(engine: Engine) -> dict[str, str]:
    """The name of each article's story: its first id. By a search over all pairs."""
    story = {f"{number:03}": f"{number:03}" for number in range(COUNT)}
    for number in range(COUNT):
        for other in range(number):
            mine, theirs = values(number), values(other)
            is_linked = number - other == 3 and mine["related"]
            if is_linked or mine["title"] == theirs["title"]:
                old, new = story[f"{number:03}"], story[f"{other:03}"]
                story = {key: new if of == old else of for key, of in story.items()}
    return story


def walk(engine: Engine, **asked: Any) -> tuple[SearchResult, list[Hit]]:
    """The first page, and the hits of all pages."""
    first = engine.search(SearchRequest(**asked))
    hits = list(first.hits)
    for page in range(2, first.pages + 1):
        hits += engine.search(SearchRequest(**asked, page=page)).hits
    beyond = engine.search(SearchRequest(**asked, page=first.pages + 1))
    assert (beyond.hits, beyond.total) == ((), first.total)
    return first, hits


def newest(article: Article) -> tuple[float, str]:
    moment = article.published_at
    return (-moment.timestamp() if moment else float("inf")), article.id


def rating(name: str) -> Callable[[Article], Any]:
    def key(article: Article) -> Any:
        value = getattr(article, name)
        return (float("inf") if value is None else -value), *newest(article)

    return key


def oldest(article: Article) -> tuple[float, str]:
    moment = article.published_at
    return (moment.timestamp() if moment else float("inf")), article.id


KEYS: dict[str, Callable[[Article], Any]] = {
    "newest": newest,
    "oldest": oldest,
    "heat": rating("heat"),
    "quality": rating("quality"),
}

QUERIES = ["", "budget", "storm OR story", "rocket -market", "story", "nowhere"]
asked = st.fixed_dictionaries(
    {
        "query": st.sampled_from(QUERIES),
        "sort": st.sampled_from(SORTS),
        "size": st.sampled_from([1, 7, 10, 100]),
    },
    optional={
        "topic": st.lists(st.sampled_from(TOPICS), min_size=1, max_size=2).map(tuple),
        "category": st.just(("NEWS",)),
        "from_": st.just("2020-03"),
        "to": st.just("2020-05"),
    },
)


def matches(article: Article, request: dict[str, Any]) -> bool:
    """Whether it is among the results, by its own words."""
    words = set(f"{article.title} {article.excerpt} {' '.join(article.topics)}".casefold().split())
    found = {
        "": True,
        "budget": "budget" in words,
        "storm OR story": bool({"storm", "story"} & words),
        "rocket -market": "rocket" in words and "market" not in words,
        "story": "story" in words,
        "nowhere": False,
    }[request["query"]]
    return found and passes(article, request)


def passes(article: Article, request: dict[str, Any], but: str = "") -> bool:
    """Whether it passes all filters but one."""
    topics = {topic.casefold() for topic in article.topics}
    month = f"{article.published_at:%Y-%m}" if article.published_at else ""
    bounds = {name for name in ("from_", "to") if name in request} if but != "month" else set()
    return (
        (
            but == "topic"
            or "topic" not in request
            or bool(topics & {topic.casefold() for topic in request["topic"]})
        )
        and (but == "category" or "category" not in request or article.category != "opinion")
        and (not bounds or bool(month))
        and ("from_" not in bounds or month >= "2020-03")
        and ("to" not in bounds or month <= "2020-05")
    )


@settings(max_examples=60, deadline=None)
@given(asked)
def test_pages_hold_every_match_once_and_in_order(
    engine: Engine, everything: list[Article], request: dict[str, Any]
) -> None:
    first, hits = walk(engine, highlight=False, **request)
    articles = [hit.article for hit in hits]
    expected = [article for article in everything if matches(article, request)]
    assert first.total == len(expected) == len(articles)
    if request["sort"] == "relevance":
        places = [(-hit.score, *newest(hit.article)) for hit in hits]
        assert places == sorted(places)
        assert {a.id for a in articles} == {a.id for a in expected}
    else:
        assert articles == sorted(expected, key=KEYS[request["sort"]])


@settings(max_examples=60, deadline=None)
@given(asked)
def test_a_story_is_shown_once_by_its_best_and_lists_the_others(
    engine: Engine, story_of: dict[str, str], request: dict[str, Any]
) -> None:
    plain = [hit.id for hit in walk(engine, **{**request, "size": 100})[1]]
    stories: dict[str, list[str]] = defaultdict(list)
    for article_id in plain:
        stories[story_of[article_id]].append(article_id)
    first, hits = walk(engine, collapse="story", **request)
    assert first.total == len(stories) == len(hits)
    assert first.pages == -(-len(stories) // request["size"])
    shown = [[hit.id, *(other.id for other in hit.also or ())] for hit in hits]
    assert shown == [ids[: MAX_ALSO + 1] for ids in stories.values()]
    assert all(hit.also is not None and hit.highlights for hit in hits)


def test_some_stories_are_longer_than_is_listed(engine: Engine, story_of: dict[str, str]) -> None:
    """Or the test above would not test it."""
    sizes = Counter(Counter(story_of.values()).values())
    assert max(sizes) > MAX_ALSO + 1 and sizes[1] > 20 and len(sizes) > 3
    assert all(hit.also is None for hit in engine.search(SearchRequest()).hits)


@settings(max_examples=40, deadline=None)
@given(asked, st.sampled_from([None, "story"]))
def test_facets_count_articles_under_all_filters_but_their_own(
    engine: Engine, everything: list[Article], request: dict[str, Any], collapse: str | None
) -> None:
    found = engine.search(
        SearchRequest(facets="topic,category,month,provider:1", collapse=collapse, **request)  # type: ignore[arg-type]
    )
    for name in ("topic", "category", "month", "provider"):
        counts: Counter[str] = Counter()
        for article in everything:
            if matches(article, {"query": request["query"]}) and passes(article, request, but=name):
                counts.update(facet_values(article, name))
        expected = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        shown = [(facet.value.casefold(), facet.count) for facet in found.facets[name]]
        assert shown == expected[: 1 if name == "provider" else 10]
        if name == "topic":
            begins = [value for value in expected if value[0].startswith("mi")]
            narrowed = SearchRequest(facet_query="topic:Mi", collapse=collapse, **request)  # type: ignore[arg-type]
            shown = [(f.value.casefold(), f.count) for f in engine.search(narrowed).facets[name]]
            assert shown == begins


def facet_values(article: Article, name: str) -> set[str]:
    match name:
        case "topic":
            return {topic.casefold() for topic in article.topics}
        case "category":
            return {str(article.category).casefold()}
        case "provider":
            return {str(article.provider and article.provider.name).casefold()}
        case _:
            return {f"{article.published_at:%Y-%m}"} if article.published_at else set()


def found_values(engine: Engine, facet_query: str, **asked: Any) -> list[str]:
    result = engine.search(SearchRequest(facet_query=facet_query, **asked))  # type: ignore[arg-type]
    return [facet.value for facet in result.facets[facet_query.partition(":")[0]]]


@pytest.mark.parametrize(
    ("facet_query", "expected"),
    [
        ("topic:mic", {"Microsoft", "Microchips"}),
        ("topic:MICRO", {"Microsoft", "Microchips"}),
        ("topic:micros", {"Microsoft"}),
        ("topic:eco", {"Économie"}),
        ("topic:é", {"Économie"}),
        ("topic:icro", set()),
        ("topic:.*", set()),
        ("month:2020-0", {"2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06"}),
        ("month:2019", set()),
        ("category:o", {"opinion"}),
        ("provider:", {"Alpha", "Beta"}),
        ("type:a", set()),
    ],
)
def test_a_facet_query_finds_values_by_their_beginning(
    engine: Engine, facet_query: str, expected: set[str]
) -> None:
    assert set(found_values(engine, facet_query)) == expected


def test_values_of_which_a_later_word_begins_so_come_after(engine: Engine) -> None:
    assert found_values(engine, "topic:york") == ["York", "New York"]
    assert found_values(engine, "topic:york", facets="topic:1") == ["York"]


def test_a_facet_query_counts_what_the_facet_does(engine: Engine) -> None:
    asked: dict[str, Any] = {"query": "budget", "topic": ("York",), "to": "2020-05"}
    every = engine.search(SearchRequest(facets="topic:100,month", **asked)).facets
    narrowed = engine.search(
        SearchRequest(facets="month", facet_query="topic:mic", **asked)  # type: ignore[arg-type]
    ).facets
    assert narrowed["month"] == every["month"]
    wanted = tuple(f for f in every["topic"] if f.value in ("Microsoft", "Microchips"))
    assert narrowed["topic"] == wanted and isinstance(wanted[0], Facet)
