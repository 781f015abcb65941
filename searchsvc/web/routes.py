"""The routes that answer in JSON; the page and the feed have modules of their own."""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import Annotated, Literal, TypedDict

import orjson
from flask import Flask, Response

from searchsvc.declarations import table_of
from searchsvc.search.parameters import PARAMETERS, parse, parse_as, parse_none
from searchsvc.search.request import RelatedRequest
from searchsvc.search.response import article_json, related_json, result_json
from searchsvc.search.shapes import ArticleAnswer, RelatedAnswer, SearchAnswer
from searchsvc.web import caching, observing, route
from searchsvc.web.problems import NoSuchArticle
from searchsvc.web.querystring import read_pairs
from searchsvc.web.response_cache import Body
from searchsvc.web.route import JSON, Route
from searchsvc.web.service import service

AT_ONCE = ("/healthz", "/readyz", "/metrics")
"""What is answered beside all others."""
NEWLINE = b"\n"
"""Ends every answer, so that a terminal shows its prompt on a new line."""


_ASKS_THE_INDEX = (HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE)
_ASKS_FOR_ONE = (*_ASKS_THE_INDEX, HTTPStatus.NOT_FOUND)


class HealthAnswer(TypedDict):
    status: Literal["ok"]


class ReadyAnswer(TypedDict):
    """What answers: the live generation, or an older one."""

    status: Literal["ok"]
    generation: str
    articles: int
    stale: Annotated[bool, "whether what answers may not be the live generation"]
    stale_seconds: Annotated[float | None, "since when"]
    reason: Annotated[str | None, "why"]
    warning: Annotated[str | None, "that the index is of another language than the settings say"]


def add_to(app: Flask) -> None:
    route.add(
        app,
        [
            Route(
                path="/search",
                view=search,
                shape=SearchAnswer,
                takes=PARAMETERS,
                fails=_ASKS_THE_INDEX,
                is_tagged=True,
                may_end_with_slash=True,
                example={"q": "supercomputer"},
            ),
            Route(
                path="/articles/<path:article_id>",
                view=article,
                shape=ArticleAnswer,
                takes={},
                fails=_ASKS_FOR_ONE,
                is_tagged=True,
                example={"article_id": "2020/azure-supercomputer"},
            ),
            Route(
                path="/related/<path:article_id>",
                view=related,
                shape=RelatedAnswer,
                takes=table_of(RelatedRequest),
                fails=_ASKS_FOR_ONE,
                is_tagged=True,
                example={"article_id": "2020/azure-supercomputer"},
            ),
            Route(path="/healthz", view=healthz, shape=HealthAnswer),
            Route(
                path="/readyz",
                view=readyz,
                shape=ReadyAnswer,
                fails=(HTTPStatus.SERVICE_UNAVAILABLE,),
            ),
        ],
    )


def search() -> Response:
    """Ranked results.

    Without words they are all articles, the newest first.
    """
    asked = parse(read_pairs())

    def make() -> Body:
        result = service().engine.search(asked)
        content = result_json(result, explain=asked.explain) + NEWLINE
        return Body(content, not result.partial, observing.outcome_of(asked, result))

    return caching.answer(("search", asked.key()), JSON, make)


def article(article_id: str) -> Response:
    """One live article by its id."""
    parse_none(read_pairs())

    def make() -> Body:
        found = service().engine.article(article_id)
        if found is None:
            raise NoSuchArticle(article_id)
        return Body(article_json(found) + NEWLINE)

    return caching.answer(("article", article_id), JSON, make)


def related(article_id: str) -> Response:
    """What to read after an article."""
    size = parse_as(RelatedRequest, read_pairs()).size

    def make() -> Body:
        found = service().engine.related(article_id, size)
        if found is None:
            raise NoSuchArticle(article_id)
        return Body(related_json(found) + NEWLINE, not found.partial)

    return caching.answer(("related", article_id, size), JSON, make)


def healthz() -> Response:
    """Whether the process answers."""
    body: HealthAnswer = {"status": "ok"}
    return Response(orjson.dumps(body) + NEWLINE, mimetype=JSON)


def readyz() -> Response:
    """Whether there is an index to search, and whether it is the live one."""
    engine = service().engine
    status, trouble = engine.status(), engine.trouble()
    body: ReadyAnswer = {
        "status": "ok",
        "generation": status.generation,
        "articles": status.articles,
        "stale": trouble is not None,
        "stale_seconds": round(max(time.time() - trouble.since, 0.0), 1) if trouble else None,
        "reason": trouble.reason if trouble else None,
        "warning": engine.warning(),
    }
    return Response(orjson.dumps(body) + NEWLINE, mimetype=JSON)
