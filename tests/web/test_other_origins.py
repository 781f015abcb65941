"""What pages of other origins may read and run, by the setting `cors_origins`."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from searchsvc.settings import Settings
from searchsvc.web import create_app

PAPER = "https://paper.example"
PATHS = ["/search?q=ai", "/suggest?q=a", "/articles/2021/fugaku", "/static/searchbox.js"]
PATHS += ["/search?size=x", "/nothing", "/readyz"]
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
def client(engine) -> FlaskClient:
    settings = Settings(cors_origins=(PAPER, "https://magazine.example"))
    return create_app(settings, engine).test_client()


@pytest.mark.parametrize("path", PATHS)
def test_a_listed_origin_may_read_answers_errors_and_scripts(client, path):
    with client.get(path, headers={"Origin": PAPER}) as response:
        assert response.headers[ALLOWED] == PAPER
        assert "Origin" in response.vary


@pytest.mark.parametrize(
    "origin", ["https://other.example", "http://paper.example", f"{PAPER}:8443", "null", ""]
)
@pytest.mark.parametrize("path", ["/search?q=ai", "/static/searchbox.js"])
def test_no_other_may(client, path, origin):
    with client.get(path, headers={"Origin": origin}) as response:
        assert ALLOWED not in response.headers
        assert "Origin" in response.vary


@pytest.mark.parametrize("path", ["/search?q=ai", "/suggest?q=a", "/static/searchbox.js"])
def test_an_unchanged_answer_may_be_read_too(client, path):
    with client.get(path, headers={"Origin": PAPER}) as response:
        tag = response.headers["ETag"]
    with client.get(path, headers={"Origin": PAPER, "If-None-Match": tag}) as response:
        assert response.status_code == 304
        assert response.headers[ALLOWED] == PAPER


def test_the_page_is_for_no_script_of_another_origin(client):
    assert ALLOWED not in client.get("/?q=ai", headers={"Origin": PAPER}).headers


@pytest.mark.parametrize("path", ["/search?q=ai", "/suggest?q=a"])
def test_a_browser_that_asks_first_may_send_a_validator(client, path):
    headers = {"Origin": PAPER, "Access-Control-Request-Method": "GET"}
    response = client.options(path, headers=headers)
    assert response.status_code == 200
    assert response.headers[ALLOWED] == PAPER
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match, X-Request-ID"
    other = client.options(path, headers={**headers, "Origin": "https://other.example"})
    assert not [name for name in other.headers.keys() if name.startswith("Access-Control")]


def test_without_the_setting_nothing_is_said(engine):
    client = create_app(Settings(), engine).test_client()
    response = client.get("/search?q=ai", headers={"Origin": PAPER})
    assert ALLOWED not in response.headers and "Origin" not in response.vary


def test_an_isolated_site_may_load_the_scripts(client):
    with client.get("/static/searchbox.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        # Which of the two is up to the system's own table; browsers take both.
        assert response.mimetype in ("text/javascript", "application/javascript")
    assert "Cross-Origin-Resource-Policy" not in client.get("/search?q=ai").headers
