"""What the OpenAPI document cannot say, told to Schemathesis: see test_any_request.py."""

from __future__ import annotations

from typing import Any

import schemathesis

from searchsvc.search import DEFAULT_SIZE, MAX_DEPTH, pages_of
from searchsvc.search.parameters import clean


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """No page past the last, and no empty parameter, which counts as absent."""
    query = case.query if isinstance(case.query, dict) else {}
    return not _is_too_deep(query) and not any(map(_has_blank, query.values()))


def _is_too_deep(query: dict[str, Any]) -> bool:
    """How deep `page` may go depends on `size`."""
    try:
        page, size = int(query.get("page", 1)), int(query.get("size", DEFAULT_SIZE))
    except (TypeError, ValueError):
        return False
    return size > 0 and page > pages_of(MAX_DEPTH, size)


def _has_blank(value: Any) -> bool:
    values = value if isinstance(value, list | tuple) else [value]
    return any(isinstance(text, str) and not clean(text).strip() for text in values)
