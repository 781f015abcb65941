"""Plain questions answered at the WSGI border, byte for byte as Flask answers them.

Flask's contexts, dispatch and response objects cost a request a third of what its search does, and
a list of bytes is sent at once where a server has to go through Flask's iterator. Plain is a GET of
a few paths that nothing but its query string has a bearing on. All others, and whatever goes wrong,
are Flask's; so are all requests to an app with hooks of its own, such as one that asks for a
password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from searchsvc.web import caching, headers, routes, suggestions
from searchsvc.web.querystring import Pairs, pairs_of
from searchsvc.web.service import Question, Service, service_of

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

Ask = Callable[[Service, Pairs], Question]
Header = tuple[str, str]

_ORIGIN = "HTTP_ORIGIN"
_BEARINGS = {"HTTP_IF_NONE_MATCH", "HTTP_ACCESS_CONTROL_REQUEST_METHOD", "HTTP_UPGRADE"}
"""Request headers that an answer may depend on, beside the origin where some are listed."""
_HOST = re.compile(r"([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
"""That no Werkzeug refuses. The host has no bearing on an answer otherwise."""

_OURS = {None: [headers.complete]}


def add_to(app: Flask) -> None:
    asks = {"/search": routes.search_question, "/suggest": suggestions.suggest_question}
    app.wsgi_app = Border(app, asks)  # type: ignore[method-assign]


class Border:
    """Middleware in front of an app that is set up; by path, who reads what is asked."""

    def __init__(self, app: Flask, asks: Mapping[str, Ask]) -> None:
        self._app = app
        self._flask = app.wsgi_app
        self._service = service_of(app)
        self._asks = asks
        origins = self._service.settings.cors_origins
        self._bearings = _BEARINGS | {_ORIGIN} if origins and "*" not in origins else _BEARINGS
        self._headers: dict[tuple[str, str, bool], list[Header]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        if answer is None:
            return self._flask(environ, start_response)
        headers, body = answer
        start_response("200 OK", headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[list[Header], bytes] | None:
        ask = self._asks.get(environ.get("PATH_INFO", ""))
        if ask is None or not self._is_plain(environ):
            return None
        try:
            pairs = pairs_of(environ.get("QUERY_STRING", "").encode("latin-1"))
            question = ask(self._service, pairs)
            tag = self._service.tag(question.key)
            body, is_whole = self._service.answer(question, tag)
        except Exception:
            return None  # Flask comes upon it too, tells the client and logs it
        kind = environ["PATH_INFO"], question.mimetype, is_whole
        if kind not in self._headers:
            self._headers[kind] = self._write_headers(*kind)
        changing = {"Content-Length": str(len(body)), "ETag": f'W/"{tag}"'}
        return [(name, changing.get(name, text)) for name, text in self._headers[kind]], body

    def _is_plain(self, environ: WSGIEnvironment) -> bool:
        return (
            environ.get("REQUEST_METHOD") == "GET"
            and environ.keys().isdisjoint(self._bearings)
            and _HOST.fullmatch(environ.get("HTTP_HOST", "")) is not None
            and not _has_hooks(self._app)
        )

    def _write_headers(self, path: str, mimetype: str, is_whole: bool) -> list[Header]:
        """By Flask, once, so that no header has to be kept the same in two places."""
        with self._app.test_request_context(path):
            response = Response(b"", mimetype=mimetype)
            if is_whole:
                caching.revalidated(response, "")
            response = headers.complete(response)
            return response.get_wsgi_headers(request.environ).to_wsgi_list()


def _has_hooks(app: Flask) -> bool:
    """Whether Flask calls anything beside a view and what completes our headers."""
    return bool(
        app.before_request_funcs
        or app.teardown_request_funcs
        or app.teardown_appcontext_funcs
        or app.url_value_preprocessors
        or app.after_request_funcs != _OURS
    )
