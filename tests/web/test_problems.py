"""Every error is one shape, on every route; on the page it is a page."""

from __future__ import annotations

import logging

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app


def assert_problem(response, status, title):
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.get_json()
    assert list(problem) == ["type", "title", "status", "detail", "errors"]
    assert (response.status_code, problem["status"], problem["title"]) == (status, status, title)
    assert problem["detail"] and isinstance(problem["errors"], list)
    return problem


def test_a_wrong_parameter(client):
    problem = assert_problem(client.get("/search?size=nine"), 400, "Bad Request")
    assert problem["errors"] == [
        {"parameter": "size", "got": "nine", "takes": "a whole number from 1 to 100"}
    ]
    assert "size" in problem["detail"] and "nine" in problem["detail"]


def test_all_wrong_parameters_at_once(client):
    problem = assert_problem(client.get("/search?size=0&page=0&sise=1&to=x"), 400, "Bad Request")
    assert {error["parameter"] for error in problem["errors"]} == {"size", "page", "sise", "to"}


def test_an_article_takes_no_parameters_but_those_that_follow_readers(client):
    assert client.get("/articles/2021/fugaku?utm_source=x&fbclid=y").status_code == 200
    problem = assert_problem(client.get("/articles/2021/fugaku?size=3"), 400, "Bad Request")
    assert "there are none here" in problem["errors"][0]["takes"]


def test_what_only_the_engine_can_tell(client):
    problem = assert_problem(client.get("/search?q=too+many+words"), 400, "Bad Request")
    assert problem["errors"][0]["takes"] == "at most 32 words"


@pytest.mark.parametrize(
    "query", ["q=" + "x" * 100_000, "&".join(f"a{n}=1" for n in range(1_500)), "&" * 80_000]
)
def test_what_is_too_long_is_refused(client, query):
    response = client.get(f"/search?{query}")
    assert len(assert_problem(response, 400, "Bad Request")["errors"]) == 1
    assert len(response.data) < 2_000


def test_the_longest_query_passes(client):
    assert client.get("/search", query_string={"q": "😀" * 4_000}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/nothing", "/search/x", "/articles", "/static/none.css", "/static/%00"]
)
def test_no_such_route(client, path):
    problem = assert_problem(client.get(path), 404, "Not Found")
    assert problem["type"] == "about:blank"


def test_no_such_article(client):
    problem = assert_problem(client.get("/articles/none"), 404, "Not Found")
    assert problem["type"] == "urn:searchsvc:no-such-article"
    assert "'none'" in problem["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/search", "/articles/x", "/healthz", "/readyz"])
def test_only_reading(client, path, method):
    response = client.open(path, method=method)
    assert_problem(response, 405, "Method Not Allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/search?q=x", "/articles/x", "/readyz"])
def test_no_index_yet(empty_client, path):
    response = empty_client.get(path)
    problem = assert_problem(response, 503, "Service Unavailable")
    assert "searchsvc reindex" in problem["detail"]
    assert int(response.headers["Retry-After"]) > 0


def test_it_recovers_once_there_is_an_index(client, engine):
    engine.generation = None
    assert client.get("/search").status_code == 503
    engine.generation = "next"
    assert client.get("/search").status_code == 200


def test_wrong_parameters_are_told_even_without_an_index(empty_client):
    assert empty_client.get("/search?size=nine").status_code == 400


def test_a_fault_of_ours_is_logged_and_keeps_its_secrets(client, engine, caplog):
    engine.failure = RuntimeError("secret: /srv/index")
    with caplog.at_level(logging.ERROR):
        response = client.get("/search?q=x")
    assert_problem(response, 500, "Internal Server Error")
    assert "secret" not in response.text
    assert "secret: /srv/index" in caplog.text and "Traceback" in caplog.text


def test_a_fault_of_ours_is_logged_once_with_what_was_asked(client, engine, caplog):
    engine.failure = RuntimeError("broken")
    response = client.get("/search?q=x%0a&size=3", headers={"X-Request-ID": "a1"})
    (record,) = caplog.records
    assert record.getMessage() == "GET '/search?q=x%0a&size=3' failed, request a1"
    assert "request a1" in response.get_json()["detail"]


@pytest.mark.parametrize(
    ("query", "status"), [("size=nine", 400), ("q=too+many+words", 400), ("q=" + "x" * 80_000, 400)]
)
def test_on_the_page_a_problem_is_a_page(client, query, status):
    response = client.get(f"/?{query}")
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert response.headers["Cache-Control"] == "no-store"
    assert 'role="search"' in response.text


def test_the_page_says_what_is_wrong_and_keeps_the_words(client):
    text = client.get("/?q=cloud&size=%3Cb%3E&topic=AI").text
    assert "<code>size</code> takes a whole number from 1 to 100, not “&lt;b&gt;”." in text
    assert 'value="cloud"' in text and 'name="topic" value="AI"' in text
    assert 'href="./?q=cloud&amp;topic=AI"' in text


def test_the_page_without_an_index(empty_client):
    response = empty_client.get("/?q=cloud")
    assert response.status_code == 503 and response.headers["Retry-After"]
    assert "nothing to search yet" in response.text and "searchsvc reindex" in response.text


def test_the_page_after_a_fault_of_ours(client, engine):
    engine.failure = RuntimeError("secret")
    response = client.get("/?q=cloud")
    assert response.status_code == 500 and response.mimetype == "text/html"
    assert "secret" not in response.text


def test_posting_to_the_page(client):
    response = client.post("/")
    assert response.status_code == 405 and response.mimetype == "text/html"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("path", "base"),
    [("/nothing", "."), ("/nothing/", ".."), ("/a/b/c", "../.."), ("/a//b", "../..")],
)
def test_a_reader_who_is_lost_gets_a_page_that_leads_back(client, path, base):
    response = client.get("/", environ_overrides={"PATH_INFO": path}, headers={"Accept": BROWSER})
    assert response.status_code == 404 and response.mimetype == "text/html"
    assert "There is nothing here" in response.text
    assert f'action="{base}/"' in response.text
    assert f'href="{base}/static/theme.css?v=' in response.text
    assert "Accept" in response.headers["Vary"]


def test_from_a_page_that_is_not_there_links_are_absolute_where_they_can_be(engine):
    settings = Settings(public_url="https://news.example/find")
    response = create_app(settings, engine).test_client().get("/a/b", headers={"Accept": BROWSER})
    assert 'action="https://news.example/find/"' in response.text


@pytest.mark.parametrize("accept", [None, "*/*", BROWSER])
def test_a_method_that_is_not_possible_is_told_in_json_whoever_asks(client, accept):
    response = client.post("/search", headers={"Accept": accept} if accept else {})
    assert_problem(response, 405, "Method Not Allowed")
    assert "Accept" not in response.vary


def test_a_range_that_is_not_there(client):
    response = client.get("/static/theme.css", headers={"Range": "bytes=999999-"})
    assert_problem(response, 416, "Requested Range Not Satisfiable")
    with client.get("/static/theme.css") as whole:
        assert response.headers["Content-Range"] == f"bytes */{len(whole.data)}"


@pytest.mark.parametrize("accept", [None, "*/*", "application/json", "application/problem+json"])
def test_a_program_that_is_lost_gets_json(client, accept):
    response = client.get("/nothing", headers={"Accept": accept} if accept else {})
    assert response.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/search?size=x", "/articles/none", "/static/none.css"])
def test_what_answers_in_json_fails_in_json(client, path):
    response = client.get(path, headers={"Accept": BROWSER})
    assert response.mimetype == "application/problem+json"
