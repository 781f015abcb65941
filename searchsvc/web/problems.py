"""Errors as problem details (RFC 9457), or on the page as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, TypedDict

import orjson
from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestedRangeNotSatisfiable

from searchsvc.errors import InvalidRequest, NoIndex, ParameterError, SearchsvcError
from searchsvc.web.admission import Overloaded
from searchsvc.web.fitting import fitting
from searchsvc.web.form import Form
from searchsvc.web.querystring import read_pairs
from searchsvc.web.request_id import request_id
from searchsvc.web.service import service

RETRY_AFTER = 30
"""Seconds after which a client may ask again while there is no index."""
RETRY_SOON = 2
"""Seconds after which a client may ask again while too many wait."""
MAX_SHOWN = 200
"""Characters of an id or path that a problem repeats."""

PROBLEM = "application/problem+json"
_TYPES = (PROBLEM, "text/html")

_PLAIN = "about:blank"
"""The type of a problem that means no more than its status (RFC 9457)."""


class NoSuchArticle(SearchsvcError):
    """No live article has this id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id[:MAX_SHOWN]!r}")


class ProblemAnswer(TypedDict):
    """Why there is no answer (RFC 9457)."""

    type: Annotated[str, "tells apart problems of one status"]
    title: Annotated[str, "the name of the status"]
    status: int
    detail: Annotated[str, "what is wrong, in a sentence, and where it helps what to do"]
    errors: Annotated[Sequence[ParameterError], "every wrong parameter of a 400"]


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as clients see it; `type` tells apart errors of the same status."""

    status: HTTPStatus
    detail: str
    type: str = _PLAIN
    errors: tuple[ParameterError, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        body: ProblemAnswer = {
            "type": self.type,
            "title": self.status.phrase,
            "status": self.status.value,
            "detail": self.detail,
            "errors": self.errors,
        }
        return orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE)


def add_to(app: Flask) -> None:
    app.register_error_handler(Exception, handle)


def handle(error: Exception) -> Response:
    """The one handler: `/` is a page and answers in HTML, everything else in JSON.

    A reader who came to no route at all gets a page too; a program asks for no HTML.
    """
    problem = _problem(error)
    is_lost = problem.status is HTTPStatus.NOT_FOUND and request.url_rule is None
    if request.path == "/" or is_lost and request.accept_mimetypes.best_match(_TYPES) == _TYPES[1]:
        response = Response(_page(problem), mimetype="text/html")
    else:
        response = Response(problem.to_json(), mimetype=PROBLEM)
    if is_lost:
        response.vary.add("Accept")
    response.status_code = problem.status
    response.headers.update(problem.headers)
    return response


def _problem(error: Exception) -> Problem:
    if isinstance(error, InvalidRequest):
        return Problem(
            HTTPStatus.BAD_REQUEST, str(error), "urn:searchsvc:invalid-request", error.errors
        )
    if isinstance(error, NoSuchArticle):
        return Problem(HTTPStatus.NOT_FOUND, str(error), "urn:searchsvc:no-such-article")
    if isinstance(error, NoIndex):
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            str(error),
            "urn:searchsvc:no-index",
            headers={"Retry-After": str(RETRY_AFTER)},
        )
    if isinstance(error, Overloaded):
        return Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            str(error),
            "urn:searchsvc:overloaded",
            headers={"Retry-After": str(RETRY_SOON)},
        )
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        return _http_problem(error, HTTPStatus(error.code))
    asked = f"{request.path}?{request.query_string.decode('latin-1')}"
    name = request_id(request.environ)
    current_app.logger.exception("%s %.1000r failed, request %s", request.method, asked, name)
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        f"something went wrong here; it has been logged, as request {name}",
    )


def _http_problem(error: HTTPException, status: HTTPStatus) -> Problem:
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        detail = f"{request.method[:20]} is not possible here, only {allowed}"
        return Problem(status, detail, headers={"Allow": allowed})
    if isinstance(error, RequestedRangeNotSatisfiable):
        detail = f"it has {error.length} bytes"
        return Problem(status, detail, headers={"Content-Range": f"bytes */{error.length}"})
    if status is HTTPStatus.NOT_FOUND:
        return Problem(status, f"nothing is at {request.path[:MAX_SHOWN]!r}")
    return Problem(status, (error.description or status.phrase)[:MAX_SHOWN])


def _page(problem: Problem) -> str:
    try:
        pairs = read_pairs()
    except InvalidRequest:
        pairs = []
    wrong = frozenset(error.parameter for error in problem.errors)
    form = Form.of_pairs(pairs, leave_out=wrong)
    links = service().links.at(request.path)
    return render_template(
        "problem.html",
        problem=problem,
        form=form,
        links=links,
        home_url=links.page(),
        what_fits=[fitting(error.takes, service().wording) for error in problem.errors],
        retry_url=links.page_of(form.pairs) if wrong else None,
    )
