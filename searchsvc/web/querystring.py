"""Query strings, read within bounds."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from searchsvc.errors import InvalidRequest, ParameterError

Pairs = list[tuple[str, str]]

MAX_BYTES = 60_000
"""Room for the longest query, percent-encoded, and many filters; servers take little more."""


def read_pairs() -> Pairs:
    """Names and texts of the request being answered, in order. Raises InvalidRequest.

    Bytes that are no UTF-8 become U+FFFD. Werkzeug's own `request.args` fails on raw bytes, and
    has no bound.
    """
    raw = request.query_string
    if len(raw) > MAX_BYTES:
        got, takes = f"{len(raw):,} bytes", f"at most {MAX_BYTES:,} bytes"
        raise InvalidRequest((ParameterError("query string", got, takes),))
    text = raw.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")
