"""An article: what is searched, ranked and shown, made from the front matter of one file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

import orjson

from searchsvc.articles import dates
from searchsvc.articles.cleaning import clean_text, clean_url, foreign_scheme, lacks_scheme
from searchsvc.articles.frontmatter import FrontMatter, describe
from searchsvc.articles.rejection import Rejected

T = TypeVar("T")
Warned = tuple[int | None, str]
"""A line of a file, if known, and what is odd there."""

MAX_TITLE = 1_000
MAX_EXCERPT = 100_000
MAX_ITEMS = 1_000
"""Characters of a title and an excerpt, items of a list: far above what is real."""

_TRUE = {"true", "yes", "on", "y", "1"}
_FALSE = {"false", "no", "off", "n", "0"}
_NULL = {"null", "none", "~", ""}
_INTEGER_RANGE = 2**31 - 1
_UTC_TO_THE_SECOND = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
"""How `dates.iso` writes a moment."""
_URL_KEYS = ("webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")
_SHOWN_AS_WRITTEN = ("title", "name", "topics")
"""Where a comment after a plain text has most likely cut it off."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who published it; either may be missing."""

    name: str | None
    domain: str | None


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    width: int | None
    height: int | None
    title: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """One article, cleaned. `id` is its path in the corpus without the suffix.

    Text is plain text, never HTML. `published_at` is UTC, to the second. `quality` and `heat` are
    None where the file has no number. `body` is searched, and shown in passages. `related` holds
    the links of related stories, not their text; `other_urls` the links to the article itself
    besides `url` and `amp_url`.
    """

    id: str
    title: str
    excerpt: str = ""
    url: str | None = None
    amp_url: str | None = None
    published_at: datetime | None = None
    provider: Provider | None = None
    category: str | None = None
    type: str | None = None
    topics: tuple[str, ...] = ()
    quality: int | None = None
    heat: int | None = None
    image: Image | None = None
    body: str = ""
    related: tuple[str, ...] = ()
    other_urls: tuple[str, ...] = ()

    @property
    def urls(self) -> tuple[str, ...]:
        """Every link to it."""
        if self.url and not self.amp_url and not self.other_urls:
            return (self.url,)
        return tuple(filter(None, (self.url, self.amp_url, *self.other_urls)))

    def stored_json(self) -> bytes:
        """What an index stores of it: all that is shown but quality and heat.

        These change daily and are columns of a generation: they must not rewrite a segment.
        """
        moment = self.published_at
        if moment is not None and moment.tzinfo is not UTC:
            moment = dates.as_utc(moment)
        return orjson.dumps(
            {
                "id": self.id,
                "title": self.title,
                "excerpt": self.excerpt,
                "url": self.url,
                "amp_url": self.amp_url,
                "published_at": moment,
                "provider": self.provider,
                "category": self.category,
                "type": self.type,
                "topics": self.topics,
                "image": self.image,
            },
            option=_UTC_TO_THE_SECOND,
        )

    def to_json(self) -> bytes:
        """The article as responses show it; `related` and `other_urls` are not shown."""
        return rated(self.stored_json(), self.quality, self.heat)

    @classmethod
    def from_json(cls, text: bytes | str) -> Article:
        """The article of `to_json` or `stored_json`, without what these leave out."""
        fields: dict[str, Any] = orjson.loads(text)
        moment, provider, image = (fields.pop(key) for key in ("published_at", "provider", "image"))
        return cls(
            published_at=dates.parse_moment(moment) if moment else None,
            provider=Provider(**provider) if provider else None,
            image=Image(**image) if image else None,
            topics=tuple(fields.pop("topics")),
            **fields,
        )

    def digest(self) -> str:
        """Equal for two versions of a file exactly if nothing that matters differs.

        Quality and heat follow in the clear: see `is_same_but_rating`.
        """
        content = self.stored_json() + orjson.dumps((self.related, self.other_urls))
        if self.body:
            content += self.body.encode("utf-8", "surrogatepass")
        hashed = hashlib.blake2b(content, digest_size=16).hexdigest()
        return f"{hashed}/{self.quality}/{self.heat}"


def rated(stored: bytes, quality: int | None, heat: int | None) -> bytes:
    """An article's `stored_json` with quality and heat added at its end."""
    if quality is None or heat is None:
        return stored[:-1] + b"," + orjson.dumps({"quality": quality, "heat": heat})[1:]
    return b'%b,"quality":%d,"heat":%d}' % (stored[:-1], quality, heat)


_ID, _TITLE, _EXCERPT, _URL = b'{"id":"', b'","title":"', b'","excerpt":"', b'","url":'
"""What stands around the first values of `stored_json`. In none of them: quotes are escaped."""


def stored_id(stored: bytes) -> str:
    """The id in an article's JSON; like what follows, without reading the rest."""
    return _unescaped(stored.partition(_TITLE)[0][len(_ID) :])


def stored_title(stored: bytes) -> str:
    return _unescaped(stored.partition(_TITLE)[2].partition(_EXCERPT)[0])


def stored_texts(stored: bytes) -> tuple[bytes, bytes]:
    """Title and excerpt in UTF-8."""
    title, _, rest = stored.partition(_TITLE)[2].partition(_EXCERPT)
    excerpt = rest.partition(_URL)[0]
    if b"\\" in title:
        title = _unescaped(title).encode()
    if b"\\" in excerpt:
        excerpt = _unescaped(excerpt).encode()
    return title, excerpt


def _unescaped(text: bytes) -> str:
    """A JSON string, given without its quotes: most hold nothing that is escaped."""
    if b"\\" not in text:
        return text.decode()
    string: str = orjson.loads(b'"%b"' % text)
    return string


def is_same_but_rating(digest: str | None, other: str | None) -> bool:
    """Whether two articles of these digests differ in nothing but quality and heat."""
    if digest is None or other is None:
        return False
    return digest.partition("/")[0] == other.partition("/")[0]


def is_published(front: FrontMatter) -> bool:
    """Live means `published` absent or true, and neither `deleted` nor `removed`.

    Raises Rejected for a value that is neither: an article is not shown on a guess.
    """
    published = _boolean(front, "published")
    return published is not False and not any(
        _boolean(front, key) for key in ("deleted", "removed")
    )


def from_front_matter(
    front: FrontMatter, article_id: str, zone: tzinfo = UTC, warnings: list[Warned] | None = None
) -> Article:
    """The article of a file; `name` and `bio` (people) stand in for title and excerpt.

    Dates without a zone are in `zone`. What was left out of it goes to `warnings`. Raises Rejected,
    with the line of the key that is wrong.
    """
    return _ArticleReader(front, zone, [] if warnings is None else warnings).article(article_id)


class _ArticleReader:
    """Reads the fields of one file: what it needs, and what only decorates it.

    A decorative field of a wrong shape is left out with a warning; any other rejects the file.
    """

    def __init__(self, front: FrontMatter, zone: tzinfo, warnings: list[Warned]) -> None:
        self._front = front
        self._zone = zone
        self._warnings = warnings

    def article(self, article_id: str) -> Article:
        front = self._front
        links = self._links()
        url = links["webUrl"] or links["originalUrl"]
        amp_url = links["ampWebUrl"] or links["cdnAmpWebUrl"]
        others = dict.fromkeys(
            link for link in links.values() if link and link not in (url, amp_url)
        )
        title = _text(front, "title", MAX_TITLE) or _text(front, "name", MAX_TITLE)
        if not title:
            raise Rejected("no title", line=front.line("title"))
        for key, line in front.cut:
            if key in _SHOWN_AS_WRITTEN:
                self._warnings.append(
                    (line, f"{key}: ` #` begins a comment; quote the text if not")
                )
        return Article(
            id=article_id,
            title=title,
            excerpt=_text(front, "excerpt", MAX_EXCERPT) or _text(front, "bio", MAX_EXCERPT) or "",
            url=url,
            amp_url=amp_url,
            published_at=_moment(front, "publishedDateTime", self._zone),
            provider=_provider(front),
            category=self._decorative(_category, "category"),
            type=self._decorative(_category, "type"),
            topics=_topics(front),
            quality=_number(front.values.get("quality")),
            heat=_number(front.values.get("heat")),
            image=self._decorative(_image, "images"),
            related=self._decorative(_related, "related") or (),
            other_urls=tuple(others),
        )

    def _links(self) -> dict[str, str | None]:
        """Every link by its key; a wrong `webUrl` alone is a fault."""
        web_url = _string(self._front, "webUrl")
        url = clean_url(web_url)
        if url is None and web_url and web_url.strip().lower() not in _NULL:
            if scheme := foreign_scheme(web_url):
                reason = f"`{scheme}:` links are not allowed, only http, https or a path"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
            if lacks_scheme(web_url):
                reason = "neither `https://` nor `/` begins it, so it leads nowhere"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
        return {"webUrl": url} | {key: self._decorative(_link, key) for key in _URL_KEYS[1:]}

    def _decorative(self, read: Callable[[FrontMatter, str], T], key: str) -> T | None:
        if self._front.values.get(key) is None:
            return None
        try:
            return read(self._front, key)
        except Rejected as rejected:
            self._warnings.append((rejected.line, f"{rejected.reason}; it is left out"))
            return None


def _string(front: FrontMatter, key: str) -> str | None:
    value = front.values.get(key)
    if value is None or isinstance(value, str):
        return value
    raise Rejected(f"{key}: text expected, got {describe(value)}", line=front.line(key))


def _text(front: FrontMatter, key: str, limit: int) -> str:
    text = clean_text(_string(front, key) or "")
    if len(text) > limit:
        raise Rejected(
            f"{key}: {len(text):,} characters, more than {limit:,}", line=front.line(key)
        )
    return text


def _boolean(front: FrontMatter, key: str) -> bool | None:
    text = (_string(front, key) or "").strip().lower()
    if text in _NULL:
        return None
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise Rejected(f"{key}: true or false expected, got `{text[:40]}`", line=front.line(key))


def _number(value: object) -> int | None:
    """Whole, within 32 bits; None for what is no number: quality and heat are never fatal."""
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return round(max(-_INTEGER_RANGE, min(number, _INTEGER_RANGE)))


def _moment(front: FrontMatter, key: str, zone: tzinfo) -> datetime | None:
    text = (_string(front, key) or "").strip()
    if text.lower() in _NULL:
        return None
    try:
        return dates.parse_moment(text, zone)
    except ValueError:
        raise Rejected(
            f"{key}: a date such as 2020-05-20T12:59:00Z expected, got `{text[:40]}`",
            line=front.line(key),
        ) from None


def _list(front: FrontMatter, key: str, separator: str | None = None) -> list[object]:
    """A list; where one line is usual, also text with separators."""
    value = front.values.get(key)
    if value is None or isinstance(value, str) and value.strip().lower() in _NULL:
        return []
    if separator and isinstance(value, str):
        value = value.split(separator)
    if not isinstance(value, list):
        raise Rejected(f"{key}: a list expected, got {describe(value)}", line=front.line(key))
    if len(value) > MAX_ITEMS:
        raise Rejected(f"{key}: more than {MAX_ITEMS:,} items", line=front.line(key))
    return value


def _label(value: object) -> str | None:
    """A name; `null`, as exports write it, is none, and another shape no reason to reject."""
    text = clean_text(value)[:MAX_TITLE] if isinstance(value, str) else ""
    return None if text.lower() in _NULL else text


def _category(front: FrontMatter, key: str) -> str | None:
    return _label(_text(front, key, MAX_TITLE))


def _link(front: FrontMatter, key: str) -> str | None:
    return clean_url(_string(front, key))


def _provider(front: FrontMatter) -> Provider | None:
    value = front.values.get("provider")
    if value is None or isinstance(value, str):
        value = {"name": value}
    if not isinstance(value, dict):
        raise Rejected(
            f"provider: name and domain expected, got {describe(value)}",
            line=front.line("provider"),
        )
    provider = Provider(_label(value.get("name")), _label(value.get("domain")))
    return provider if provider.name or provider.domain else None


def _topics(front: FrontMatter) -> tuple[str, ...]:
    """Each once, whatever its case; empty items are dropped."""
    topics: dict[str, str] = {}
    for item in _list(front, "topics", separator=","):
        if item is not None and not isinstance(item, str):
            raise Rejected(
                f"topics: text expected in the list, got {describe(item)}",
                line=front.line("topics"),
            )
        if topic := _label(item):
            topics.setdefault(topic.casefold(), topic)
    return tuple(topics.values())


def _image(front: FrontMatter, key: str) -> Image | None:
    """The first picture whose link may be shown."""
    for item in _list(front, key):
        if isinstance(item, str):
            item = {"url": item}
        if isinstance(item, dict) and isinstance(link := item.get("url"), str):
            if url := clean_url(link):
                width, height = _number(item.get("width")), _number(item.get("height"))
                return Image(url, width, height, _label(item.get("title")))
    return None


def _related(front: FrontMatter, key: str) -> tuple[str, ...]:
    """Every link of every item: which of them the other article goes by is not known here."""
    links: dict[str, None] = {}
    for item in _list(front, key):
        found = [item.get(key) for key in _URL_KEYS] if isinstance(item, dict) else [item]
        for link in found:
            if isinstance(link, str) and (url := clean_url(link)):
                links[url] = None
    return tuple(links)
