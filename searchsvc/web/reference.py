"""The API's own description: for programs at /openapi.json, for people at /docs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypedDict
from urllib.parse import quote, urlencode

import orjson
from flask import Flask, Response, current_app, render_template, request
from markupsafe import Markup, escape

from searchsvc.web import caching, openapi, route
from searchsvc.web.json_schema import WHERE, Schema
from searchsvc.web.route import JSON, Route
from searchsvc.web.service import service

_CODE = re.compile("`([^`]+)`")


class OpenapiDocument(TypedDict):
    """An OpenAPI 3.1 document."""

    openapi: str
    info: Mapping[str, Any]
    paths: Mapping[str, Any]
    components: Mapping[str, Any]


def add_to(app: Flask) -> None:
    fails = (HTTPStatus.SERVICE_UNAVAILABLE,)
    route.add(
        app,
        [
            Route(
                path="/openapi.json",
                view=openapi_document,
                shape=OpenapiDocument,
                fails=fails,
                is_tagged=True,
            ),
            Route(path="/docs", view=docs, media_type=openapi.HTML, fails=fails, is_tagged=True),
        ],
    )


def openapi_document() -> Response:
    """This description, as an OpenAPI 3.1 document."""

    def make() -> bytes:
        return orjson.dumps(_document(), option=orjson.OPT_APPEND_NEWLINE)

    return caching.fixed("openapi", JSON, make)


def docs() -> Response:
    """This description, as a page."""

    def make() -> bytes:
        page = render_template(
            "docs.html",
            document=_document(),
            links=service().links.at(request.path),
            shape_name=shape_name,
            said=said,
            example_path=example_path,
            marked=marked,
        )
        return page.encode()

    return caching.fixed("docs", openapi.HTML, make)


def _document() -> dict[str, Any]:
    routes = route.routes_of(current_app)
    return openapi.document(routes, service().release, service().links.base)


def example_path(path: str, operation: Mapping[str, Any]) -> str:
    """The path with the examples of its parameters."""
    pairs = []
    for parameter in operation["parameters"]:
        if "example" not in parameter:
            continue
        name, value = parameter["name"], parameter["example"]
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", quote(value))
        else:
            pairs.append((name, value))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def marked(text: str) -> Markup:
    """A text as HTML, with what stands in backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def shape_name(schema: Schema) -> str | None:
    """The shape that a schema is, or is a list or a mapping of, if it is one."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(WHERE)
    inner = [schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", ())]
    return next((name for item in inner if item and (name := shape_name(item))), None)


def said(schema: Schema) -> str:
    """A schema in a few words, as in `list of Facet`, `integer, 1 to 100` or `string or null`."""
    if not schema:
        return "anything"
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(WHERE)
    if "enum" in schema:
        return " or ".join(orjson.dumps(value).decode() for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(said(item) for item in schema["anyOf"]))
    types = schema["type"]
    if types == "array":
        return f"list of {said(schema['items'])}"
    if "additionalProperties" in schema:
        return f"{types} of {said(schema['additionalProperties'])}"
    words = schema.get("format") or (types if isinstance(types, str) else types[0])
    if isinstance(types, list):
        words += " or null"
    if "minimum" in schema:
        words += f", {schema['minimum']} to {schema['maximum']}"
    return str(words)
