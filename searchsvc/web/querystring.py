"""The query string of the request being answered, read within bounds."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from searchsvc.errors import InvalidRequest, ParameterError

MAX_BYTES = 16_384
"""Room for the longest query, percent-encoded, and many filters."""


def read_pairs() -> list[tuple[str, str]]:
    """Names and texts in order; bytes that are no UTF-8 become U+FFFD. Raises InvalidRequest.

    Werkzeug's own `request.args` fails on raw bytes, and has no bound.
    """
    raw = request.query_string
    if len(raw) > MAX_BYTES:
        got, takes = f"{len(raw):,} bytes", f"at most {MAX_BYTES:,} bytes"
        raise InvalidRequest((ParameterError("query string", got, takes),))
    text = raw.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")
