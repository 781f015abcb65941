"""GET /opensearch.xml, read as a browser does."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from searchsvc.settings import Settings
from searchsvc.web import create_app

NAMES = {"os": "http://a9.com/-/spec/opensearch/1.1/"}


def description(engine, public_url, **request):
    client = create_app(Settings(public_url=public_url), engine).test_client()
    response = client.get("/opensearch.xml", **request)
    assert response.status_code == 200
    assert response.mimetype == "application/opensearchdescription+xml"
    assert response.data.startswith(b"<?xml ")
    return ElementTree.fromstring(response.data)


def text(root, name):
    return root.findtext(f"os:{name}", namespaces=NAMES)


def test_it_tells_a_browser_where_to_ask(engine):
    root = description(engine, "https://www.news.example/find")
    assert root.tag == f"{{{NAMES['os']}}}OpenSearchDescription"
    assert text(root, "ShortName") == "news.example"
    assert text(root, "Description") == "Search the articles of news.example"
    assert text(root, "InputEncoding") == "UTF-8"
    assert text(root, "Image") == "https://www.news.example/find/static/icon.svg"
    urls = {url.get("type"): url.get("template") for url in root.findall("os:Url", NAMES)}
    base = "https://www.news.example/find"
    assert urls == {
        "text/html": f"{base}/?q={{searchTerms}}",
        "application/x-suggestions+json": f"{base}/suggest/opensearch?q={{searchTerms}}",
        "application/atom+xml": f"{base}/feed?q={{searchTerms}}",
        "application/opensearchdescription+xml": f"{base}/opensearch.xml",
    }
    (self_link,) = (url for url in root.findall("os:Url", NAMES) if url.get("rel"))
    assert self_link.get("template") == f"{base}/opensearch.xml"


def test_addresses_are_escaped(engine):
    root = description(engine, "https://news.example/a&b'\"<c>")
    assert text(root, "Image") == "https://news.example/a&b'\"<c>/static/icon.svg"


@pytest.mark.parametrize(
    ("host", "short"),
    [("a-newspaper-of-record.example", "a-newspaper-of"), ("www.a.example", "a.example")]
    + [
        ("news.example.co.uk", "news.example.co"),
        ("anextremelylongname.example", "anextremelylongn"),
    ],
)
def test_names_are_as_short_as_they_must_be(engine, host, short):
    root = description(engine, f"https://{host}")
    assert text(root, "ShortName") == short
    assert len(text(root, "LongName")) <= 48


def test_without_a_public_url_it_is_this_machine_and_never_the_host_header(engine):
    root = description(engine, None, headers={"Host": "evil.example"}, base_url="http://x:8080")
    templates = [url.get("template") for url in root.findall("os:Url", NAMES)]
    assert all(template.startswith("http://127.0.0.1:8080/") for template in templates)


def test_it_is_kept_for_an_hour_and_needs_no_index(empty_client):
    response = empty_client.get("/opensearch.xml")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "public, max-age=3600"
