"""Flask and SQLite FTS5."""

from __future__ import annotations

from html import escape
from typing import Any

from benchmarks.apps.serving import create_app, iso


def result(row: Any) -> dict[str, Any]:
    """Of a row of `article`."""
    (_, _, article_id, title, topics, excerpt, url, date, provider, domain, category, kind) = row[
        :12
    ]
    quality, heat = row[12:14]
    return {
        "id": article_id,
        "title": title,
        "excerpt": excerpt,
        "url": url,
        "published_at": iso(date),
        "provider": {"name": provider, "domain": domain} if provider or domain else None,
        "category": category,
        "type": kind,
        "topics": topics.split("\n") if topics else [],
        "quality": quality,
        "heat": heat,
    }


def marked(text: str) -> str:
    """HTML, as FTS5's highlight() does not escape what it marks."""
    marks = {"&lt;mark&gt;": "<mark>", "&lt;/mark&gt;": "</mark>"}
    escaped = escape(text)
    for mark, tag in marks.items():
        escaped = escaped.replace(mark, tag)
    return escaped


app = create_app("fts5", result, marked)
