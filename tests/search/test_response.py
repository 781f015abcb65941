"""The JSON of an answer, key for key: front ends and scripts rely on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from searchsvc.articles.article import Article, Image, Provider
from searchsvc.search import (
    Explanation,
    Facet,
    Highlights,
    Hit,
    IndexStatus,
    SearchResult,
    TermScore,
)
from searchsvc.search.response import article_json, result_json

ARTICLE = Article(
    "2020/azure",
    "A “new” </script> supercomputer",
    "Built in Azure.",
    "https://news.example/azure",
    None,
    datetime(2020, 5, 20, 12, 59, tzinfo=UTC),
    Provider("Windows", "windows.example"),
    "news",
    "article",
    ("AI",),
    quality=89,
    heat=99,
    image=Image("https://cdn.example/a.jpg", 1200, 800, "A picture"),
    related=("https://related.example/",),
)
HIT = Hit(
    ARTICLE.to_json(),
    12.34567891,
    Highlights("A <mark>supercomputer</mark>", "Built"),
    Explanation(8.1, False, (TermScore("title", "supercomput", 2.7, 3.0),), 1.52, 0.18, 0.2, 0.14),
)
RESULT = SearchResult(
    query="supercomputer",
    total=3,
    total_articles=5,
    page=1,
    pages=1,
    size=10,
    took_ms=0.8123456,
    hits=(HIT, Hit(Article("bare", "Bare").to_json(), 0.5)),
    facets={"topic": (Facet("AI", 3),), "type": ()},
    index=IndexStatus(
        "20200520-a",
        168,
        datetime(2020, 5, 21, tzinfo=UTC),
        datetime(2020, 5, 22, tzinfo=UTC),
        datetime(2020, 5, 22, 3, tzinfo=UTC),
    ),
    parsed="supercomput",
)
ARTICLE_KEYS = [
    *("id", "title", "excerpt", "url", "amp_url", "published_at", "provider", "category"),
    *("type", "topics", "image", "quality", "heat"),
]


def test_the_top():
    answer = orjson.loads(result_json(RESULT))
    results = answer.pop("results")
    assert len(results) == 2
    assert answer == {
        "query": "supercomputer",
        "total": 3,
        "total_articles": 5,
        "page": 1,
        "pages": 1,
        "size": 10,
        "took_ms": 0.812,
        "corrected": None,
        "relaxed": False,
        "ignored": [],
        "did_you_mean": None,
        "partial": False,
        "facets": {"topic": [{"value": "AI", "count": 3}], "type": []},
        "index": {
            "generation": "20200520-a",
            "articles": 168,
            "published_at": "2020-05-21T00:00:00Z",
            "checked_at": "2020-05-22T00:00:00Z",
            "as_of": "2020-05-22T03:00:00Z",
        },
    }


def test_the_words_that_no_article_has_are_listed_after_relaxed():
    answer = orjson.loads(result_json(replace(RESULT, ignored=("qubitz", "zzz"))))
    assert answer["ignored"] == ["qubitz", "zzz"]
    names = list(answer)
    assert names[names.index("ignored") - 1] == "relaxed"


def test_a_result():
    assert orjson.loads(result_json(RESULT))["results"][0] == {
        "id": "2020/azure",
        "title": "A “new” </script> supercomputer",
        "excerpt": "Built in Azure.",
        "url": "https://news.example/azure",
        "amp_url": None,
        "published_at": "2020-05-20T12:59:00Z",
        "provider": {"name": "Windows", "domain": "windows.example"},
        "category": "news",
        "type": "article",
        "topics": ["AI"],
        "quality": 89,
        "heat": 99,
        "image": {
            "url": "https://cdn.example/a.jpg",
            "width": 1200,
            "height": 800,
            "title": "A picture",
        },
        "score": 12.345679,
        "highlights": {"title": "A <mark>supercomputer</mark>", "excerpt": "Built"},
    }


def test_every_key_is_there_where_all_is_empty():
    bare = orjson.loads(result_json(RESULT))["results"][1]
    assert list(bare) == [*ARTICLE_KEYS, "score", "highlights"]
    filled = {"id": "bare", "title": "Bare", "excerpt": "", "topics": [], "score": 0.5}
    assert bare == {**dict.fromkeys(bare), **filled}


def test_a_collapsed_result_lists_the_others_of_its_story():
    other = Hit(Article("bare", "Bare").to_json(), 0.51234567)
    hits = (replace(HIT, also=(other,)), replace(other, also=()))
    first, second = orjson.loads(result_json(replace(RESULT, hits=hits)))["results"]
    assert list(first["also"][0]) == [*ARTICLE_KEYS, "score"]
    assert (first["also"][0]["id"], first["also"][0]["score"]) == ("bare", 0.512346)
    assert second["also"] == []


def test_explain_adds_parsed_and_the_parts_of_each_score():
    answer = orjson.loads(result_json(RESULT, explain=True))
    assert answer["parsed"] == "supercomput"
    assert answer["results"][0]["explain"] == {
        "text": 8.1,
        "title_is_query": False,
        "fields": [
            {"field": "title", "term": "supercomput", "bm25": 2.7, "boost": 3, "exact": False}
        ],
        "prior": 1.52,
        "quality": 0.18,
        "heat": 0.2,
        "freshness": 0.14,
        "boost": 1,
    }
    assert answer["results"][1]["explain"] is None


def test_what_editors_did_is_told_of_that_hit_alone():
    plain = RESULT.hits[0]
    assert plain.explain
    boosted = replace(plain, pinned=True, explain=replace(plain.explain, boost=1.5))
    (hit,) = orjson.loads(result_json(replace(RESULT, hits=(boosted,)), explain=True))["results"]
    assert hit["pinned"] is True and hit["explain"]["boost"] == 1.5
    assert "pinned" not in orjson.loads(result_json(RESULT))["results"][0]


def test_without_explain_there_is_none_even_if_the_engine_gave_it():
    answer = orjson.loads(result_json(RESULT))
    assert "parsed" not in answer and "explain" not in answer["results"][0]


def test_no_results_is_an_empty_list():
    assert orjson.loads(result_json(replace(RESULT, hits=(), total=0)))["results"] == []


def test_an_article_is_a_result_without_what_depends_on_the_query():
    answer = orjson.loads(article_json(ARTICLE))
    assert list(answer) == ARTICLE_KEYS
    assert "related" not in answer
