"""/opensearch.xml: what makes the site one of a browser's search engines.

https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request

from searchsvc.web.service import service

MEDIA_TYPE = "application/opensearchdescription+xml"
MAX_AGE = 3600
MAX_SHORT_NAME = 16
MAX_LONG_NAME = 48
"""Characters, as the specification has it."""


def add_to(app: Flask) -> None:
    app.add_url_rule("/opensearch.xml", view_func=description)


def description() -> Response:
    """The site's name and where to send what is searched for.

    Its addresses must be whole ones. They begin with `public_url`; without it, with this machine's
    loopback address, which serves a trial and misleads nobody elsewhere.
    """
    base = service().settings.public_url or f"http://127.0.0.1:{request.environ['SERVER_PORT']}"
    name = (urlsplit(base).hostname or base).removeprefix("www.")
    body = render_template(
        "opensearch.xml",
        base=base,
        short_name=name[:MAX_SHORT_NAME],
        long_name=name[:MAX_LONG_NAME],
    )
    response = Response(body, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response
