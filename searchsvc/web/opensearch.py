"""/opensearch.xml: what makes the site one of a browser's search engines.

https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
"""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request

from searchsvc.web import caching, route
from searchsvc.web.route import Route
from searchsvc.web.service import service

MEDIA_TYPE = "application/opensearchdescription+xml"
MAX_SHORT_NAME = 16
MAX_LONG_NAME = 48
"""Characters, as the specification has it."""


def add_to(app: Flask) -> None:
    fails = (HTTPStatus.SERVICE_UNAVAILABLE,)
    route.add(
        app,
        [
            Route(
                path="/opensearch.xml",
                view=opensearch_description,
                media_type=MEDIA_TYPE,
                fails=fails,
                is_tagged=True,
            )
        ],
    )


def opensearch_description() -> Response:
    """What lets a browser offer the site as a search engine.

    The site's name and where to send what is searched for.

    Its addresses must be whole ones. They begin with `public_url`; without it, with this machine's
    loopback address, which serves a trial and misleads nobody elsewhere.
    """
    base = service().settings.public_url or f"http://127.0.0.1:{request.environ['SERVER_PORT']}"
    return caching.fixed(f"description {base}", MEDIA_TYPE, lambda: _written(base))


def _written(base: str) -> bytes:
    given = service().settings.site_name
    name = given or (urlsplit(base).hostname or base).removeprefix("www.")
    body = render_template(
        "opensearch.xml",
        base=base,
        short_name=_cut(name, MAX_SHORT_NAME),
        long_name=_cut(name, MAX_LONG_NAME),
    )
    return body.encode()


def _cut(name: str, length: int) -> str:
    """As many whole labels or words as fit; the first may have to be cut itself."""
    if len(name) <= length:
        return name
    start = name[: length + 1]
    end = max(start.rfind("."), start.rfind(" "))
    end = end if end > 0 else start.rfind("-")
    return start[: end if end > 0 else length]
