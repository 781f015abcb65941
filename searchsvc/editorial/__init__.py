"""The two files that a site's editors keep: synonyms, and what is shown for a query."""

from __future__ import annotations

from searchsvc.editorial.desk import Desk, Edition, inspect, keep

__all__ = ["Desk", "Edition", "inspect", "keep"]
