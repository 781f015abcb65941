"""What the OpenAPI document cannot say, told to Schemathesis: see test_any_request.py."""

from __future__ import annotations

from typing import Any

import schemathesis

from searchsvc.search import DEFAULT_SIZE, MAX_DEPTH, pages_of


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """No page past the last: how deep `page` may go depends on `size`."""
    query = case.query if isinstance(case.query, dict) else {}
    try:
        page, size = int(query.get("page") or 1), int(query.get("size") or DEFAULT_SIZE)
    except (TypeError, ValueError):
        return True
    return page <= pages_of(MAX_DEPTH, size) if size > 0 else True
