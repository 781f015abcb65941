"""Query strings, read within bounds."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from searchsvc.errors import InvalidRequest, ParameterError

Pairs = list[tuple[str, str]]

MAX_BYTES = 16_384
"""Room for the longest query, percent-encoded, and many filters."""


def read_pairs() -> Pairs:
    """Those of the request being answered. Raises InvalidRequest.

    Werkzeug's own `request.args` fails on raw bytes, and has no bound.
    """
    return pairs_of(request.query_string)


def pairs_of(raw: bytes) -> Pairs:
    """Names and texts in order; bytes that are no UTF-8 become U+FFFD. Raises InvalidRequest."""
    if len(raw) > MAX_BYTES:
        got, takes = f"{len(raw):,} bytes", f"at most {MAX_BYTES:,} bytes"
        raise InvalidRequest((ParameterError("query string", got, takes),))
    text = raw.decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, errors="replace")
