"""A field's value in the shapes in which files have it, or the reason why it cannot be read.

Each function raises Rejected, with the line, for what it cannot take.
"""

from __future__ import annotations

import math
from datetime import datetime, tzinfo

from searchsvc.articles import dates, paths
from searchsvc.articles.article import Image, Provider
from searchsvc.articles.cleaning import clean_text, clean_url, foreign_scheme, written_url
from searchsvc.articles.frontmatter import FrontMatter, describe
from searchsvc.articles.rejection import Rejected

MAX_TITLE = 1_000
MAX_EXCERPT = 100_000
MAX_ITEMS = 1_000
"""Characters of a title and an excerpt, items of a list: far above what is real."""

TRUE = {"true", "yes", "on", "y", "1"}
FALSE = {"false", "no", "off", "n", "0"}
NULL = {"null", "none", "~", ""}
_INTEGER_RANGE = 2**31 - 1
_SHORTEST_DATE = len("20200520")
URL_KEYS = ("webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")


def wrong(front: FrontMatter, key: str, reason: str) -> Rejected:
    """As the file calls the key."""
    return Rejected(f"{front.name(key)}: {reason}", line=front.line(key))


def string(front: FrontMatter, key: str) -> str | None:
    value = front.values.get(key)
    if value is None or isinstance(value, str):
        return value
    raise wrong(front, key, f"text expected, got {describe(value)}")


def text(front: FrontMatter, key: str, limit: int) -> str:
    text = clean_text(string(front, key) or "")
    if len(text) > limit:
        raise wrong(front, key, f"{len(text):,} characters, more than {limit:,}")
    return text


def boolean(front: FrontMatter, key: str) -> bool | None:
    if front.values.get(key) is None:
        return None
    text = (string(front, key) or "").strip().lower()
    if text in NULL:
        return None
    if text in TRUE | FALSE:
        return text in TRUE
    raise wrong(front, key, f"true or false expected, got `{text[:40]}`")


def number(value: object) -> int | None:
    """Whole, within 32 bits; None for what is no number: quality and heat are never fatal."""
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return round(max(-_INTEGER_RANGE, min(number, _INTEGER_RANGE)))


def moment(front: FrontMatter, key: str, zone: tzinfo) -> datetime | None:
    text = (string(front, key) or "").strip()
    if text.lower() in NULL:
        return None
    try:
        moment = dates.parse_written(text, zone)
        return moment if moment.year > 1 else None  # Hugo's zero time stands for none
    except ValueError:
        raise wrong(
            front, key, f"a date such as 2020-05-20T12:59:00Z expected, got `{text[:40]}`"
        ) from None


def is_moment(front: FrontMatter, key: str) -> bool:
    """Whether what may be true or false is a date: both are usual for `published`."""
    text = front.values.get(key)
    if not isinstance(text, str) or len(text) < _SHORTEST_DATE:
        return False
    try:
        return bool(dates.parse_written(text))
    except ValueError:
        return False


def _list(front: FrontMatter, key: str, separator: str | None = None) -> list[object]:
    """A list; where one line is usual, also text with separators."""
    value = front.values.get(key)
    if value is None or isinstance(value, str) and value.strip().lower() in NULL:
        return []
    if separator and isinstance(value, str):
        value = value.split(separator)
    if not isinstance(value, list):
        raise wrong(front, key, f"a list expected, got {describe(value)}")
    if len(value) > MAX_ITEMS:
        raise wrong(front, key, f"more than {MAX_ITEMS:,} items")
    return value


def _label(value: object) -> str | None:
    """A name; `null`, as exports write it, is none, and another shape no reason to reject."""
    text = clean_text(value)[:MAX_TITLE] if isinstance(value, str) else ""
    return None if text.lower() in NULL else text


def category(front: FrontMatter, key: str) -> str | None:
    return _label(text(front, key, MAX_TITLE))


def link(front: FrontMatter, key: str) -> str | None:
    text = string(front, key)
    url = written_url(text)
    if url is None and text and text.strip().lower() not in NULL:
        raise wrong(front, key, "no link can be made of it")
    return url


def provider(front: FrontMatter) -> Provider | None:
    value = front.values.get("provider")
    if value is None or isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict):
        raise wrong(front, "provider", f"name and domain expected, got {describe(value)}")
    provider = Provider(_label(value.get("name")), _label(value.get("domain")))
    return provider if provider.name or provider.domain else None


def categories(front: FrontMatter, key: str, article_id: str) -> tuple[str, ...]:
    """The first is the article's category; the others tell what it is about."""
    if front.name(key) == key:
        label = category(front, key)
        return (label,) if label else ()
    return tuple(names(front, key, article_id).values())


def authors(front: FrontMatter, key: str) -> list[str]:
    """Names: text, a mapping with a name, or a list of either."""
    names: list[str] = []
    for item in _as_list(front.values.get(key)):
        if isinstance(item, dict):
            item = item.get("name")
        written = item.split(",") if isinstance(item, str) else ()
        names += [name for one in written if (name := _label(one))]
    return list(dict.fromkeys(names))[:MAX_ITEMS]


def names(front: FrontMatter, key: str, article_id: str) -> dict[str, str]:
    """A list of names by their folded form, also as text; Jekyll parts its words by spaces."""
    names: dict[str, str] = {}
    value = front.values.get(key)
    name = front.name(key)
    is_in_words = isinstance(value, str) and "," not in value
    if is_in_words and name != key and paths.is_post_of_jekyll(article_id):
        items: list[object] = [*str(value).split()]
    else:
        items = _list(front, key, separator=",")
    for item in items:
        if isinstance(item, dict) and name != key:
            item = item.get("name")
        if item is not None and not isinstance(item, str):
            raise wrong(front, key, f"text expected in the list, got {describe(item)}")
        if label := _label(item):
            names.setdefault(label.casefold(), label)
    return names


def image(front: FrontMatter, key: str) -> Image | None:
    """The first picture whose link may be shown, be it beside the file."""
    is_other = front.name(key) != key
    items = _list(front, key) if not is_other else _as_list(front.values.get(key))
    for item in items:
        if isinstance(item, str):
            item = {"url": item}
        if not isinstance(item, dict):
            continue
        link = next((item[of] for of in ("url", "image", "src", "path") if item.get(of)), None)
        if isinstance(link, str):
            title = _label(item.get("title") or item.get("alt") or item.get("caption"))
            width, height = number(item.get("width")), number(item.get("height"))
            if url := _picture_link(link, is_other):
                return Image(url, width, height, title)
    return None


def _picture_link(link: str, is_other: bool) -> str | None:
    """Other keys also name a file beside the article, which becomes `./picture.jpg`."""
    url = written_url(link)
    if url or not is_other or foreign_scheme(link) or link.strip().startswith(("/", "\\", "..")):
        return url
    beside = clean_url("/" + link.strip().removeprefix("./"))
    return "." + beside if beside else None


def _as_list(value: object) -> list[object]:
    return value[:MAX_ITEMS] if isinstance(value, list) else [value]


def related(front: FrontMatter, key: str) -> tuple[str, ...]:
    """Every link of every item: which of them the other article goes by is not known here."""
    links: dict[str, None] = {}
    for item in _list(front, key):
        found = [item.get(key) for key in URL_KEYS] if isinstance(item, dict) else [item]
        for link in found:
            if isinstance(link, str) and (url := written_url(link)):
                links[url] = None
    return tuple(links)
