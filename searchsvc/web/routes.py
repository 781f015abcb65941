"""The routes that answer in JSON; the page and the feed have modules of their own."""

from __future__ import annotations

import time

import orjson
from flask import Flask, Response

from searchsvc.search.parameters import parse, parse_as, parse_none
from searchsvc.search.request import RelatedRequest
from searchsvc.search.response import article_json, related_json, result_json
from searchsvc.web import caching
from searchsvc.web.problems import NoSuchArticle
from searchsvc.web.querystring import read_pairs
from searchsvc.web.service import service

JSON = "application/json"
AT_ONCE = ("/healthz", "/readyz")
"""What is answered beside all others."""
NEWLINE = b"\n"
"""Ends every answer, so that a terminal shows its prompt on a new line."""


def add_to(app: Flask) -> None:
    app.add_url_rule("/search", view_func=search, strict_slashes=False)
    app.add_url_rule("/articles/<path:article_id>", view_func=article)
    app.add_url_rule("/related/<path:article_id>", view_func=related)
    app.add_url_rule("/healthz", view_func=healthz)
    app.add_url_rule("/readyz", view_func=readyz)


def search() -> Response:
    """Ranked results."""
    asked = parse(read_pairs())

    def make() -> tuple[bytes, bool]:
        result = service().engine.search(asked)
        return result_json(result, explain=asked.explain) + NEWLINE, not result.partial

    return caching.answer(("search", asked.key()), JSON, make)


def article(article_id: str) -> Response:
    """One live article by its id."""
    parse_none(read_pairs())

    def make() -> tuple[bytes, bool]:
        found = service().engine.article(article_id)
        if found is None:
            raise NoSuchArticle(article_id)
        return article_json(found) + NEWLINE, True

    return caching.answer(("article", article_id), JSON, make)


def related(article_id: str) -> Response:
    """What to read after a live article."""
    size = parse_as(RelatedRequest, read_pairs()).size

    def make() -> tuple[bytes, bool]:
        found = service().engine.related(article_id, size)
        if found is None:
            raise NoSuchArticle(article_id)
        return related_json(found) + NEWLINE, True

    return caching.answer(("related", article_id, size), JSON, make)


def healthz() -> Response:
    """Whether the process answers."""
    return Response(b'{"status":"ok"}' + NEWLINE, mimetype=JSON)


def readyz() -> Response:
    """Whether there is an index to search, else 503; and whether it is the live one, else why."""
    engine = service().engine
    status, trouble = engine.status(), engine.trouble()
    body = {
        "status": "ok",
        "generation": status.generation,
        "articles": status.articles,
        "stale": trouble is not None,
        "stale_seconds": round(max(time.time() - trouble.since, 0.0), 1) if trouble else None,
        "reason": trouble.reason if trouble else None,
        "warning": engine.warning(),
    }
    return Response(orjson.dumps(body) + NEWLINE, mimetype=JSON)
