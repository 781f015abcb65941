"""A small engine over articles in memory: every behaviour the web side relies on, no index."""

from __future__ import annotations

import html
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import orjson

from searchsvc.articles.article import Article
from searchsvc.errors import InvalidRequest, NoIndex, ParameterError
from searchsvc.search import (
    Explanation,
    Facet,
    FacetRequest,
    Highlights,
    Hit,
    IndexStatus,
    RelatedArticle,
    RelatedResult,
    SearchRequest,
    SearchResult,
    TermScore,
    Trouble,
)
from searchsvc.suggest.request import Suggestion, SuggestRequest, SuggestResult

MOMENT = datetime(2021, 3, 4, 5, tzinfo=UTC)
NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
SORTS: dict[str, tuple[Callable[[Article], Any], bool]] = {
    "newest": (lambda article: article.published_at or NO_DATE, True),
    "oldest": (lambda article: article.published_at or NO_DATE, False),
    "heat": (lambda article: article.heat or 0, True),
    "quality": (lambda article: article.quality or 0, True),
}


def values(article: Article, name: str) -> tuple[str, ...]:
    if name == "topic":
        return article.topics
    if name == "provider":
        provider = article.provider
        name = (provider.name or provider.domain or "") if provider else ""
        return (name,) if name else ()
    if name == "month":
        return (f"{article.published_at:%Y-%m}",) if article.published_at else ()
    value = getattr(article, name)
    return (value,) if value else ()


@dataclass
class FakeEngine:
    """`generation` None is no index. `extra` overrides fields of each result."""

    articles: list[Article]
    generation: str | None = "20210304T050000Z-fake"
    extra: dict[str, Any] = field(default_factory=dict)
    failure: Exception | None = None
    searches: int = 0
    pinned: frozenset[str] = frozenset()
    in_trouble: Trouble | None = None

    def search(self, request: SearchRequest) -> SearchResult:
        self._check()
        self.searches += 1
        if self.failure:
            raise self.failure
        if request.query == "too many words":
            error = ParameterError("q", "33 words", "at most 32 words")
            raise InvalidRequest((error,))
        words = request.query.casefold().split()
        found = [article for article in self.articles if self._matches(article, words, request)]
        key, reverse = SORTS.get(request.sort, (None, False))
        if key:
            found.sort(key=key, reverse=reverse)
        stories = self._stories(found) if request.collapse else {item.id: [] for item in found}
        shown = [article for article in found if article.id in stories]
        page = shown[request.offset : request.offset + request.size]
        answer: dict[str, Any] = {
            "query": request.query,
            "total": len(shown),
            "total_articles": len(found),
            "page": request.page,
            "pages": -(-len(shown) // request.size),
            "size": request.size,
            "took_ms": 0.123456,
            "hits": tuple(
                self._hit(article, words, request, stories[article.id]) for article in page
            ),
            "facets": {
                facet.field: self._facet(facet, self._without_own_filter(facet, words, request))
                for facet in request.facets
            },
            "orders": self._orders(request, found),
            "index": self.status(),
            "parsed": " AND ".join(words) if request.explain else None,
        }
        return SearchResult(**{**answer, **self.extra})

    def suggest(self, request: SuggestRequest) -> SuggestResult:
        """A query, a topic of the same text, and the articles with the typed text."""
        self._check()
        self.searches += 1
        if self.failure:
            raise self.failure
        word = request.query.strip()
        titles = [a for a in self.articles if word.casefold() in a.title.casefold()]
        suggestions = [
            Suggestion("query", f"{word}s", f"{mark(word, [word])}s"),
            Suggestion("topic", f"{word}s", f"{mark(word, [word])}s"),
            *(self._suggested(article, word) for article in titles),
        ]
        partial = self.extra.get("partial", False)
        return SuggestResult(tuple(suggestions[: request.size]), partial)

    def article(self, article_id: str) -> Article | None:
        self._check()
        return next((item for item in self.articles if item.id == article_id), None)

    def related(self, article_id: str, size: int = 10) -> RelatedResult | None:
        """The article after it is linked, the others are similar."""
        self._check()
        ids = [article.id for article in self.articles]
        if article_id not in ids:
            return None
        place = ids.index(article_id)
        others = self.articles[place + 1 :] + self.articles[:place]
        results = tuple(
            RelatedArticle(
                article.id,
                "similar" if number else "linked",
                1.23456789 if number else None,
                article.to_json(),
            )
            for number, article in enumerate(others[:size])
        )
        partial = self.extra.get("partial", False)
        return RelatedResult(article_id, results, self.status(), partial)

    def stamp(self) -> tuple[str, ...]:
        self._check()
        return (str(self.generation), "2021-03-04T05")

    def status(self) -> IndexStatus:
        self._check()
        return IndexStatus(str(self.generation), len(self.articles), MOMENT, MOMENT, MOMENT)

    def trouble(self) -> Trouble | None:
        return self.in_trouble

    def warning(self) -> str | None:
        return None

    def close(self) -> None: ...

    def _orders(self, request: SearchRequest, found: list[Article]) -> tuple[str, ...]:
        differ = {
            sort: request.facets and len({key(article) for article in found}) > 1
            for sort, (key, _) in SORTS.items()
        }
        relevance = ("relevance",) if request.facets and request.query and len(found) > 1 else ()
        return (*relevance, *(sort for sort in SORTS if differ[sort]))

    def _suggested(self, article: Article, word: str) -> Suggestion:
        stored = orjson.loads(article.to_json())
        highlight = mark(article.title, [word])
        date, image = stored["published_at"], stored["image"]
        return Suggestion("article", article.title, highlight, article.url, date, image)

    def _check(self) -> None:
        if self.generation is None:
            raise NoIndex("no index yet: run `searchsvc reindex`")

    def _matches(self, article: Article, words: Iterable[str], request: SearchRequest) -> bool:
        text = " ".join((article.title, article.excerpt, *article.topics)).casefold()
        first, last = request.span
        moment = article.published_at.timestamp() if article.published_at else math.nan
        return (
            all(word in text for word in words)
            and all(
                {value.casefold() for value in wanted}
                & {value.casefold() for value in values(article, name)}
                for name, wanted in request.filters.items()
            )
            and (first is None or moment >= first)
            and (last is None or moment <= last)
        )

    def _without_own_filter(
        self, facet: FacetRequest, words: list[str], request: SearchRequest
    ) -> list[Article]:
        own = {"from_": None, "to": None} if facet.field == "month" else {facet.field: ()}
        wider = replace(request, **own)
        return [article for article in self.articles if self._matches(article, words, wider)]

    def _stories(self, found: list[Article]) -> dict[str, list[Article]]:
        """By the id of the first with a title, the others with the same."""
        stories: dict[str, list[Article]] = {}
        by_title: dict[str, str] = {}
        for article in found:
            first = by_title.setdefault(article.title.casefold(), article.id)
            if first == article.id:
                stories[first] = []
            else:
                stories[first].append(article)
        return stories

    def _hit(
        self, article: Article, words: list[str], request: SearchRequest, story: list[Article]
    ) -> Hit:
        highlights = explanation = None
        if request.highlight:
            highlights = Highlights(mark(article.title, words), mark(article.excerpt, words))
        if request.explain:
            terms = tuple(TermScore("title", word, 2.7, 3.0) for word in words)
            explanation = Explanation(8.1, False, terms, 1.52, 0.18, 0.2, 0.14)
        also = None
        if request.collapse:
            also = tuple(Hit(item.to_json(), 1.2345678) for item in story)
        is_pinned = article.id in self.pinned
        score, stored = 12.3456789, article.to_json()
        return Hit(stored, score, highlights, explanation, also, is_pinned)

    def _facet(self, facet: FacetRequest, found: list[Article]) -> tuple[Facet, ...]:
        counts = Counter(value for article in found for value in values(article, facet.field))
        return tuple(Facet(value, count) for value, count in counts.most_common(facet.size))


def mark(text: str, words: list[str]) -> str:
    """Escaped, with the words in <mark>."""
    if not words:
        return html.escape(text)
    parts = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return "".join(
        f"<mark>{html.escape(part)}</mark>" if number % 2 else html.escape(part)
        for number, part in enumerate(parts)
    )
