"""Suggestions while a reader types: as our own JSON, and as browsers' address bars want them."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from flask import Flask, Response

from searchsvc.search import parameters
from searchsvc.search.response import suggestions_json
from searchsvc.suggest.request import Suggestion
from searchsvc.web import caching
from searchsvc.web.querystring import Pairs, read_pairs
from searchsvc.web.service import Question, Service, service

BROWSERS_TYPE = "application/x-suggestions+json"


def add_to(app: Flask) -> None:
    app.add_url_rule("/suggest", view_func=suggest)
    app.add_url_rule("/suggest/opensearch", view_func=suggest_to_browsers)


def suggest() -> Response:
    """What the typed text may become."""
    return caching.answered(suggest_question(service(), read_pairs()))


def suggest_question(service: Service, pairs: Pairs) -> Question:
    return _question(service, pairs, "suggest", suggestions_json, "application/json")


def suggest_to_browsers() -> Response:
    """The same in the form of the OpenSearch suggestions extension: the text, then its completions.

    https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki
    """
    name = "suggest to browsers"
    return caching.answered(_question(service(), read_pairs(), name, _browsers_json, BROWSERS_TYPE))


def _question(
    service: Service,
    pairs: Pairs,
    name: str,
    write: Callable[[str, tuple[Suggestion, ...]], bytes],
    mimetype: str,
) -> Question:
    asked = parameters.parse_suggest(pairs)

    def make() -> tuple[bytes, bool]:
        return write(asked.query, service.engine.suggest(asked)) + b"\n", True

    return Question((name, asked), mimetype, make)


def _browsers_json(query: str, suggestions: tuple[Suggestion, ...]) -> bytes:
    """Browsers leave out an answer whose first item is not what they sent."""
    texts = dict.fromkeys(suggestion.text for suggestion in suggestions)
    return orjson.dumps([query, list(texts)])
