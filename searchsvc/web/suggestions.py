"""Suggestions while a reader types: as our own JSON, and as browsers' address bars want them."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from flask import Flask, Response

from searchsvc.search.parameters import parse_as
from searchsvc.suggest.request import Suggestion, SuggestRequest, suggestions_json
from searchsvc.web import caching
from searchsvc.web.querystring import read_pairs
from searchsvc.web.service import service

BROWSERS_TYPE = "application/x-suggestions+json"
Write = Callable[[str, tuple[Suggestion, ...]], bytes]


def add_to(app: Flask) -> None:
    app.add_url_rule("/suggest", view_func=suggest, strict_slashes=False)
    app.add_url_rule("/suggest/opensearch", view_func=suggest_to_browsers)


def suggest() -> Response:
    """What the typed text may become."""
    return _answer("suggest", "application/json", suggestions_json)


def suggest_to_browsers() -> Response:
    """The same in the form of the OpenSearch suggestions extension: the text, then its completions.

    https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
    """
    return _answer("suggest to browsers", BROWSERS_TYPE, _browsers_json)


def _answer(name: str, mimetype: str, write: Write) -> Response:
    asked = parse_as(SuggestRequest, read_pairs())

    def make() -> tuple[bytes, bool]:
        return write(asked.query, service().engine.suggest(asked)) + b"\n", True

    return caching.answer((name, asked), mimetype, make)


def _browsers_json(query: str, suggestions: tuple[Suggestion, ...]) -> bytes:
    """Browsers ignore an answer whose first item is not the text that they sent."""
    texts = dict.fromkeys(suggestion.text for suggestion in suggestions)
    return orjson.dumps([query, list(texts)])
