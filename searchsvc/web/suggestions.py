"""Suggestions while a reader types: as our own JSON, and as browsers' address bars want them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

import orjson
from flask import Flask, Response

from searchsvc.declarations import table_of
from searchsvc.search.parameters import parse_as
from searchsvc.suggest.request import (
    SuggestAnswer,
    SuggestRequest,
    SuggestResult,
    suggestions_json,
)
from searchsvc.web import caching, route
from searchsvc.web.querystring import read_pairs
from searchsvc.web.response_cache import Body
from searchsvc.web.route import JSON, Route
from searchsvc.web.service import service

BROWSERS_TYPE = "application/x-suggestions+json"
Write = Callable[[str, SuggestResult], bytes]


def add_to(app: Flask) -> None:
    fails = (HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
    route.add(
        app,
        [
            Route(
                path="/suggest",
                view=suggest,
                shape=SuggestAnswer,
                takes=table_of(SuggestRequest),
                fails=fails,
                is_tagged=True,
                may_end_with_slash=True,
                example={"q": "super"},
            ),
            Route(
                path="/suggest/opensearch",
                view=suggest_to_browsers,
                media_type=BROWSERS_TYPE,
                shape=Sequence[str | Sequence[str]],
                takes=table_of(SuggestRequest),
                fails=fails,
                is_tagged=True,
                example={"q": "super"},
            ),
        ],
    )


def suggest() -> Response:
    """What the typed text may become."""
    return _answer("suggest", JSON, suggestions_json)


def suggest_to_browsers() -> Response:
    """Suggestions as browsers' address bars read them.

    A list of the text and of its completions, by the OpenSearch suggestions extension:
    https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
    """
    return _answer("suggest to browsers", BROWSERS_TYPE, _browsers_json)


def _answer(name: str, mimetype: str, write: Write) -> Response:
    asked = parse_as(SuggestRequest, read_pairs())

    def make() -> Body:
        result = service().engine.suggest(asked)
        return Body(write(asked.query, result) + b"\n", not result.partial)

    return caching.answer((name, asked), mimetype, make)


def _browsers_json(query: str, result: SuggestResult) -> bytes:
    """Browsers ignore an answer whose first item is not the text that they sent."""
    texts = dict.fromkeys(suggestion.text for suggestion in result)
    return orjson.dumps([query, list(texts)])
