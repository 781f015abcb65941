"""Each request is counted, and told by a line of the log: once its answer is complete."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from searchsvc.metrics import UNMATCHED, Event, Level
from searchsvc.requestlog import LogEntry, SearchOutcome, stdout_writer
from searchsvc.web.request_id import request_id
from searchsvc.web.service import service_of

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from searchsvc.search import SearchRequest, SearchResult

_BEGAN = "searchsvc.began"
_OUTCOME = "searchsvc.outcome"
_CACHE = "searchsvc.cache"


def begin(environ: WSGIEnvironment) -> None:
    """The request arrives, before it waits for others."""
    environ[_BEGAN] = time.perf_counter()


def note(outcome: SearchOutcome | None, cache: Event | None) -> None:
    """What the search of the current request came to, and whether its answer was ready."""
    request.environ[_OUTCOME] = outcome
    request.environ[_CACHE] = cache


def outcome_of(asked: SearchRequest, result: SearchResult) -> SearchOutcome:
    """`asked` is what the client did, whatever was searched for to answer it."""
    return SearchOutcome(
        query=asked.query,
        total=result.total,
        corrected=result.corrected is not None,
        corrected_to=result.corrected,
        relaxed=result.relaxed,
        partial=result.partial,
        page=asked.page,
        typing=asked.typing,
    )


def add_to(app: Flask) -> None:
    """It has to be added before whatever changes responses: the last comes first."""
    service = service_of(app)
    tally, engine, settings = service.tally, service.engine, service.settings

    def tell(response: Response) -> Response:
        environ, rule, status = request.environ, request.url_rule, response.status_code
        seconds = time.perf_counter() - environ[_BEGAN]
        route = rule.rule if rule else UNMATCHED
        outcome: SearchOutcome | None = environ.get(_OUTCOME)
        cache: Event | None = environ.get(_CACHE)
        if status == HTTPStatus.NOT_MODIFIED:
            outcome = cache = None  # the client held the answer
        tally.request(route, status, seconds)
        tally.count(*_events(outcome), *([cache] if cache else ()))
        trouble = engine.trouble()
        tally.set(Level.STALE_SINCE, trouble.since if trouble else 0.0)
        if settings.access_log:
            entry = LogEntry(
                time=datetime.now(UTC),
                id=request_id(environ),
                method=request.method,
                route=route,
                status=status,
                milliseconds=seconds * 1000,
                size=_size(response),
                outcome=outcome,
                cached=cache is Event.CACHE_HIT,
            )
            writer = stdout_writer()
            is_taken = writer.put(entry.to_line(with_texts=settings.log_queries))
            if lost := writer.take_lost() + (not is_taken):
                tally.count(*[Event.LOG_LINE_DROPPED] * lost)
        return response

    app.after_request(tell)


def _events(outcome: SearchOutcome | None) -> list[Event]:
    """Of one search: with words, its first page, typed to the end."""
    if outcome is None or not outcome.query or not outcome.is_of_a_reader:
        return []
    came_to = (
        (Event.NOTHING_FOUND, outcome.total == 0),
        (Event.CORRECTED, outcome.corrected),
        (Event.RELAXED, outcome.relaxed),
        (Event.PARTIAL, outcome.partial),
    )
    return [Event.SEARCH, *(event for event, is_so in came_to if is_so)]


def _size(response: Response) -> int:
    """Bytes of the body that is sent."""
    if request.method == "HEAD" or response.status_code == HTTPStatus.NOT_MODIFIED:
        return 0
    return response.content_length or 0
