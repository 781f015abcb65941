"""What an engine answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from searchsvc.articles.article import Article, stored_id, stored_title

MAX_ALSO = 10
"""Other articles of its story that a hit lists."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """HTML: escaped text with the matched words in `<mark>`."""

    title: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class TermScore:
    """What one term in one field adds to the text score: bm25 x boost.

    An `exact` term is a word as it was typed, else it is a stem.
    """

    field: str
    term: str
    bm25: float
    boost: float
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """score = text x prior x boost; text = sum of the fields (+ 1000); prior = 1 + three parts.

    `boost` is what editors gave the article for this query.
    """

    text: float
    title_is_query: bool
    fields: tuple[TermScore, ...]
    prior: float
    quality: float
    heat: float
    freshness: float
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. What it shows is decoded when it is asked for; `stored` is the article's JSON.

    `also` are the other matches of its story in order, at most MAX_ALSO; None unless collapsed.
    `pinned` is one that an editor put where it is. `missing` are words of a relaxed query that it
    lacks, told where words are highlighted.
    """

    stored: bytes
    score: float
    highlights: Highlights | None = None
    explain: Explanation | None = None
    also: tuple[Hit, ...] | None = None
    pinned: bool = False
    missing: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return stored_id(self.stored)

    @property
    def title(self) -> str:
        return stored_title(self.stored)

    @property
    def article(self) -> Article:
        return Article.from_json(self.stored)


@dataclass(frozen=True, slots=True)
class Facet:
    """A value as most articles write it, and the number of matches that have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """The live generation; freshness counts from the hour `as_of`."""

    generation: str
    articles: int
    published_at: datetime
    checked_at: datetime
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why what answers is not the live generation, and since when (epoch seconds)."""

    reason: str
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """One answer: `total` counts all matches, exactly unless `partial`; hits are one page.

    Collapsed, `total` counts stories; `total_articles` and facets always count articles. `ignored`
    are the words of the query that no article has, or that were past the limit. `orders` are the
    sorts in which the matches may stand differently, told beside facets.
    """

    query: str
    total: int = 0
    total_articles: int = 0
    page: int
    pages: int = 0
    size: int
    took_ms: float
    corrected: str | None = None
    relaxed: bool = False
    ignored: tuple[str, ...] = ()
    did_you_mean: str | None = None
    partial: bool = False
    parsed: str | None = None
    hits: tuple[Hit, ...] = ()
    facets: dict[str, tuple[Facet, ...]]
    orders: tuple[str, ...] = ()
    index: IndexStatus


@dataclass(frozen=True, slots=True)
class RelatedArticle:
    """An article that goes with another: `linked` by its editors, or `similar` in its words.

    `score` is that of the words, None for a link; `stored` is the article's JSON.
    """

    id: str
    relation: Literal["linked", "similar"]
    score: float | None
    stored: bytes

    @property
    def article(self) -> Article:
        return Article.from_json(self.stored)


@dataclass(frozen=True, slots=True)
class RelatedResult:
    """What to read after the article `id`: the linked ones in their order, then similar ones.

    It is `partial` where shards of a cluster did not answer: others may be lacking.
    """

    id: str
    results: tuple[RelatedArticle, ...]
    index: IndexStatus
    partial: bool = False
