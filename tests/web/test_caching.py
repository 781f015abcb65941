"""What may be kept, how it is named, and that a 304 costs no search."""

from __future__ import annotations

from dataclasses import replace

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app

FEED = "/feed?q=ai"
PATHS = ["/search?q=ai", "/?q=ai", FEED, "/articles/2021/fugaku", "/related/2021/fugaku"]


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_kept_and_asked_after(client, path):
    response = client.get(path)
    assert response.headers["ETag"].startswith('W/"')
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("path", PATHS)
def test_what_is_held_is_not_sent_again(client, path):
    tag = client.get(path).headers["ETag"]
    for held in (tag, tag.removeprefix("W/"), f'"other", {tag}'):
        response = client.get(path, headers={"If-None-Match": held})
        assert response.status_code == 304 and not response.data
        assert response.headers["ETag"] == tag
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert "Content-Type" not in response.headers


@pytest.mark.parametrize("path", PATHS[:2])
def test_a_304_costs_no_search(client, engine, path):
    tag = client.get(path).headers["ETag"]
    before = engine.searches
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert engine.searches == before


@pytest.mark.parametrize("path", [path for path in PATHS if path != FEED])
def test_a_new_generation_is_a_new_answer(client, engine, path):
    tag = client.get(path).headers["ETag"]
    engine.generation = "next"
    response = client.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200 and response.headers["ETag"] != tag


def test_a_feed_is_new_when_it_holds_something_else(client, engine):
    tag = client.get(FEED).headers["ETag"]
    engine.generation = "next"
    assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 304
    first = engine.articles[0]
    engine.articles[0] = replace(first, title="Another AI title")
    engine.generation = "the one after"
    response = client.get(FEED, headers={"If-None-Match": tag})
    assert response.status_code == 200 and response.headers["ETag"] != tag


def test_the_same_question_written_otherwise_is_the_same(client):
    tags = {
        client.get(f"/search?{query}").headers["ETag"]
        for query in ("q=ai&size=10", "q=+ai+&page=1", "sort=relevance&q=ai&topic=")
    }
    assert len(tags) == 1


def test_different_questions_and_routes_differ(client):
    paths = ["/search", "/search?q=a", "/search?q=b", "/search?q=a&page=2", "/", "/?q=a"]
    paths += ["/search?q=a&explain=true", "/articles/2021/fugaku", "/articles/odd/hostile"]
    assert len({client.get(path).headers["ETag"] for path in paths}) == len(paths)


@pytest.mark.parametrize("path", ["/?q=ai", "/openapi.json", "/docs", "/opensearch.xml"])
def test_what_has_other_links_is_another_answer(client, engine, path):
    """Else a browser would keep the links of before `public_url` was set."""
    tag = client.get(path).headers["ETag"]
    moved = create_app(Settings(public_url="https://news.example"), engine).test_client()
    response = moved.get(path, headers={"If-None-Match": tag})
    assert response.status_code == 200 and response.headers["ETag"] != tag


@pytest.mark.parametrize("path", PATHS)
def test_a_star_stands_for_any_answer_there_is(client, path):
    response = client.get(path, headers={"If-None-Match": "*"})
    assert response.status_code == 304 and not response.data


@pytest.mark.parametrize(
    ("path", "status"), [("/articles/none", 404), ("/related/none", 404), ("/search?size=x", 400)]
)
def test_a_star_stands_for_no_answer_where_there_is_none(client, path, status):
    assert client.get(path, headers={"If-None-Match": "*"}).status_code == status


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("encoding", ["-gzip", "-br", "-zstd"])
def test_a_tag_to_which_a_proxy_added_its_encoding_is_ours(client, path, encoding):
    tag = client.get(path).headers["ETag"]
    for held in (f'{tag[:-1]}{encoding}"', f'{tag.removeprefix("W/")[:-1]}{encoding}"'):
        assert client.get(path, headers={"If-None-Match": held}).status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/search?q=x", "/?q=x", "/suggest?q=x", "/suggest/opensearch?q=x", "/related/2021/fugaku"],
)
def test_what_was_cut_short_is_not_kept(client, engine, path):
    engine.extra = {"partial": True}
    response = client.get(path)
    assert "ETag" not in response.headers and response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing", "/search?size=x", "/?size=x"])
def test_health_and_errors_are_not_kept(client, path):
    response = client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


@pytest.mark.parametrize("path", ["/search", "/"])
def test_by_default_an_answer_varies_with_nothing_but_its_encoding(client, path):
    response = client.get(path)
    assert response.headers["Vary"] == "Accept-Encoding"
    unchanged = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert unchanged.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", PATHS)
def test_by_setting_an_answer_may_be_kept_for_a_while_without_asking(engine, path):
    client = create_app(Settings(cache_seconds=60), engine).test_client()
    response = client.get(path)
    assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    unchanged = client.get(path, headers={"If-None-Match": response.headers["ETag"]})
    assert unchanged.status_code == 304
    assert unchanged.headers["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/nothing", "/search?size=x"])
def test_no_setting_has_health_and_errors_kept(engine, path):
    client = create_app(Settings(cache_seconds=60), engine).test_client()
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_static_files_are_kept_for_a_while(client):
    with client.get("/static/theme.css") as response:
        assert "max-age=3600" in response.headers["Cache-Control"]


def test_an_answer_varies_with_the_origins_that_may_read_it(engine):
    client = create_app(Settings(cors_origins=("https://a.example",)), engine).test_client()
    plain = client.get("/search")
    ours = client.get("/search", headers={"Origin": "https://a.example"})
    other = client.get("/search", headers={"Origin": "https://b.example"})
    assert [set(response.vary) for response in (plain, ours, other)] == [
        {"Origin", "Accept-Encoding"}
    ] * 3
    assert ours.headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert "Access-Control-Allow-Origin" not in plain.headers
    assert "Access-Control-Allow-Origin" not in other.headers


def test_any_origin(engine):
    client = create_app(Settings(cors_origins=("*",)), engine).test_client()
    response = client.get("/search?size=x", headers={"Origin": "https://b.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Accept-Encoding"
