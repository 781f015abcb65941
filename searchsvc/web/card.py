"""One article as the page shows it, in a list of results."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from searchsvc.articles import dates
from searchsvc.articles.article import Article, Image
from searchsvc.articles.cleaning import clean_url
from searchsvc.search import Hit, SearchRequest
from searchsvc.web.age import age, is_day
from searchsvc.web.languages import Wording
from searchsvc.web.links import Link, Links

MAX_EXCERPT = 240
MAX_TOPICS = 4
ALSO_SHOWN = 2
MAX_SIDE = 10_000
DEFAULT_SIDES = (600, 400)
"""A picture's width and height in pixels where the article does not tell."""


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date as the page shows it, which is an age in its first week; for machines; and in full."""

    text: str
    datetime: str
    exact: str


@dataclass(frozen=True, slots=True)
class Headline:
    """The lines that every article has. The template escapes `title` unless it is Markup."""

    title: str | Markup
    url: str | None
    provider: str | None
    published: ShownDate | None


@dataclass(frozen=True, slots=True)
class Card:
    """One article; `also` are others of its story, and `more_also` are folded away.

    `missing` are words of the query that it lacks.
    """

    headline: Headline
    excerpt: str | Markup
    topics: tuple[Link, ...]
    thumbnail: Image | None
    is_pinned: bool
    missing: tuple[str, ...]
    also: tuple[Headline, ...]
    more_also: tuple[Headline, ...]


def card(hit: Hit, asked: SearchRequest, links: Links, now: datetime, wording: Wording) -> Card:
    """A hit as of `now`; its topics are links that search `asked` with that topic alone."""
    article = hit.article
    also = tuple(_headline(other, now, wording) for other in hit.also or ())
    shown = ALSO_SHOWN if len(also) > ALSO_SHOWN + 1 else len(also)
    return Card(
        headline=_headline(hit, now, wording),
        excerpt=_excerpt(hit, article),
        topics=tuple(
            Link(topic, links.page(replace(asked, page=1, topic=(topic,))))
            for topic in article.topics[:MAX_TOPICS]
        ),
        thumbnail=_thumbnail(article.image),
        is_pinned=hit.pinned,
        missing=hit.missing,
        also=also[:shown],
        more_also=also[shown:],
    )


def _headline(hit: Hit, now: datetime, wording: Wording) -> Headline:
    article = hit.article
    provider, moment = article.provider, article.published_at
    return Headline(
        title=Markup(hit.highlights.title) if hit.highlights else article.title,
        url=clean_url(article.url),
        provider=(provider.name or provider.domain) if provider else None,
        published=_published(moment, now, wording) if moment else None,
    )


def _published(moment: datetime, now: datetime, wording: Wording) -> ShownDate:
    exact = wording.weekday(moment)
    if not is_day(moment):
        time = f"{moment:%H:%M}"
        exact = wording.say("%(date)s, %(time)s UTC", date=exact, time=time)
    return ShownDate(
        text=age(moment, now, wording) or wording.day(moment),
        datetime=dates.iso(moment),
        exact=exact,
    )


def _excerpt(hit: Hit, article: Article) -> str | Markup:
    """The excerpt, cut at a word; one that the engine highlighted is short already."""
    if hit.highlights:
        return Markup(hit.highlights.excerpt)
    if len(article.excerpt) <= MAX_EXCERPT:
        return article.excerpt
    return article.excerpt[:MAX_EXCERPT].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _thumbnail(image: Image | None) -> Image | None:
    if image is None or not (url := clean_url(image.url)):
        return None
    width, height = image.width or 0, image.height or 0
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        width, height = DEFAULT_SIDES
    return replace(image, url=url, width=width, height=height)
