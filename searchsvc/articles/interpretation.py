"""The fields of an article, read from the front matter of its file."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TypeVar
from urllib.parse import urljoin

from searchsvc.articles import dates, paths
from searchsvc.articles.article import Article, Image, Provider
from searchsvc.articles.cleaning import clean_text, clean_url, foreign_scheme, lacks_scheme
from searchsvc.articles.frontmatter import FrontMatter, describe
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import Addressed, UrlTemplate, permalink

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
_SHORTEST_DATE = len("20200520")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?$")
_URL_KEYS = ("webUrl", "originalUrl", "ampWebUrl", "cdnAmpWebUrl")
_SHOWN_AS_WRITTEN = ("title", "topics")
"""Where a comment after a plain text has most likely cut it off."""


_NOT_PLAIN = frozenset(("draft", "status", "hidden", "searchable", "render"))
_LIVE_STATUS = frozenset("publish published public live active".split())
_OTHER_STATUS = frozenset(
    "draft auto-draft hidden skip private pending review future scheduled sent trash inherit"
    " unpublished archived deleted removed".split()
)
_POSTS = frozenset(("all", "post", "posts"))
"""Tags that name Eleventy's collections, not what an article is about."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a site writes its articles: the zone of dates that name none, its keys, its addresses.

    `with_bodies`, what stands behind the front matter is read as well.
    """

    zone: tzinfo = UTC
    keys: FieldKeys = field(default_factory=FieldKeys)
    url_template: UrlTemplate | None = None
    with_bodies: bool = True

    def __str__(self) -> str:
        """What an index that was built with them remembers, but for the zone and the bodies."""
        return f"{self.keys} {self.url_template or ''}".strip()


def is_published(front: FrontMatter) -> bool:
    """Live means `published` absent, true or a date, and nothing that says otherwise.

    The keys are fields' names. Raises Rejected for a value that is neither: an article is not shown
    on a guess.
    """
    if not _is_moment(front, "published") and _boolean(front, "published") is False:
        return False
    if _boolean(front, "deleted") or _boolean(front, "removed"):
        return False
    if front.values.get("webUrl") in ("false", "False"):  # Eleventy writes no page for it
        return False
    return _NOT_PLAIN.isdisjoint(front.values) or not _is_kept_back(front)


def _is_kept_back(front: FrontMatter) -> bool:
    if _boolean(front, "draft"):
        return True
    status = (_string(front, "status") or "").strip().lower()
    if status not in _NULL | _LIVE_STATUS | _OTHER_STATUS:
        expected = f"published or draft expected, got `{status[:40]}`"
        raise _wrong(front, "status", f"{expected}; a setting `fields: {{status: []}}` ignores it")
    # These have other meanings elsewhere: what is neither true nor false says nothing.
    hidden, searchable, render = map(front.values.get, ("hidden", "searchable", "render"))
    return (
        status in _OTHER_STATUS
        or _lowered(hidden) in _TRUE
        or _lowered(searchable) in _FALSE
        or _lowered(render) in _FALSE | {"never", "link"}
    )


def _lowered(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def from_front_matter(
    front: FrontMatter,
    article_id: str,
    conventions: Conventions = Conventions(),  # noqa: B008
    warnings: list[Warned] | None = None,
) -> Article:
    """The article of a file whose keys are fields' names.

    What was left out of it goes to `warnings`. Raises Rejected, with the line of the key that is
    wrong.
    """
    return _ArticleReader(front, conventions, [] if warnings is None else warnings).article(
        article_id
    )


class _ArticleReader:
    """Reads the fields of one file: what it needs, and what only decorates it.

    A decorative field of a wrong shape is left out with a warning; any other rejects the file.
    """

    def __init__(
        self, front: FrontMatter, conventions: Conventions, warnings: list[Warned]
    ) -> None:
        self._front = front
        self._conventions = conventions
        self._warnings = warnings

    def article(self, article_id: str) -> Article:
        front, zone = self._front, self._conventions.zone
        title = _text(front, "title", MAX_TITLE)
        if not title:
            raise Rejected("no title", line=front.line("title"))
        self._warn_of_comments()
        published_at = _moment(front, "publishedDateTime", zone) or self._other_date(article_id)
        categories = self._decorative(_categories, "category", article_id) or ()
        url, amp_url, others = self._links(article_id, title, published_at, categories)
        return Article(
            id=article_id,
            title=title,
            excerpt=self._excerpt(),
            url=url,
            amp_url=amp_url,
            published_at=published_at,
            provider=_provider(front),
            category=categories[0] if categories else None,
            type=self._decorative(_category, "type"),
            topics=self._topics(article_id, categories[1:]),
            authors=tuple(self._decorative(_authors, "authors") or ()),
            quality=_number(front.values.get("quality")),
            heat=_number(front.values.get("heat")),
            image=self._picture(article_id, url),
            related=self._decorative(_related, "related") or (),
            other_urls=others,
            expires_at=_moment(front, "expiryDate", zone),
            lang=self._language(),
        )

    def _warn_of_comments(self) -> None:
        for key, line in self._front.cut:
            if key in map(self._front.name, _SHOWN_AS_WRITTEN):
                self._warn(line, f"{key}: ` #` begins a comment; quote the text if not")

    def _warn(self, line: int | None, reason: str) -> None:
        self._warnings.append((line, reason))

    def _other_date(self, article_id: str) -> datetime | None:
        """Where no key is for the date: `published: 2020-05-20`, or the name of the file."""
        if _is_moment(self._front, "published"):
            return _moment(self._front, "published", self._conventions.zone)
        if written := paths.date_of(article_id):
            try:
                return dates.parse_moment(written, self._conventions.zone)
            except ValueError:
                pass
        return None

    def _links(
        self,
        article_id: str,
        title: str,
        published_at: datetime | None,
        categories: tuple[str, ...],
    ) -> tuple[str | None, str | None, tuple[str, ...]]:
        """The link, the one for AMP, and all others."""
        own = self._web_url() if self._front.name("webUrl") == "webUrl" else None
        links = [self._decorative(_link, key) for key in _URL_KEYS[1:]]
        if own is None:
            own = self._other_address(article_id, title, published_at, categories, links[0])
        if own and (template := self._conventions.url_template):
            own = template.absolute(own)
        url = own or links[0]
        amp_url = links[1] or links[2]
        others = dict.fromkeys(link for link in links if link and link not in (url, amp_url))
        return url, amp_url, tuple(others)

    def _other_address(
        self,
        article_id: str,
        title: str,
        published_at: datetime | None,
        categories: tuple[str, ...],
        original: str | None,
    ) -> str | None:
        """Where the main format's own key holds none: from another key, else from the template."""
        template, front = self._conventions.url_template, self._front
        is_given = front.values.get("webUrl") is not None and front.name("webUrl") != "webUrl"
        holds_another = original is not None and front.name("originalUrl") == "originalUrl"
        if not is_given and (template is None or holds_another):
            return None
        local = published_at.astimezone(self._conventions.zone) if published_at else None
        slug = self._decorative(_category, "slug")
        of = Addressed(article_id, title, slug, local, categories)
        link = self._permalink(of) if is_given else None
        return link or (template.link(of) if template else None)

    def _web_url(self) -> str | None:
        """The main format's own key: if it leads nowhere that is a fault."""
        web_url = _string(self._front, "webUrl")
        url = clean_url(web_url)
        if url is None and web_url and web_url.strip().lower() not in _NULL:
            if scheme := foreign_scheme(web_url):
                reason = f"`{scheme}:` links are not allowed, only http, https or a path"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
            if lacks_scheme(web_url):
                reason = "neither `https://` nor `/` begins it, so it leads nowhere"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
        return url

    def _permalink(self, of: Addressed) -> str | None:
        """What another key says of the address."""
        written = self._decorative(_string, "webUrl")
        if not written or written.strip().lower() in _NULL:
            return None
        link = clean_url(permalink(written, of))
        if link is None:
            name = self._front.name("webUrl")
            self._warn(self._front.line("webUrl"), f"{name}: no link can be made of it")
        return link

    def _picture(self, article_id: str, url: str | None) -> Image | None:
        """A path of the site is that of the address; beside a bundle, the bundle's."""
        image = self._decorative(_image, "images")
        if image is None or image.url.startswith(("http://", "https://")):
            return image
        template, link = self._conventions.url_template, image.url
        if link.startswith("./") and paths.is_bundle(article_id) and url:
            link = urljoin(url, link)
        if link.startswith("/") and template:
            link = template.absolute(link)
        return replace(image, url=link) if not link.startswith(".") else None

    def _topics(self, article_id: str, categories: tuple[str, ...]) -> tuple[str, ...]:
        """Each once, whatever its case, with what else tells what the article is about."""
        if self._front.name("topics") == "topics":
            topics = _names(self._front, "topics", article_id)
        else:
            topics = self._decorative(_names, "topics", article_id) or {}
        if self._front.name("topics") == "tags":
            for name in _POSTS.intersection(topics):
                del topics[name]
        for category in categories:
            topics.setdefault(category.casefold(), category)
        return tuple(topics.values())

    def _excerpt(self) -> str:
        """A key of the main format has to be text; others have other meanings elsewhere."""
        if self._front.name("excerpt") == "excerpt":
            return _text(self._front, "excerpt", MAX_EXCERPT)
        return self._decorative(_text, "excerpt", MAX_EXCERPT) or ""

    def _language(self) -> str | None:
        written = _lowered(self._front.values.get("lang"))
        code = _LANGUAGE.match(written)
        return code[1] if code else None

    def _decorative(self, read: Callable[..., T], key: str, *details: object) -> T | None:
        if self._front.values.get(key) is None:
            return None
        try:
            return read(self._front, key, *details)
        except Rejected as rejected:
            self._warn(rejected.line, f"{rejected.reason}; it is left out")
            return None


def _wrong(front: FrontMatter, key: str, reason: str) -> Rejected:
    """As the file calls the key."""
    return Rejected(f"{front.name(key)}: {reason}", line=front.line(key))


def _string(front: FrontMatter, key: str) -> str | None:
    value = front.values.get(key)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(front, key, f"text expected, got {describe(value)}")


def _text(front: FrontMatter, key: str, limit: int) -> str:
    text = clean_text(_string(front, key) or "")
    if len(text) > limit:
        raise _wrong(front, key, f"{len(text):,} characters, more than {limit:,}")
    return text


def _boolean(front: FrontMatter, key: str) -> bool | None:
    if front.values.get(key) is None:
        return None
    text = (_string(front, key) or "").strip().lower()
    if text in _NULL:
        return None
    if text in _TRUE | _FALSE:
        return text in _TRUE
    raise _wrong(front, key, f"true or false expected, got `{text[:40]}`")


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
        moment = dates.parse_written(text, zone)
        return moment if moment.year > 1 else None  # Hugo's zero time stands for none
    except ValueError:
        raise _wrong(
            front, key, f"a date such as 2020-05-20T12:59:00Z expected, got `{text[:40]}`"
        ) from None


def _is_moment(front: FrontMatter, key: str) -> bool:
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
    if value is None or isinstance(value, str) and value.strip().lower() in _NULL:
        return []
    if separator and isinstance(value, str):
        value = value.split(separator)
    if not isinstance(value, list):
        raise _wrong(front, key, f"a list expected, got {describe(value)}")
    if len(value) > MAX_ITEMS:
        raise _wrong(front, key, f"more than {MAX_ITEMS:,} items")
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
        raise _wrong(front, "provider", f"name and domain expected, got {describe(value)}")
    provider = Provider(_label(value.get("name")), _label(value.get("domain")))
    return provider if provider.name or provider.domain else None


def _categories(front: FrontMatter, key: str, article_id: str) -> tuple[str, ...]:
    """The first is the article's category; the others tell what it is about."""
    if front.name(key) == key:
        label = _category(front, key)
        return (label,) if label else ()
    return tuple(_names(front, key, article_id).values())


def _authors(front: FrontMatter, key: str) -> list[str]:
    """Names: text, a mapping with a name, or a list of either."""
    names: list[str] = []
    for item in _as_list(front.values.get(key)):
        if isinstance(item, dict):
            item = item.get("name")
        written = item.split(",") if isinstance(item, str) else ()
        names += [name for one in written if (name := _label(one))]
    return list(dict.fromkeys(names))[:MAX_ITEMS]


def _names(front: FrontMatter, key: str, article_id: str) -> dict[str, str]:
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
            raise _wrong(front, key, f"text expected in the list, got {describe(item)}")
        if label := _label(item):
            names.setdefault(label.casefold(), label)
    return names


def _image(front: FrontMatter, key: str) -> Image | None:
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
            width, height = _number(item.get("width")), _number(item.get("height"))
            if url := _picture_link(link, is_other):
                return Image(url, width, height, title)
    return None


def _picture_link(link: str, is_other: bool) -> str | None:
    """Other keys also name a file beside the article, which becomes `./picture.jpg`."""
    url = clean_url(link)
    if url or not is_other or foreign_scheme(link) or link.strip().startswith(("/", "\\", "..")):
        return url
    beside = clean_url("/" + link.strip().removeprefix("./"))
    return "." + beside if beside else None


def _as_list(value: object) -> list[object]:
    return value[:MAX_ITEMS] if isinstance(value, list) else [value]


def _related(front: FrontMatter, key: str) -> tuple[str, ...]:
    """Every link of every item: which of them the other article goes by is not known here."""
    links: dict[str, None] = {}
    for item in _list(front, key):
        found = [item.get(key) for key in _URL_KEYS] if isinstance(item, dict) else [item]
        for link in found:
            if isinstance(link, str) and (url := clean_url(link)):
                links[url] = None
    return tuple(links)
