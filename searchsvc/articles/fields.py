"""The field names and sorts that requests, columns and responses share."""

from __future__ import annotations

from typing import Literal

TEXT_FIELDS = ("title", "topics", "excerpt")
"""Searched by default, each with its boost."""

EXACT_SUFFIX = "_exact"
"""Ends the name of the field that holds a text field's words as typed."""

FILTERS = ("topic", "provider", "category", "type")
FACETS = (*FILTERS, "month")

Sort = Literal["relevance", "newest", "oldest", "heat", "quality"]
