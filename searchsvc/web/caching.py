"""Validators: an answer is named by what it is made of, so that a 304 costs no search."""

from __future__ import annotations

from flask import Response, request

from searchsvc.web.service import Question, service

REVALIDATE = "public, max-age=0, must-revalidate"


def answered(question: Question) -> Response:
    """What is asked: a 304, a ready answer, or one that is made now.

    Raises NoIndex, and what making it does.
    """
    tag = service().tag(question.key)
    if is_current(tag):
        return not_modified(tag)
    body, is_whole = service().answer(question, tag)
    response = Response(body, mimetype=question.mimetype)
    return revalidated(response, tag) if is_whole else response


def is_current(tag: str) -> bool:
    """Whether the client holds this answer. `If-None-Match: *` is no answer held: it is ignored."""
    held = request.if_none_match
    return not held.star_tag and held.contains_weak(tag)


def not_modified(tag: str) -> Response:
    response = Response(status=304)
    del response.headers["Content-Type"]
    return revalidated(response, tag)


def revalidated(response: Response, tag: str) -> Response:
    """The response, to be kept but asked after each time.

    The tag is weak, as `took_ms` differs between two answers that are the same otherwise.
    """
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = REVALIDATE
    return response
