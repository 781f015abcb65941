"""What clients may keep: the one place of ETags, Cache-Control and ready responses.

An answer is named by what it is made of, so a 304 costs no search.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, request

from searchsvc.metrics import Event
from searchsvc.web import observing
from searchsvc.web.response_cache import Body
from searchsvc.web.service import Service, service

NEVER = "no-store"
HOUR = "public, max-age=3600"
_ENCODINGS = ("", "-gzip", "-br", "-zstd")
"""What proxies that compress a response add to its tag."""

Make = Callable[[], Body]


def answer(
    key: tuple[object, ...], mimetype: str, make: Make, *, tagged_by_body: bool = False
) -> Response:
    """A 304, a ready response, or one that is made now.

    Equal keys get the same answer from the same index. A response `tagged_by_body` has the same
    tag as long as it holds the same, whatever the index. Raises NoIndex, and what `make` does.
    """
    held = request.if_none_match
    # The tag is taken before the search: should the index change in between, the next request
    # finds the tag out of date.
    tag = _tag(service(), key)
    keep = f"public, max-age={service().settings.cache_seconds}, must-revalidate"
    if not tagged_by_body and _is_held(tag):
        return _named(_unchanged(mimetype), tag, keep)
    body = _ready_or_made(service(), tag, make)
    if not body.is_whole:
        return Response(body.content, mimetype=mimetype)
    if tagged_by_body:
        tag = _digest(body.content)
    if held.star_tag or tagged_by_body and _is_held(tag):
        return _named(_unchanged(mimetype), tag, keep)
    return _named(Response(body.content, mimetype=mimetype), tag, keep)


def fixed(name: str, mimetype: str, make: Callable[[], bytes]) -> Response:
    """An answer that no index and no request changes: it may be kept for an hour.

    It is named by its body, which is made once.
    """
    responses = service().responses
    body = responses.get(name)
    if body is None:
        body = Body(make())
        responses.put(name, body)
    tag = _digest(body.content)
    if request.if_none_match.star_tag or _is_held(tag):
        return _named(_unchanged(mimetype), tag, HOUR)
    return _named(Response(body.content, mimetype=mimetype), tag, HOUR)


def _is_held(tag: str) -> bool:
    """Whether the client holds the response of this tag."""
    held = request.if_none_match
    return not held.star_tag and any(held.contains_weak(tag + encoding) for encoding in _ENCODINGS)


def _unchanged(mimetype: str) -> Response:
    """A 304. Its other headers depend on its type, which is not sent itself."""
    return Response(status=HTTPStatus.NOT_MODIFIED, mimetype=mimetype)


def _named(response: Response, tag: str, keep: str) -> Response:
    """The tag is weak: `took_ms` differs between two answers that are the same otherwise."""
    response.headers["ETag"] = f'W/"{tag}"'
    response.headers["Cache-Control"] = keep
    return response


def _ready_or_made(service: Service, tag: str, make: Make) -> Body:
    if not service.responses.is_on:
        body = make()
        observing.note(body.outcome, None)
        return body
    # A body may tell when a run last looked, which changes nothing else.
    name = f"{tag} {service.engine.status().checked_at}"
    ready = service.responses.get(name)
    if ready is not None:
        observing.note(ready.outcome, Event.CACHE_HIT)
        return ready
    body = make()
    observing.note(body.outcome, Event.CACHE_MISS)
    if body.is_whole:
        service.responses.put(name, body)
    return body


def _tag(service: Service, key: tuple[object, ...]) -> str:
    return _digest(repr((service.build, service.engine.stamp(), key)).encode())


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=12).hexdigest()
