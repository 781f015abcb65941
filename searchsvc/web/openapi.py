"""The OpenAPI 3.1 document of the routes: what is validated is what it says, from one declaration.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from searchsvc.declarations import Declared
from searchsvc.web.json_schema import Schema, schema_of
from searchsvc.web.problems import PROBLEM, ProblemAnswer
from searchsvc.web.request_id import PATTERN, REQUEST_ID
from searchsvc.web.route import Route

VERSION = "3.1.0"
HTML = "text/html"
_TELLING = frozenset(("enum", "minimum"))
"""With these a schema tells what is taken as well as words do."""
_PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
_ABOUT = """\
Full-text search of a news site. Every route takes GET, HEAD and OPTIONS, and GET alone is \
described. An answer with an `ETag` is sent again only if it has changed since, to a client that \
repeats the tag in `If-None-Match`. The answer to `Accept-Encoding: gzip` is compressed. Requests \
may carry an `X-Request-ID`, which comes back. An empty parameter counts as absent. `page` times \
`size` may be 10,000 at most. Later versions add fields to answers, and remove none."""
_EXPLAINED = {
    HTTPStatus.OK: "The answer.",
    HTTPStatus.NOT_MODIFIED: "The client holds this answer already.",
    HTTPStatus.BAD_REQUEST: "A parameter is unknown or wrong; `errors` names each.",
    HTTPStatus.NOT_FOUND: "No live article has this id.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "An error inside the service, which has been logged.",
    HTTPStatus.SERVICE_UNAVAILABLE: "There is no index yet, or too many requests wait.",
}
_HEADERS: dict[str, Schema] = {
    REQUEST_ID: {
        "description": "The id that the request came with, if it fits, else a new one.",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{PATTERN}$"},
    },
    "Cache-Control": {"required": True, "schema": {"type": "string"}},
    "ETag": {
        "description": "Names this answer; an answer that is `partial` has none.",
        "schema": {"type": "string", "pattern": '^W/"[^"]+"$'},
    },
    "Retry-After": {
        "description": "Seconds after which to ask again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
}


def document(routes: Iterable[Route], release: str, server: str) -> dict[str, Any]:
    """The description of these routes, in this version of the service, at this address."""
    shapes: dict[str, Schema] = {}
    paths = {
        _PLACEHOLDER.sub(r"{\1}", route.path): {"get": _operation(route, shapes)}
        for route in routes
    }
    return {
        "openapi": VERSION,
        "info": {"title": "searchsvc", "version": release, "description": _ABOUT},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": dict(sorted(shapes.items())), "headers": _HEADERS},
    }


def _operation(route: Route, shapes: dict[str, Schema]) -> dict[str, Any]:
    summary, _, more = (inspect.getdoc(route.view) or "").partition("\n")
    parameters = [_path_parameter(name, route) for name in _PLACEHOLDER.findall(route.path)]
    parameters += [_query_parameter(item, route) for item in (route.takes or {}).values()]
    answers = {HTTPStatus.OK: _answer(route, shapes)}
    if route.is_tagged:
        answers[HTTPStatus.NOT_MODIFIED] = _response(
            HTTPStatus.NOT_MODIFIED, REQUEST_ID, "Cache-Control", "ETag"
        )
    for status in (*route.fails, HTTPStatus.INTERNAL_SERVER_ERROR):
        answers[status] = _problem(status, route, shapes)
    return {
        "operationId": route.name,
        "summary": summary.rstrip("."),
        "description": more.strip(),
        "parameters": parameters,
        "responses": {str(status.value): answers[status] for status in sorted(answers)},
    }


def _path_parameter(name: str, route: Route) -> Schema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": "an article's id, whose slashes may be written as they are",
        "schema": {"type": "string", "minLength": 1},
        "example": route.example[name],
    }


def _query_parameter(item: Declared, route: Route) -> Schema:
    schema = dict(item.type.schema)
    if item.default not in (None, (), ""):
        schema["default"] = item.default
    described = f"{item.help}; may be repeated" if item.type.repeatable else item.help
    if not _TELLING & schema.keys() and schema.get("type") != "boolean":
        described += f" ({item.type.takes})"
    parameter = {
        "name": item.name,
        "in": "query",
        "description": described,
        "schema": schema,
    }
    if item.name in route.example:
        parameter["example"] = route.example[item.name]
    return parameter


def _answer(route: Route, shapes: dict[str, Schema]) -> Schema:
    headers = [REQUEST_ID, "Cache-Control", *(["ETag"] if route.is_tagged else [])]
    content = {route.media_type: {"schema": schema_of(route.shape, shapes)}}
    return {**_response(HTTPStatus.OK, *headers), "content": content}


def _problem(status: HTTPStatus, route: Route, shapes: dict[str, Schema]) -> Schema:
    """The page's problems are pages."""
    headers = [REQUEST_ID, "Cache-Control"]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append("Retry-After")
    if route.path == "/":
        content = {HTML: {"schema": schema_of(str, shapes)}}
    else:
        content = {PROBLEM: {"schema": schema_of(ProblemAnswer, shapes)}}
    return {**_response(status, *headers), "content": content}


def _response(status: HTTPStatus, *headers: str) -> Schema:
    references = {name: {"$ref": f"#/components/headers/{name}"} for name in headers}
    return {"description": _EXPLAINED[status], "headers": references}
