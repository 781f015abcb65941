"""The description of the API as a page: no script, nothing of others, links that lead somewhere."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin

import pytest
from flask.testing import FlaskClient

from searchsvc.search.request import PARAMETERS
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.reference import example_path, marked, said, shape_name
from tests.web.fake_engine import FakeEngine


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on") and name != "style"
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action"):
                self.addresses.append(value or "")


@pytest.fixture
def page(client: FlaskClient) -> _Page:
    response = client.get("/docs")
    assert response.mimetype == "text/html"
    return _Page(response.text)


def test_it_needs_no_script_and_nothing_inline(page: _Page) -> None:
    assert not page.tags & {"script", "style", "iframe", "object", "img"}


def test_every_link_leads_somewhere_and_stays_here(page: _Page, client: FlaskClient) -> None:
    for address in page.addresses:
        assert not re.match("https?:|//", address)
        if address.startswith("#"):
            assert unquote(address[1:]) in page.ids
        else:
            with client.get(urljoin("/docs", address)) as response:
                assert response.status_code == 200, address


def test_it_has_every_route_shape_and_parameter_once(page: _Page, client: FlaskClient) -> None:
    document = client.get("/openapi.json").get_json()
    operations = [item["get"]["operationId"] for item in document["paths"].values()]
    assert sorted(page.ids) == sorted([*operations, *document["components"]["schemas"]])
    text = client.get("/docs").text
    for item in document["paths"].values():
        for parameter in item["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in text


def test_its_links_begin_where_readers_reach_the_service(engine: FakeEngine) -> None:
    settings = Settings(public_url="https://news.example/find")
    text = create_app(settings, engine).test_client().get("/docs").text
    assert 'href="https://news.example/find/openapi.json"' in text
    assert 'href="https://news.example/find/search?q=supercomputer"' in text


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({}, "anything"),
        ({"$ref": "#/components/schemas/Facet"}, "Facet"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Facet"}}, "list of Facet"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "object of string"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": ["string", "null"], "format": "date-time"}, "date-time or null"),
        ({"type": "integer", "minimum": 1, "maximum": 100}, "integer, 1 to 100"),
        ({"type": "string", "enum": ["a", "b"]}, '"a" or "b"'),
        ({"type": "boolean", "enum": [True]}, "true"),
        ({"anyOf": [{"$ref": "#/components/schemas/Facet"}, {"type": "null"}]}, "Facet or null"),
    ],
)
def test_a_schema_in_a_few_words(schema: dict[str, object], words: str) -> None:
    assert said(schema) == words


def test_the_shape_that_a_schema_is_made_of() -> None:
    facet = {"$ref": "#/components/schemas/Facet"}
    assert shape_name(facet) == "Facet"
    assert shape_name({"type": "array", "items": facet}) == "Facet"
    listed = {"type": "object", "additionalProperties": {"type": "array", "items": facet}}
    assert shape_name(listed) == "Facet"
    assert shape_name({"anyOf": [{"type": "null"}, facet]}) == "Facet"
    assert shape_name({"type": "string"}) is None


def test_a_text_is_escaped_and_what_stands_in_backticks_is_code() -> None:
    assert marked("`a<b` & c") == "<code>a&lt;b</code> &amp; c"


def test_a_form_asks_with_what_was_filled_in_and_leaves_out_the_rest(client: FlaskClient) -> None:
    """Every field is sent, most of them empty."""
    text = client.get("/docs").text
    (form,) = re.findall(r'<form method="get" action="./search">(.*?)</form>', text, re.DOTALL)
    names = re.findall(r'<(?:input|select) name="(\w+)"', form)
    assert names == list(PARAMETERS)
    filled = dict.fromkeys(names, "") | {"q": "supercomputer", "sort": "newest"}
    asked = client.get("/search", query_string=filled)
    plain = client.get("/search?q=supercomputer&sort=newest")
    assert asked.status_code == 200 and asked.headers["ETag"] == plain.headers["ETag"]


def test_an_example_is_a_whole_address() -> None:
    parameters = [
        {"name": "id", "in": "path", "example": "a/b c"},
        {"name": "q", "in": "query", "example": "x&y"},
        {"name": "size", "in": "query"},
    ]
    assert example_path("/r/{id}", {"parameters": parameters}) == "/r/a/b%20c?q=x%26y"
    assert example_path("/r", {"parameters": []}) == "/r"
