"""The routes that answer in JSON; the page has a module of its own."""

from __future__ import annotations

import orjson
from flask import Flask, Response

from searchsvc.search import parameters
from searchsvc.search.response import article_json, related_json, result_json
from searchsvc.web import caching
from searchsvc.web.problems import NoSuchArticle
from searchsvc.web.querystring import Pairs, read_pairs
from searchsvc.web.service import Question, Service, service

JSON = "application/json"
NEWLINE = b"\n"
"""Ends every answer, for whoever reads it on a terminal."""


def add_to(app: Flask) -> None:
    app.add_url_rule("/search", view_func=search)
    app.add_url_rule("/articles/<path:article_id>", view_func=article)
    app.add_url_rule("/related/<path:article_id>", view_func=related)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


def search() -> Response:
    """Ranked results for a question."""
    return caching.answered(search_question(service(), read_pairs()))


def search_question(service: Service, pairs: Pairs) -> Question:
    asked = parameters.parse(pairs)

    def make() -> tuple[bytes, bool]:
        result = service.engine.search(asked)
        return result_json(result, explain=asked.explain) + NEWLINE, not result.partial

    return Question(("search", asked.key()), JSON, make)


def article(article_id: str) -> Response:
    """One live article by its id."""
    parameters.parse_none(read_pairs())
    tag = service().tag(("article", article_id))
    found = service().engine.article(article_id)
    if found is None:
        raise NoSuchArticle(article_id)
    if caching.is_current(tag):
        return caching.not_modified(tag)
    return caching.revalidated(_json(article_json(found)), tag)


def related(article_id: str) -> Response:
    """What to read after a live article."""
    size = parameters.parse_related(read_pairs())

    def make() -> tuple[bytes, bool]:
        found = service().engine.related(article_id, size)
        if found is None:
            raise NoSuchArticle(article_id)
        return related_json(found) + NEWLINE, True

    return caching.answered(Question(("related", article_id, size), JSON, make))


def healthz() -> Response:
    """Whether the process answers."""
    return _json(b'{"status":"ok"}')


def readyz() -> Response:
    """Whether there is an index to search; else 503."""
    status = service().engine.status()
    return _json(
        orjson.dumps({"status": "ok", "generation": status.generation, "articles": status.articles})
    )


def _json(body: bytes) -> Response:
    return Response(body + NEWLINE, mimetype=JSON)
