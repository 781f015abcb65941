"""The headers that every response carries: security, caching and other origins' access."""

from __future__ import annotations

from flask import Flask, Response, request

from searchsvc.web.caching import NEVER
from searchsvc.web.page_policy import page_policy
from searchsvc.web.request_id import REQUEST_ID, request_id
from searchsvc.web.service import service_of

_NO_DOCUMENT = "default-src 'none'; frame-ancestors 'none'"
"""The policy of everything but pages: it can load and run nothing, should a browser show it."""

PREFLIGHT_MAX_AGE = 86_400
"""Seconds for which a browser need not ask again; no browser keeps it longer."""


def add_to(app: Flask) -> None:
    settings = service_of(app).settings
    policy = page_policy(settings)
    origins = settings.cors_origins

    def complete(response: Response) -> Response:
        headers = response.headers
        headers[REQUEST_ID] = request_id(request.environ)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = NEVER
        # A 304 has the policy of what it stands for: a browser replaces that which it holds.
        is_page = response.mimetype == "text/html"
        headers["Content-Security-Policy"] = policy if is_page else _NO_DOCUMENT
        if request.endpoint == "static":
            # Sites that isolate themselves may load our scripts only with this header.
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if origins and request.path != "/":
            _allow_origin(response, origins)
        return response

    app.after_request(complete)


def _allow_origin(response: Response, origins: tuple[str, ...]) -> None:
    origin = request.headers.get("Origin")
    if "*" in origins:
        response.headers["Access-Control-Allow-Origin"] = "*"
    else:
        response.vary.add("Origin")
        if origin not in origins:
            return
        response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Expose-Headers"] = f"ETag, Retry-After, {REQUEST_ID}"
    if "Access-Control-Request-Method" in request.headers:
        # Browsers ask before they send a GET with a validator or an id of its own.
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD"
        response.headers["Access-Control-Allow-Headers"] = f"If-None-Match, {REQUEST_ID}"
        response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_MAX_AGE)
