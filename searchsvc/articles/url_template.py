"""The address of an article whose file holds none, by a template such as the site's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

from searchsvc.articles import paths
from searchsvc.articles.cleaning import clean_url

_NAME = re.compile(r"\{([a-z]+)\}")
_TOKEN = re.compile(r":([a-z]+(?:_[a-z]+)*)")
_EXPRESSION = re.compile(r"\{\{-?([^{}]*)\}\}")
_SLASHES = re.compile(r"/{2,}")
_NO_WORD = re.compile(r"[^\w\s-]")
_GAPS = re.compile(r"[-\s]+")


@dataclass(frozen=True, slots=True)
class Addressed:
    """What an address can be made of; `published` is in the site's time zone."""

    id: str
    title: str
    slug: str | None
    published: datetime | None
    categories: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.slug or paths.slug_of(self.id)


def _path(of: Addressed) -> str:
    last = of.slug or paths.own_name(of.id)
    return "/".join(map(paths.hyphened, [*paths.folders_of(of.id), last]))


def _categories(of: Addressed) -> str:
    above, posts, _ = of.id.rpartition("/_posts/")
    found = [*(above.split("/") if posts else ()), *of.categories]
    return "/".join(dict.fromkeys(map(paths.hyphened, found)))


def slug_of_title(title: str) -> str:
    """As Pelican makes it."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode() or title
    return _GAPS.sub("-", _NO_WORD.sub("", plain).strip().lower())


def _date(form: str) -> Callable[[Addressed], str]:
    return lambda of: format(of.published, form) if of.published else ""


_VALUES: dict[str, Callable[[Addressed], str]] = {
    "path": _path,
    "folder": lambda of: "/".join(map(paths.hyphened, paths.folders_of(of.id))),
    "slug": lambda of: paths.hyphened(of.name),
    "title": lambda of: of.slug or slug_of_title(of.title),
    "id": lambda of: of.id,
    "categories": _categories,
    "year": _date("%Y"),
    "month": _date("%m"),
    "day": _date("%d"),
}
_MAY_BE_EMPTY = ("folder", "categories", "path")
VARIABLES = tuple(_VALUES)

_JEKYLL = {
    "title": "{slug}",
    "slug": "{slug}",
    "name": "{slug}",
    "slugorcontentbasename": "{slug}",
    "slugorfilename": "{slug}",
    "contentbasename": "{slug}",
    "filename": "{slug}",
    "categories": "{categories}",
    "section": "{folder}",
    "sections": "{folder}",
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "output_ext": ".html",
}
_ELEVENTY = re.compile(
    r"(?P<slug>(?:page\.)?(?:fileSlug|slug))|(?P<path>page\.filePathStem)|(?P<title>title)"
)
_ELEVENTY_DATE = re.compile(r"page\.date\s*\|\s*\w+\s*[:(]\s*[\"']([^\"']*)[\"']\s*\)?")


@dataclass(frozen=True)
class UrlTemplate:
    """`https://news.example/{path}/`. Raises ValueError for one that cannot give links."""

    text: str

    def __post_init__(self) -> None:
        names = set(_NAME.findall(self.text))
        site = self.text[: _path_start(self.text)]
        if not names or names - set(VARIABLES) or "{" in _NAME.sub("", self.text) or "{" in site:
            raise ValueError(self.text)
        has_space = any(map(str.isspace, self.text))
        if has_space or clean_url(_NAME.sub("x", self.text)) is None:
            raise ValueError(self.text)

    def __str__(self) -> str:
        return self.text

    @cached_property
    def site(self) -> str:
        """Scheme and host, empty if it has none."""
        parts = urlsplit(_NAME.sub("x", self.text))
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""

    def link(self, of: Addressed) -> str | None:
        """None where the article lacks what the template asks for."""
        return clean_url(_filled(self.text, of))

    def absolute(self, link: str) -> str:
        """A path of the site as its address."""
        return urljoin(self.site, link) if self.site and link.startswith("/") else link


def _path_start(template: str) -> int:
    """Where scheme and host end."""
    if "://" not in template:
        return 0
    start = template.find("/", template.find("://") + 3)
    return len(template) if start < 0 else start


def _filled(template: str, of: Addressed) -> str | None:
    host = _path_start(template)
    parts: list[str] = []
    for place, part in enumerate(_NAME.split(template[host:])):
        if place % 2:
            value = _VALUES[part](of) if part in _VALUES else ""
            if not value and part not in _MAY_BE_EMPTY:
                return None
            part = quote(value, safe="/")
        parts.append(part)
    return template[:host] + _SLASHES.sub("/", "".join(parts))


def permalink(text: str, of: Addressed) -> str | None:
    """A link as a file's own key has it, with what generators fill in; None if it cannot be told.

    Jekyll's and Hugo's `/:year/:title/`, the simple ones of Eleventy's `{{ page.fileSlug }}`. One
    without a slash or a scheme begins at the root of the site.
    """
    template = permalink_template(text)
    if _NAME.search(template):
        filled = _filled(template, of)
        if filled is None:
            return None
        template = filled
    if "{" in template:
        return None
    head = template.split("/", 1)[0]
    if not template.startswith("/") and ":" not in head and not head.lower().startswith("www."):
        template = "/" + template
    return template


def permalink_template(text: str) -> str:
    """What generators fill in as variables; what is not known stays as it is."""
    template = text.strip()
    if "{{" in template or "{%" in template:
        template = _EXPRESSION.sub(_expression, template)
    if "/:" in template or template.startswith(":"):
        template = from_tokens(template)
    is_index = template.endswith("/index.html")
    return template.removesuffix("index.html") if is_index else template


def from_tokens(template: str) -> str:
    """Jekyll's and Hugo's `:year` as `{year}`; one that is not known stays."""
    filled = _TOKEN.sub(lambda token: _JEKYLL.get(token[1], token[0]), template)
    return filled.replace("}.html.html", "}.html")


def _expression(found: re.Match[str]) -> str:
    inner = found[1].removesuffix("-").strip()
    if date := _ELEVENTY_DATE.fullmatch(inner):
        form = date[1].replace("%Y", "{year}").replace("%m", "{month}").replace("%d", "{day}")
        return found[0] if "%" in form else form
    name = _ELEVENTY.match(inner)
    if name is None:
        return found[0]
    if name["path"]:
        return "{folder}/{slug}"
    return "{slug}" if name["slug"] else "{title}"
