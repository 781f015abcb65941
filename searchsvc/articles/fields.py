"""The names of an article's fields that requests, indexes and responses share."""

from __future__ import annotations

from typing import Literal

TEXT_FIELDS = ("title", "topics", "excerpt", "body")
"""What is searched by default. A field's place here is its number in an index."""

FILTERS = ("topic", "provider", "category", "type")
FACETS = (*FILTERS, "month")

VALUE_FIELDS = ("topic", "provider", "domain", "category", "type")
"""Doc values that are texts; `provider` is the name, or the domain where there is no name."""

Sort = Literal["relevance", "newest", "oldest", "heat", "quality"]
