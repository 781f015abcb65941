"""GET /search and GET /articles/<id>, as curl and front ends meet them."""

from __future__ import annotations

from urllib.parse import quote

import pytest


def test_the_shape_of_an_answer(client):
    answer = client.get("/search?q=supercomputer&facets=topic").get_json()
    assert list(answer) == [
        *(
            "query",
            "total",
            "total_articles",
            "page",
            "pages",
            "size",
            "took_ms",
            "corrected",
            "relaxed",
        ),
        "ignored",
        *("did_you_mean", "partial", "results", "facets", "index"),
    ]
    assert list(answer["results"][0]) == [
        *("id", "title", "excerpt", "url", "amp_url", "published_at", "provider", "category"),
        *("type", "topics", "image", "quality", "heat", "score", "highlights"),
    ]
    assert list(answer["index"]) == [
        *("generation", "articles", "published_at", "checked_at", "as_of")
    ]
    assert answer["facets"]["topic"][0] == {"value": "AI", "count": 1}
    assert (answer["query"], answer["total"]) == ("supercomputer", 2)


def test_it_is_json_that_ends_a_line(client):
    response = client.get("/search")
    assert response.content_type == "application/json"
    assert response.data.endswith(b"}\n") and response.data.count(b"\n") == 1


@pytest.mark.parametrize("path", ["/search", "/feed", "/suggest"])
def test_a_slash_at_the_end_makes_no_difference(client, path):
    response = client.get(f"{path}/?q=fugaku")
    assert response.status_code == 200
    assert response.mimetype == client.get(f"{path}?q=fugaku").mimetype


def test_explain(client):
    answer = client.get("/search?q=fugaku&explain=true").get_json()
    assert answer["parsed"] == "fugaku"
    assert answer["results"][0]["explain"]["fields"][0]["term"] == "fugaku"


def test_no_highlights(client):
    answer = client.get("/search?q=fugaku&highlight=false").get_json()
    assert answer["results"][0]["highlights"] is None


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("topic=ai", {"2020/azure-supercomputer"}),
        ("topic=AI&topic=supercomputers", {"2020/azure-supercomputer", "2021/fugaku"}),
        ("topic=AI&provider=Petaflop+Weekly", set()),
        ("from=2021&to=2021-06", {"2021/fugaku"}),
        ("q=caf%C3%A9", set()),
    ],
)
def test_filters(client, query, ids):
    results = client.get(f"/search?{query}").get_json()["results"]
    assert {result["id"] for result in results} == ids


def test_tracking_parameters_change_nothing(client):
    plain, tracked = client.get("/search?q=ai"), client.get("/search?q=ai&utm_source=x&_=1")
    assert plain.headers["ETag"] == tracked.headers["ETag"]


@pytest.mark.parametrize(
    "query",
    ["q=%ED%A0%80", "q=%FF%FE", "q=%", "q=%zz", "q=a%00b", "q=%1b[31m", "q=\xff", "topic=%C3%28"]
    + ["%FF=1", "=", "&&&", "q", "q=%F0%9F%92%A9", "from=%00", "sort=%ED%A0%80", "size=%EF%BC%91"],
)
@pytest.mark.parametrize("path", ["/search", "/", "/feed", "/related/2021/fugaku"])
def test_no_bytes_are_a_fault_of_ours(client, path, query):
    assert client.get(path, query_string=query).status_code in (200, 400)


def test_raw_bytes_in_the_query_string(client):
    response = client.get("/search", environ_overrides={"QUERY_STRING": "q=\xff\xe9"})
    assert response.get_json()["query"] == "��"


def test_head_has_the_headers_without_the_body(client):
    get, head = client.get("/search?q=ai"), client.head("/search?q=ai")
    assert head.status_code == 200 and not head.data
    assert head.headers["ETag"] == get.headers["ETag"]


def test_options(client):
    allowed = client.options("/search").headers["Allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_article_is_what_a_result_holds(client):
    result = client.get("/search?q=fugaku").get_json()["results"][0]
    article = client.get("/articles/2021/fugaku").get_json()
    assert article == {name: result[name] for name in article}
    assert set(result) - set(article) == {"score", "highlights"}


@pytest.mark.parametrize("article_id", ["people/ada lovelace", "odd/100% café", "odd/hostile"])
def test_ids_hold_slashes_spaces_percent_signs_and_accents(client, article_id):
    assert client.get("/articles/" + quote(article_id)).get_json()["id"] == article_id
    assert client.get("/articles/" + quote(article_id, safe="")).get_json()["id"] == article_id


@pytest.mark.parametrize(
    "path", ["none", "%00", "%FF", "%ED%A0%80", "a//b", "../..", "x" * 20_000, "a%0Ab", "%2e%2e"]
)
def test_no_such_article(client, path):
    response = client.get(f"/articles/{path}")
    assert response.status_code == 404
    assert len(response.data) < 2_000


def test_health_is_told_without_an_index(empty_client):
    response = empty_client.get("/healthz")
    assert (response.status_code, response.get_json()) == (200, {"status": "ok"})


def test_readiness_is_told_with_one(client, empty_client):
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.get_json()["generation"] == "20210304T050000Z-fake"
    assert empty_client.get("/readyz").status_code == 503
