"""The two files that a site's editors keep, as rules: synonyms, and what is shown for a query.

`inspect` reads them once and names every fault; `keep` copies what is right beside the index;
`EditorialWatcher` follows them and keeps the last good `EditorialRules` while a file is broken.
"""

from __future__ import annotations

from searchsvc.editorial.watcher import EditorialRules, EditorialWatcher, inspect, keep

__all__ = ["EditorialRules", "EditorialWatcher", "inspect", "keep"]
