"""Headers that every response carries, and links that no header can bend."""

from __future__ import annotations

import re

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.service import service_of

PATHS = ["/", "/?size=x", "/search", "/search?size=x", "/articles/2021/fugaku", "/articles/none"]
PATHS += ["/healthz", "/readyz", "/nothing", "/static/theme.css", "/static/icon.svg"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_security_headers(client, path, method):
    with client.open(path, method=method) as response:
        headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in headers


def test_a_page_may_use_our_own_files_and_nothing_inline(client):
    response = client.get("/?q=hostile")
    policy = dict(
        part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' http: https:",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'self'",
    }
    assert "<style" not in response.text and " style=" not in response.text
    assert set(re.findall(r"<script[^>]*>(?!</script>)", response.text)) == set()
    assert set(re.findall(r'<script [^>]*src="(.*?)[?"]', response.text)) == {
        "./static/searchbox.js",
        "./static/results.js",
    }


SECURITY = ["X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/search", "/feed", "/static/theme.css", "/static/icon.svg"])
def test_a_304_has_the_security_headers_of_what_it_stands_for(client, path):
    """Its headers replace the kept ones: a page must not lose its own files by it."""
    with client.get(path) as whole:
        expected = {name: whole.headers[name] for name in SECURITY}
        tag = whole.headers["ETag"]
    with client.get(path, headers={"If-None-Match": tag}) as response:
        assert response.status_code == 304
        assert {name: response.headers[name] for name in SECURITY} == expected


@pytest.mark.parametrize("path", ["/", "/search", "/feed", "/nothing", "/static/theme.css"])
def test_a_refusal_has_them_too(client, path):
    service_of(client.application).admission.close()
    response = client.get(path)
    assert response.status_code == 503 and int(response.headers["Retry-After"]) > 0
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/", "/search", "/nothing", "/search/", "//search", "//", ""])
@pytest.mark.parametrize("query", ["q=ai", "size=x"])
def test_the_host_header_is_repeated_nowhere(client, path, query):
    response = client.get(
        "/",
        query_string=query,
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
        environ_overrides={"PATH_INFO": path},
    )
    assert response.status_code != 308
    assert b"evil" not in response.data
    assert "evil" not in str(response.headers)


@pytest.mark.parametrize("host", ["a b", "<x>", "[::1", "x" * 5_000, ""])
def test_odd_hosts_are_no_fault_of_ours(client, host):
    assert client.get("/search", headers={"Host": host}).status_code in (200, 400)


def test_links_begin_with_the_public_url(engine):
    settings = Settings(public_url="https://news.example/find")
    response = create_app(settings, engine).test_client().get("/?q=supercomputer&size=1")
    assert 'action="https://news.example/find/"' in response.text
    assert (
        'href="https://news.example/find/?q=supercomputer&amp;page=2&amp;size=1"' in response.text
    )
    assert (
        'href="https://news.example/find/search?q=supercomputer&amp;size=1&amp;collapse=story"'
        in response.text
    )
    assert 'href="https://news.example/find/feed?q=supercomputer&amp;' in response.text
    assert 'href="https://news.example/find/opensearch.xml"' in response.text
    assert 'href="https://news.example/find/static/theme.css?v=' in response.text
    assert 'href="./' not in response.text
    policy = response.headers["Content-Security-Policy"]
    assert "style-src 'self' https://news.example;" in policy
    assert "script-src 'self' https://news.example;" in policy


def test_without_one_links_are_relative(client):
    text = client.get("/?q=supercomputer&size=1").text
    assert 'action="./"' in text and 'href="./?q=supercomputer&amp;page=2&amp;size=1"' in text
