"""The OpenAPI document is valid, complete, and what every route answers is what it says."""

from __future__ import annotations

import copy
import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator

from searchsvc.search import SearchRequest
from searchsvc.search.request import PARAMETERS
from searchsvc.settings import Settings
from searchsvc.web import create_app
from searchsvc.web.reference import example_path
from searchsvc.web.route import JSON
from searchsvc.web.routes import AT_ONCE
from searchsvc.web.service import service_of
from tests.web.conftest import ARTICLES
from tests.web.fake_engine import FakeEngine

Document = dict[str, Any]
DOCUMENT: Document = json.loads(
    create_app(Settings(), FakeEngine(ARTICLES)).test_client().get("/openapi.json").data
)
ANSWERS = [
    pytest.param(path, status, id=f"{path} {status}")
    for path, item in DOCUMENT["paths"].items()
    for status in item["get"]["responses"]
]
ID = ARTICLES[0].id


def _closed(document: Document) -> Document:
    """The document as if no later version could add to an answer: a key too many is found."""
    document = copy.deepcopy(document)
    for shape in document["components"]["schemas"].values():
        if shape["properties"].keys() != {"openapi", "info", "paths", "components"}:
            shape["additionalProperties"] = False
    return document


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    _, *steps = node["$ref"].split("/")
    found = DOCUMENT
    for step in steps:
        found = found[step]
    return found


def _check(schema: dict[str, Any], value: Any) -> None:
    root = {**_closed(DOCUMENT), **schema}
    Draft202012Validator(root).validate(value)


def check_answer(path: str, response: Any) -> None:
    """The headers and the body of a route's answer are those of the document, and no key more."""
    documented = DOCUMENT["paths"][path]["get"]["responses"][str(response.status_code)]
    for name, reference in documented["headers"].items():
        schema, value = _resolved(reference)["schema"], response.headers[name]
        _check(schema, int(value) if schema["type"] == "integer" else value)
    content = documented.get("content", {})
    if not content:
        assert not response.data
        return
    ((media_type, described),) = content.items()
    assert response.mimetype == media_type
    value = response.get_json(force=True) if media_type.endswith("json") else response.text
    _check(described["schema"], value)


@pytest.fixture
def full_client(engine: FakeEngine) -> FlaskClient:
    """Whose answers have every part that an answer may have."""
    engine.pinned = frozenset([ARTICLES[0].id])
    engine.extra = {"did_you_mean": "fugaku", "ignored": ("x",), "corrected": "ai"}
    return create_app(Settings(), engine).test_client()


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_address_stands_in_it_but_the_files_of_the_page(app: Flask) -> None:
    rules = {
        str(rule).replace("<path:", "{").replace(">", "}") for rule in app.url_map.iter_rules()
    }
    assert rules - {"/static/{filename}"} == set(DOCUMENT["paths"])


def test_operations_have_names_of_their_own_and_are_told_in_a_line() -> None:
    operations = [item["get"] for item in DOCUMENT["paths"].values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(0 < len(operation["summary"]) < 80 for operation in operations)


def test_the_parameters_are_those_that_requests_are_checked_by() -> None:
    told = {item["name"]: item for item in DOCUMENT["paths"]["/search"]["get"]["parameters"]}
    assert list(told) == list(PARAMETERS)
    for name, item in PARAMETERS.items():
        assert told[name]["schema"].items() >= item.type.schema.items()
        assert item.help in told[name]["description"]
    assert "a text of at most 4,000 characters" in told["q"]["description"]
    assert "may be repeated" in told["topic"]["description"]
    assert told["size"]["schema"] == {
        "type": "integer", "minimum": 1, "maximum": 100, "default": 10,
    }  # fmt: skip


@pytest.mark.parametrize("path", list(DOCUMENT["paths"]))
def test_every_default_fits_its_own_schema_and_is_the_one_in_force(path: str) -> None:
    for item in DOCUMENT["paths"][path]["get"]["parameters"]:
        if "default" in item["schema"]:
            Draft202012Validator(item["schema"]).validate(item["schema"]["default"])
            if path == "/search":
                assert getattr(SearchRequest(), item["name"]) == item["schema"]["default"]


def _address(path: str) -> str:
    return path.replace("{article_id}", quote(ID))


def _provoked(path: str, status: str, client: FlaskClient, engine: FakeEngine) -> Any:
    """An answer of this status from this route."""
    address = _address(path)
    match status:
        case "304":
            tag = client.get(address).headers["ETag"]
            return client.get(address, headers={"If-None-Match": tag})
        case "400":
            return client.get(f"{address}?size=nine")
        case "404":
            return client.get(path.replace("{article_id}", "none"))
        case "500":
            name = DOCUMENT["paths"][path]["get"]["operationId"]
            client.application.view_functions[name] = lambda **_: 1 / 0
        case "503" if path in AT_ONCE:
            engine.generation = None
        case "503":
            service_of(client.application).admission.close()
    return client.get(address)


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_a_real_answer_is_as_documented(
    path: str, status: str, full_client: FlaskClient, engine: FakeEngine
) -> None:
    response = _provoked(path, status, full_client, engine)
    assert response.status_code == int(status)
    check_answer(path, response)


@pytest.mark.parametrize("where", ["at the top", "in a result"])
@pytest.mark.parametrize("change", ["one more", "one less", "another type"])
def test_a_difference_from_the_document_would_be_found(
    client: FlaskClient, where: str, change: str
) -> None:
    schema = DOCUMENT["paths"]["/search"]["get"]["responses"]["200"]["content"][JSON]["schema"]
    answer = client.get("/search?q=supercomputer").get_json()
    _check(schema, answer)
    place, key = (answer, "query") if where == "at the top" else (answer["results"][0], "title")
    match change:
        case "one more":
            place["secured"] = "x"
        case "one less":
            del place[key]
        case _:
            place[key] = 7
    with pytest.raises(ValidationError):
        _check(schema, answer)


QUERIES = [
    "q=supercomputer&facets=topic,month&explain=true",
    "collapse=story&size=100",
    "highlight=false",
    "q=nothing+of+this",
    "page=7",
]


@pytest.mark.parametrize("query", QUERIES)
def test_every_kind_of_result_is_as_documented(full_client: FlaskClient, query: str) -> None:
    check_answer("/search", full_client.get(f"/search?{query}"))


@pytest.mark.parametrize("path", DOCUMENT["paths"].keys())
def test_the_examples_of_a_route_get_an_answer(client: FlaskClient, path: str) -> None:
    operation = DOCUMENT["paths"][path]["get"]
    assert client.get(example_path(path, operation)).status_code == 200


@pytest.mark.parametrize("path", [_address(path) for path in DOCUMENT["paths"]])
def test_every_address_takes_get_head_and_options_and_says_so(
    client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 200
    head = client.head(path)
    assert head.status_code == 200 and not head.data
    if path != "/metrics":  # whose numbers differ from one to the next
        assert head.headers["Content-Length"] == client.get(path).headers["Content-Length"]
    options = client.options(path)
    assert options.status_code == 200 and not options.data
    assert options.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "Content-Type" not in options.headers
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "SEARCH"):
        response = client.open(path, method=method)
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        if path != "/":
            assert response.mimetype == "application/problem+json"
            assert response.get_json()["status"] == 405


def test_addresses_begin_where_readers_reach_the_service(engine: FakeEngine) -> None:
    settings = Settings(public_url="https://news.example/find")
    document = create_app(settings, engine).test_client().get("/openapi.json").get_json()
    assert document["servers"] == [{"url": "https://news.example/find"}]
    assert DOCUMENT["servers"] == [{"url": "."}], "relative to the document itself"


def test_it_is_told_without_an_index_and_kept(empty_client: FlaskClient) -> None:
    for path in ("/openapi.json", "/docs"):
        response = empty_client.get(path)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "public, max-age=3600"
        held = {"If-None-Match": response.headers["ETag"]}
        assert empty_client.get(path, headers=held).status_code == 304
