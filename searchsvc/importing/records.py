"""Entries of JSON: one object a line, and Ghost's export."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from searchsvc.articles.url_template import slug_of_title
from searchsvc.importing.entry import Entry, NotImported, SkippedEntries

LINE_SUFFIXES = (".jsonl", ".ndjson", ".json")
GHOST_SUFFIXES = (".json",)
MAX_LINE = 5_000_000
_BODIES = {
    "body": "", "content": "", "html": ".html", "body_html": ".html", "content_html": ".html",
    "markdown": ".md", "body_markdown": ".md", "text": ".txt", "plaintext": ".txt",
}  # fmt: skip
"""Keys that may have the body, with what it is written in, if they say so."""
_IDENTITIES = ("id", "guid", "uuid", "url", "webUrl", "link", "permalink", "slug", "title", "name")
_GHOST_URL = "__GHOST_URL__"


def of_lines(lines: Iterable[tuple[str, int, bytes]], skipped: SkippedEntries) -> Iterator[Entry]:
    """An entry for each line, given with its file and number. Raises NotImported where no line
    is an object."""
    wrong, has_objects = "", False
    for name, number, line in lines:
        where = f"{name}:{number}"
        line = line.removeprefix(BOM_UTF8) if number == 1 else line
        if not line.strip():
            continue
        try:
            record = _record(line)
        except ValueError as error:
            skipped.add(where, str(error))
            wrong = wrong or f"{where}: {error}"
            continue
        has_objects = True
        if entry := _entry(where, record, skipped):
            yield entry
    if wrong and not has_objects:
        hint = "each line has to be an object (`jq -c '.[]'` makes lines of a list)"
        raise NotImported(f"{wrong}; {hint}")


def _record(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise ValueError(f"more than {MAX_LINE:,} bytes")
    try:
        record = orjson.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    if not isinstance(record, dict):
        raise ValueError("not an object")
    return record


def _entry(where: str, record: dict[str, Any], skipped: SkippedEntries) -> Entry | None:
    """An object with its keys as they are: `fields` maps them when they are indexed."""
    identity = next((str(record[key]) for key in _IDENTITIES if record.get(key)), None)
    title = next((record[k] for k in ("title", "name", "headline") if record.get(k)), None)
    if identity is None or not isinstance(title, str):
        skipped.add(where, "no title")
        return None
    key = next((key for key in _BODIES if isinstance(record.get(key), str)), None)
    body = record[key] if key else ""
    record = {name: value for name, value in record.items() if name not in _BODIES}
    suffix = _BODIES[key or "body"] or (".html" if body.lstrip().startswith("<") else ".md")
    return Entry(identity, str(record.get("slug") or title), record, body, suffix)


def of_ghost(name: str, content: bytes, skipped: SkippedEntries) -> Iterator[Entry]:
    """The posts and pages of an export. Raises NotImported for what is none."""
    try:
        export = orjson.loads(content)
        data: dict[str, Any] = (export["db"][0] if "db" in export else export)["data"]
        posts = [post for post in data["posts"] if isinstance(post, dict)]
    except (ValueError, KeyError, TypeError, IndexError):
        raise NotImported(f"{name}: not an export of Ghost: no `db`, `data`, `posts`") from None
    tags = _related(data, "posts_tags", "tag_id", "tags")
    authors = _related(data, "posts_authors", "author_id", "users")
    for post in posts:
        title, number = post.get("title"), str(post.get("id"))
        if not isinstance(title, str) or not title.strip():
            skipped.add(f"{name}: post {number}", "no title")
            continue
        is_live = post.get("status", "published") == "published"
        # The words of what is for members alone are for them alone.
        is_public = post.get("visibility", "public") == "public"
        topics = tags[number]
        front = {
            "title": title,
            "excerpt": post.get("custom_excerpt"),
            "publishedDateTime": post.get("published_at"),
            "slug": post.get("slug"),
            "originalUrl": post.get("canonical_url"),
            "lang": post.get("locale"),
            "type": post.get("type") or ("page" if post.get("page") else "post"),
            "category": topics[0] if topics else None,
            "topics": topics[1:],
            "images": [{"url": _at_home(picture)}]
            if (picture := post.get("feature_image"))
            else None,
            "authors": authors[number],
            "published": None if is_live else False,
        }
        kept = {key: value for key, value in front.items() if value not in (None, "", [])}
        body = _at_home(post.get("html") or "") if is_public else ""
        identity = f"ghost {post.get('uuid') or number}"
        yield Entry(identity, str(post.get("slug") or slug_of_title(title)), kept, body)


def _at_home(text: object) -> str:
    """Ghost writes a placeholder for its own address."""
    return text.replace(_GHOST_URL, "") if isinstance(text, str) else ""


def _related(data: dict[str, Any], pairs: str, key: str, table: str) -> dict[str, list[str]]:
    """The names that belong to each post, in their order; tags that begin with `#` are internal."""
    rows = {
        str(row.get("id")): row.get("name")
        for row in data.get(table) or ()
        if isinstance(row, dict)
    }
    found: dict[str, list[str]] = defaultdict(list)
    listed = [pair for pair in data.get(pairs) or () if isinstance(pair, dict)]
    for pair in sorted(listed, key=lambda pair: pair.get("sort_order") or 0):
        name = rows.get(str(pair.get(key)))
        if isinstance(name, str) and not name.startswith("#"):
            found[str(pair.get("post_id"))].append(name)
    return found
