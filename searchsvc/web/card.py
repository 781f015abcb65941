"""One article as the page shows it, in a list of results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from searchsvc import dates
from searchsvc.article import Article, Image
from searchsvc.cleaning import clean_url
from searchsvc.search import Hit, SearchRequest
from searchsvc.web.links import Links

MAX_EXCERPT = 280
MAX_TOPICS = 5
MAX_SIDE = 10_000
DEFAULT_SIDES = (600, 400)
"""A picture's width and height in pixels where the article does not tell."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    url: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """`title` and `excerpt` are escaped by the template unless the engine made them Markup."""

    title: str | Markup
    excerpt: str | Markup
    url: str | None
    provider: str | None
    date: str | None
    datetime: str | None
    topics: tuple[Link, ...]
    thumbnail: Thumbnail | None


def card(hit: Hit, asked: SearchRequest, links: Links) -> Card:
    article = hit.article
    provider, moment = article.provider, article.published_at
    return Card(
        title=Markup(hit.highlights.title) if hit.highlights else article.title,
        excerpt=_excerpt(hit, article),
        url=clean_url(article.url),
        provider=(provider.name or provider.domain) if provider else None,
        date=f"{moment.day} {moment:%B %Y}" if moment else None,
        datetime=dates.iso(moment) if moment else None,
        topics=tuple(
            Link(topic, links.page(replace(asked, page=1, topic=(topic,))))
            for topic in article.topics[:MAX_TOPICS]
        ),
        thumbnail=_thumbnail(article.image),
    )


def _excerpt(hit: Hit, article: Article) -> str | Markup:
    """What the engine highlighted is a snippet already; HTML cannot be cut anywhere."""
    if hit.highlights:
        return Markup(hit.highlights.excerpt)
    if len(article.excerpt) <= MAX_EXCERPT:
        return article.excerpt
    return article.excerpt[:MAX_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _thumbnail(image: Image | None) -> Thumbnail | None:
    if image is None or not (url := clean_url(image.url)):
        return None
    width, height = image.width or 0, image.height or 0
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        width, height = DEFAULT_SIDES
    return Thumbnail(url, width, height)
