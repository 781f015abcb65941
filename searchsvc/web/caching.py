"""Validators: an answer is named by what it is made of, so that a 304 costs no search."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, request

from searchsvc.web.service import service

REVALIDATE = "public, max-age=0, must-revalidate"


def tag(*key: object) -> str:
    """An ETag's text for what is asked, of the live index. Raises NoIndex.

    Weak, as `took_ms` differs between two answers that are the same otherwise. Taken before the
    search: should the index change in between, the next question finds the tag out of date.
    """
    stamp = service().engine.stamp()
    text = repr((service().build, stamp, key))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def answered(
    key: tuple[object, ...], mimetype: str, make: Callable[[], tuple[bytes, bool]]
) -> Response:
    """What is asked: a 304, a ready answer, or one that is made now and kept.

    `make` gives the body, and whether it is whole: one that is not may be the next time, so that
    neither we nor anybody else must keep it. Raises NoIndex, and what `make` does.
    """
    named = tag(*key)
    if is_current(named):
        return not_modified(named)
    answers = service().answers
    # A body may tell when a run last looked, which changes nothing else.
    ready = f"{named} {service().engine.status().checked_at}"
    body = answers.get(ready)
    if body is None:
        body, is_whole = make()
        if not is_whole:
            return Response(body, mimetype=mimetype)
        answers.put(ready, body)
    return revalidated(Response(body, mimetype=mimetype), named)


def is_current(tag: str) -> bool:
    """Whether the client holds this answer. `If-None-Match: *` is no answer held: it is ignored."""
    held = request.if_none_match
    return not held.star_tag and held.contains_weak(tag)


def not_modified(tag: str) -> Response:
    response = Response(status=304)
    del response.headers["Content-Type"]
    return revalidated(response, tag)


def revalidated(response: Response, tag: str) -> Response:
    """The response, to be kept but asked after each time."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    return response
