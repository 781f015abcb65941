"""Entries of RSS and Atom feeds, and of WordPress's export, which is one."""

from __future__ import annotations

import io
from calendar import timegm
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from searchsvc.articles.dates import iso
from searchsvc.importing.entry import Entry, NotImported, SkippedEntries

SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".wxr")
_LIVE = "publish"
_NO_ARTICLES = frozenset(
    "attachment nav_menu_item revision custom_css customize_changeset oembed_cache user_request"
    " acf-field acf-field-group".split()
)


def of_feed(name: str, content: bytes, skipped: SkippedEntries) -> Iterator[Entry]:
    """The entries of one feed. Raises NotImported for what is none."""
    feed = _parsed(name, content, skipped)
    provider = _without_empty({"name": feed.feed.get("title"), "domain": _host(feed.feed)})
    for number, item in enumerate(feed.entries, start=1):
        identity = item.get("id") or item.get("link") or item.get("title")
        if not identity or not item.get("title"):
            skipped.add(f"{name}: entry {number}", "no title")
            continue
        body = _body(item)
        front = {
            "title": item.title,
            "excerpt": item.get("summary") if item.get("summary") != body else None,
            "publishedDateTime": _date(item, "published") or _date(item, "updated"),
            "webUrl": item.get("link"),
            "lang": feed.feed.get("language"),
            "topics": _terms(item.get("tags", ())),
            "provider": provider,
            "images": _pictures(item),
            "authors": _names(item.get("authors", ())),
        }
        yield Entry(
            identity, _last_part(item.get("link")) or item.title, _without_empty(front), body
        )


def of_wordpress(name: str, content: bytes, skipped: SkippedEntries) -> Iterator[Entry]:
    """The posts and pages of one export; what is no page of the site is left out."""
    feed = _parsed(name, content, skipped)
    pictures = {
        str(item.get("wp_post_parent")): item.get("wp_attachment_url")
        for item in reversed(feed.entries)
        if item.get("wp_post_type") == "attachment"
    }
    if not any("wp_post_type" in item for item in feed.entries):
        raise NotImported(f"{name}: not an export of WordPress; is it a feed? try `import rss`")
    for item in feed.entries:
        kind, number = item.get("wp_post_type", "post"), str(item.get("wp_post_id", ""))
        if kind in _NO_ARTICLES or kind.startswith("wp_"):
            continue
        if not item.get("title"):
            skipped.add(f"{name}: post {number}", "no title")
            continue
        tags = item.get("tags", ())
        categories = _terms(tag for tag in tags if tag.get("scheme") == "category")
        is_live = item.get("wp_status") == _LIVE and not item.get("wp_post_password")
        slug = item.get("wp_post_name")
        front = {
            "title": item.title,
            "excerpt": item.get("excerpt_encoded"),
            "publishedDateTime": _gmt(item.get("wp_post_date_gmt")) or _date(item, "published"),
            "webUrl": item.get("link") if is_live else None,
            "slug": slug,
            "lang": feed.feed.get("language"),
            "type": kind,
            "category": categories[0] if categories else None,
            "topics": categories[1:] + _terms(t for t in tags if t.get("scheme") == "post_tag"),
            "images": [{"url": url}] if (url := pictures.get(number)) else None,
            "authors": _names(item.get("authors", ())),
            "published": None if is_live else False,
        }
        identity = f"wordpress {_host(feed.feed)} {number or item.get('id')}"
        yield Entry(identity, slug or item.title, _without_empty(front), _body(item))


def _parsed(name: str, content: bytes, skipped: SkippedEntries) -> Any:
    import feedparser  # an import alone needs it

    feed = feedparser.parse(io.BytesIO(content))
    error = feed.get("bozo_exception") if feed.bozo else None
    if not feed.entries and not feed.get("version"):
        raise NotImported(f"{name}: neither RSS nor Atom" + (f": {error}" if error else ""))
    if error and not isinstance(error, feedparser.CharacterEncodingOverride):
        skipped.add(name, f"read as far as it goes: {error}")
    return feed


def _body(item: Any) -> str:
    parts: list[str] = [part.value for part in item.get("content", ()) if part.get("value")]
    return max(parts, key=len, default="")


def _date(item: Any, key: str) -> str | None:
    parsed = item.get(f"{key}_parsed")
    return iso(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else None


def _gmt(text: str | None) -> str | None:
    """WordPress's own; zeros stand for none."""
    return f"{text.replace(' ', 'T')}Z" if text and not text.startswith("0000") else None


def _terms(tags: Iterable[Any]) -> list[str]:
    return [tag.get("label") or tag["term"] for tag in tags if tag.get("term")]


def _names(people: Iterable[Any]) -> list[str]:
    return [person["name"] for person in people if person.get("name")]


def _pictures(item: Any) -> list[dict[str, object]]:
    found = [*item.get("media_content", ()), *item.get("media_thumbnail", ())]
    pictures: list[dict[str, object]] = []
    for media in found:
        kind = media.get("type") or media.get("medium") or "image"
        if media.get("url") and kind.startswith("image"):
            sizes = {key: int(media[key]) for key in ("width", "height") if _is_size(media, key)}
            pictures.append({"url": media["url"], **sizes})
    for link in item.get("links", ()):
        if link.get("rel") == "enclosure" and str(link.get("type")).startswith("image/"):
            pictures.append({"url": link.get("href")})
    return pictures[:5]


def _is_size(media: Any, key: str) -> bool:
    return str(media.get(key, "")).isdecimal() and len(str(media[key])) < 6


def _host(channel: Any) -> str | None:
    try:
        return urlsplit(channel.get("link") or "").hostname
    except ValueError:
        return None


def _last_part(link: str | None) -> str:
    try:
        return urlsplit(link or "").path.rstrip("/").rpartition("/")[2].partition(".")[0]
    except ValueError:
        return ""


def _without_empty(front: dict[str, Any]) -> dict[str, object]:
    return {key: value for key, value in front.items() if value not in (None, "", [], {})}
