"""Answers as gzip, for clients that take it: a page or a list of results is a quarter of its size.

No ready answers are kept compressed: that takes some hundredths of a millisecond. zstd would save
no more bytes of an answer, and not every client reads it.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

MIN_BYTES = 500
"""A smaller body is one packet anyway."""
LEVEL = 3
"""The levels above take twice the time or more for a few per cent."""
MAX_READ = 500
"""Characters of what a client says it takes that are read."""
_IN_PART = (HTTPStatus.NOT_MODIFIED, HTTPStatus.PARTIAL_CONTENT)


def add_to(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """What may be compressed varies with what the client takes, whether it is compressed or not.

    Its tag is weak: it names the content, not the bytes.
    """
    headers = response.headers
    if not _is_text(headers.get("Content-Type", "")):
        return response
    others = headers.get("Vary")
    headers["Vary"] = f"{others}, Accept-Encoding" if others else "Accept-Encoding"
    if headers.get("ETag", "W/").startswith('"'):
        headers["ETag"] = f"W/{headers['ETag']}"
    accepted = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    if response.status_code in _IN_PART or not _takes_gzip(accepted[:MAX_READ]):
        return response
    response.direct_passthrough = False  # of files
    body = response.get_data()
    if len(body) >= MIN_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        headers["Content-Encoding"] = "gzip"
        # A part of it is one of the content as it was.
        headers.pop("Accept-Ranges", None)
    return response


@lru_cache(64)
def _takes_gzip(accepted: str) -> bool:
    """Whether a client that says so takes it; most of them say one of a few things."""
    return parse_accept_header(accepted).best_match(("gzip", "identity")) == "gzip"


def _is_text(content_type: str) -> bool:
    mimetype = content_type.partition(";")[0]
    return mimetype.startswith("text/") or mimetype.endswith(("json", "xml", "javascript"))
