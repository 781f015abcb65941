"""Answers as gzip, for clients that take it: a page or a list of results is a quarter of its size.

No ready answers are kept compressed: that takes some hundredths of a millisecond. zstd would save
no more bytes of an answer, and not every client reads it.
"""

from __future__ import annotations

import gzip
from http import HTTPStatus

from flask import Flask, Response, request

MIN_BYTES = 500
"""A smaller body is one packet anyway."""
LEVEL = 3
"""The levels above take twice the time or more for a few per cent."""
_ENCODINGS = ("gzip", "identity")
_IN_PART = (HTTPStatus.NOT_MODIFIED, HTTPStatus.PARTIAL_CONTENT)


def add_to(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """What may be compressed varies with what the client takes, whether it is compressed or not.

    Its tag is weak: it names the content, not the bytes.
    """
    if not _is_text(response.mimetype):
        return response
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if tag is not None:
        response.set_etag(tag, weak=True)
    if response.status_code in _IN_PART or not _is_taken():
        return response
    response.direct_passthrough = False  # of files
    body = response.get_data()
    if len(body) >= MIN_BYTES:
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        # A part of it is one of the content as it was.
        response.headers.pop("Accept-Ranges", None)
    return response


def _is_taken() -> bool:
    return request.accept_encodings.best_match(_ENCODINGS) == "gzip"


def _is_text(mimetype: str | None) -> bool:
    mimetype = mimetype or ""
    return mimetype.startswith("text/") or mimetype.endswith(("json", "xml", "javascript"))
