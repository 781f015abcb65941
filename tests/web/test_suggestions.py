"""GET /suggest and /suggest/opensearch, as a search box and a browser's address bar meet them."""

from __future__ import annotations

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app

ROUTES = ("/suggest", "/suggest/opensearch")


def test_the_shape_of_an_answer(client):
    answer = client.get("/suggest?q=Fugaku").get_json()
    assert list(answer) == ["query", "partial", "suggestions"]
    assert answer["query"] == "Fugaku"
    assert all(
        list(suggestion) == ["type", "text", "highlight", "url", "published_at", "image"]
        for suggestion in answer["suggestions"]
    )
    assert answer["suggestions"][0] == {
        "type": "query",
        "text": "Fugakus",
        "highlight": "<mark>Fugaku</mark>s",
        "url": None,
        "published_at": None,
        "image": None,
    }
    assert answer["suggestions"][-1]["type"] == "article"
    assert answer["suggestions"][-1]["url"] == "https://news.example/fugaku"
    assert answer["suggestions"][-1]["published_at"] == "2021-06-28T08:00:00Z"


def test_an_answer_says_that_shards_are_lost(client, engine):
    assert client.get("/suggest?q=fu").get_json()["partial"] is False
    engine.extra = {"partial": True}
    assert client.get("/suggest?q=fug").get_json()["partial"] is True


def test_an_article_comes_with_its_picture(client):
    (article,) = client.get("/suggest?q=azure").get_json()["suggestions"][2:]
    assert article["image"] == {
        "url": "https://cdn.example/azure.jpg",
        "width": 1200,
        "height": 800,
        "title": "Racks",
    }


def test_browsers_get_what_they_sent_and_each_text_once(client):
    response = client.get("/suggest/opensearch?q=Fugaku%20")
    assert response.content_type == "application/x-suggestions+json"
    typed, texts = response.get_json(force=True)
    assert typed == "Fugaku "
    assert texts == ["Fugakus", "Fugaku is the fastest supercomputer again"]


@pytest.mark.parametrize("route", ROUTES)
def test_answers_are_named_kept_and_end_a_line(client, engine, route):
    first = client.get(f"{route}?q=fu")
    assert first.data.endswith(b"\n")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    held = client.get(f"{route}?q=fu", headers={"If-None-Match": first.headers["ETag"]})
    assert held.status_code == 304 and not held.data
    assert client.get(f"{route}?q=fu").data == first.data
    assert engine.searches == 1


def test_no_two_questions_are_one_answer(client):
    paths = [f"{route}?q={q}" for route in ROUTES for q in ("", "fu", "fu+", "fug&size=2")]
    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("query", "parameter", "takes"),
    [
        ("q=a&size=0", "size", "a whole number from 1 to 100"),
        ("q=a&size=101", "size", "a whole number from 1 to 100"),
        ("q=a&size=nine", "size", "a whole number from 1 to 100"),
        ("q=a&q=b", "q", "one value"),
        ("q=a&sise=3", "sise", "did you mean `size`?"),
        ("query=a", "query", "did you mean `q`?"),
        ("q=a&limit=3", "limit", "did you mean `size`?"),
        ("q=a&topic=x", "topic", "there is no such parameter"),
    ],
)
def test_wrong_parameters_are_named(client, route, query, parameter, takes):
    response = client.get(f"{route}?{query}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"
    (error,) = response.get_json()["errors"]
    assert error["parameter"] == parameter and takes in error["takes"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("query", ["q=%FF", "q=%00", "q=\xff", "q=%ED%A0%80", "q", "=", "q=%1b"])
def test_no_bytes_are_a_fault_of_ours(client, route, query):
    assert client.get(route, query_string=query).status_code in (200, 400)


def test_what_is_hostile_is_escaped(client):
    answer = client.get("/suggest?q=hostile").get_json()
    (article,) = (s for s in answer["suggestions"] if s["type"] == "article")
    assert "<script>" in article["text"]
    assert "<script>" not in article["highlight"]
    assert "<mark>hostile</mark>" in article["highlight"]


@pytest.mark.parametrize("route", ROUTES)
def test_tracking_changes_nothing(client, route):
    plain, tracked = client.get(f"{route}?q=ai"), client.get(f"{route}?q=ai&utm_source=x&_=1")
    assert plain.headers["ETag"] == tracked.headers["ETag"]


@pytest.mark.parametrize("route", ROUTES)
def test_without_an_index(empty_client, route):
    response = empty_client.get(f"{route}?q=a")
    assert response.status_code == 503
    assert "searchsvc reindex" in response.get_json()["detail"]


@pytest.mark.parametrize("route", ROUTES)
def test_other_origins(engine, route):
    client = create_app(Settings(cors_origins=("https://a.example",)), engine).test_client()
    response = client.get(f"{route}?q=a", headers={"Origin": "https://a.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"
