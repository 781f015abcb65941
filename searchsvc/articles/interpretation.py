"""The fields of an article, read from the front matter of its file."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TypeVar
from urllib.parse import urljoin

from searchsvc.articles import dates, field_values, paths
from searchsvc.articles.article import Article, Image
from searchsvc.articles.cleaning import clean_url, foreign_scheme, lacks_scheme, written_url
from searchsvc.articles.field_values import FALSE, MAX_EXCERPT, MAX_TITLE, NULL, TRUE, URL_KEYS
from searchsvc.articles.frontmatter import FrontMatter
from searchsvc.articles.keys import FieldKeys
from searchsvc.articles.rejection import Rejected
from searchsvc.articles.url_template import Addressed, UrlTemplate, permalink

T = TypeVar("T")
Warned = tuple[int | None, str]
"""A line of a file, if known, and what is odd there."""

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?$")
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
    if (
        not field_values.is_moment(front, "published")
        and field_values.boolean(front, "published") is False
    ):
        return False
    if field_values.boolean(front, "deleted") or field_values.boolean(front, "removed"):
        return False
    if front.values.get("webUrl") in ("false", "False"):  # Eleventy writes no page for it
        return False
    return _NOT_PLAIN.isdisjoint(front.values) or not _is_kept_back(front)


def _is_kept_back(front: FrontMatter) -> bool:
    if field_values.boolean(front, "draft"):
        return True
    status = (field_values.string(front, "status") or "").strip().lower()
    if status not in NULL | _LIVE_STATUS | _OTHER_STATUS:
        expected = f"published or draft expected, got `{status[:40]}`"
        raise field_values.wrong(
            front, "status", f"{expected}; a setting `fields: {{status: []}}` ignores it"
        )
    # These have other meanings elsewhere: what is neither true nor false says nothing.
    hidden, searchable, render = map(front.values.get, ("hidden", "searchable", "render"))
    return (
        status in _OTHER_STATUS
        or _lowered(hidden) in TRUE
        or _lowered(searchable) in FALSE
        or _lowered(render) in FALSE | {"never", "link"}
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
        title = field_values.text(front, "title", MAX_TITLE)
        if not title:
            is_cut = front.name("title") in dict(front.cut)
            reason = "no title: ` #` begins a comment; quote the text" if is_cut else "no title"
            raise Rejected(reason, line=front.line("title"))
        self._warn_of_comments()
        published_at = self._published_at(article_id)
        categories = self._decorative(field_values.categories, "category", article_id) or ()
        url, amp_url, others = self._links(article_id, title, published_at, categories)
        return Article(
            id=article_id,
            title=title,
            excerpt=self._excerpt(),
            url=url,
            amp_url=amp_url,
            published_at=published_at,
            provider=field_values.provider(front),
            category=categories[0] if categories else None,
            type=self._decorative(field_values.category, "type"),
            topics=self._topics(article_id, categories[1:]),
            authors=tuple(self._decorative(field_values.authors, "authors") or ()),
            quality=field_values.number(front.values.get("quality")),
            heat=field_values.number(front.values.get("heat")),
            image=self._picture(article_id, url),
            related=self._decorative(field_values.related, "related") or (),
            other_urls=others,
            expires_at=field_values.moment(front, "expiryDate", zone),
            lang=self._language(),
        )

    def _warn_of_comments(self) -> None:
        for key, line in self._front.cut:
            if key in map(self._front.name, _SHOWN_AS_WRITTEN):
                self._warn(line, f"{key}: ` #` begins a comment; quote the text if not")

    def _warn(self, line: int | None, reason: str) -> None:
        self._warnings.append((line, reason))

    def _published_at(self, article_id: str) -> datetime | None:
        """The date, or a later one in `published: 2020-05-20`; else that of the file's name."""
        keys = ["publishedDateTime"]
        if field_values.is_moment(self._front, "published"):
            keys.append("published")
        zone = self._conventions.zone
        found = filter(None, (field_values.moment(self._front, key, zone) for key in keys))
        return max(found, default=None) or self._date_of_name(article_id)

    def _date_of_name(self, article_id: str) -> datetime | None:
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
        links = [self._decorative(field_values.link, key) for key in URL_KEYS[1:]]
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
        slug = self._decorative(field_values.category, "slug")
        of = Addressed(article_id, title, slug, local, categories)
        link = self._permalink(of) if is_given else None
        return link or (template.link(of) if template else None)

    def _web_url(self) -> str | None:
        """The main format's own key: if it leads nowhere that is a fault."""
        web_url = field_values.string(self._front, "webUrl")
        url = written_url(web_url)
        if url is None and web_url and web_url.strip().lower() not in NULL:
            if scheme := foreign_scheme(web_url):
                reason = f"`{scheme}:` links are not allowed, only http, https or a path"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
            if lacks_scheme(web_url):
                reason = "neither `https://` nor `/` begins it, so it leads nowhere"
                raise Rejected(f"webUrl: {reason}", line=self._front.line("webUrl"))
            self._warn(self._front.line("webUrl"), "webUrl: no link can be made of it")
        return url

    def _permalink(self, of: Addressed) -> str | None:
        """What another key says of the address."""
        written = self._decorative(field_values.string, "webUrl")
        if not written or written.strip().lower() in NULL:
            return None
        link = written_url(written) if written.startswith("//") else None
        link = link or clean_url(permalink(written, of))
        if link is None:
            name = self._front.name("webUrl")
            self._warn(self._front.line("webUrl"), f"{name}: no link can be made of it")
        return link

    def _picture(self, article_id: str, url: str | None) -> Image | None:
        """A path of the site is that of the address; beside a bundle, the bundle's."""
        image = self._decorative(field_values.image, "images")
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
            topics = field_values.names(self._front, "topics", article_id)
        else:
            topics = self._decorative(field_values.names, "topics", article_id) or {}
        if self._front.name("topics") == "tags":
            for name in _POSTS.intersection(topics):
                del topics[name]
        for category in categories:
            topics.setdefault(category.casefold(), category)
        return tuple(topics.values())

    def _excerpt(self) -> str:
        """A key of the main format has to be text; others have other meanings elsewhere."""
        if self._front.name("excerpt") == "excerpt":
            return field_values.text(self._front, "excerpt", MAX_EXCERPT)
        return self._decorative(field_values.text, "excerpt", MAX_EXCERPT) or ""

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
