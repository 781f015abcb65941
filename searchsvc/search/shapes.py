"""The JSON of answers, declared once: what writes it is checked against these, and
/openapi.json is made of them.

A text beside a type is its description. What is not marked as NotRequired is always there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from searchsvc.articles.article import Provider
from searchsvc.search.result import Explanation, Facet, Highlights, IndexStatus

SHARDS_LOST = "whether shards of a cluster did not answer"
_RATING = "as the newsroom rates it, null where the article has none"


class ImageAnswer(TypedDict):
    """A picture, with its size in pixels."""

    url: str
    width: int | None
    height: int | None
    title: str | None


class ArticleAnswer(TypedDict):
    """One article. Its texts are plain text, never HTML."""

    id: Annotated[str, "its file's path without the suffix; it may hold slashes"]
    title: str
    excerpt: str
    url: Annotated[str | None, "where readers find it: http, https or a path"]
    amp_url: str | None
    published_at: Annotated[datetime | None, "in UTC, to the second"]
    provider: Provider | None
    category: str | None
    type: str | None
    topics: Sequence[str]
    image: ImageAnswer | None
    quality: Annotated[int | None, _RATING]
    heat: Annotated[int | None, _RATING]


class Scored(TypedDict):
    """What a query adds to an article."""

    score: float
    pinned: NotRequired[Annotated[Literal[True], "only there where an editor pinned it"]]


class StoryHit(ArticleAnswer, Scored):
    """Another article of a story."""


class Matched(Scored):
    """What a query adds to a result."""

    highlights: Annotated[
        Highlights | None, "null with `highlight=false`, or where the time budget ran out before"
    ]
    missing: NotRequired[
        Annotated[Sequence[str], "words of a `relaxed` query that it lacks, where it lacks any"]
    ]
    explain: NotRequired[Annotated[Explanation | None, "with `explain=true`"]]
    also: NotRequired[
        Annotated[Sequence[StoryHit], "with `collapse=story`: the others of its story"]
    ]


class SearchHit(ArticleAnswer, Matched):
    """One result."""


class SearchAnswer(TypedDict):
    """One page of results, the best first unless sorted otherwise."""

    query: str
    total: Annotated[int, "all matches, exactly unless `partial`; stories where collapsed"]
    total_articles: Annotated[int, "all matching articles, also where stories are counted"]
    page: int
    pages: Annotated[int, "how many there are, to the 10,000th result"]
    size: int
    took_ms: float
    corrected: Annotated[str | None, "the query that was searched for instead"]
    relaxed: Annotated[bool, "whether articles without all words were added"]
    ignored: Annotated[Sequence[str], "words that no article has, or that were past the limit"]
    did_you_mean: Annotated[str | None, "another query that may have been meant"]
    partial: Annotated[bool, "whether time ran out, or shards of a cluster did not answer"]
    parsed: NotRequired[Annotated[str | None, "with `explain=true`: how the query was read"]]
    results: Sequence[SearchHit]
    facets: Annotated[Mapping[str, Sequence[Facet]], "by field, for those that were asked for"]
    index: IndexStatus


class RelatedHit(ArticleAnswer):
    """An article to read after another."""

    relation: Annotated[
        Literal["linked", "similar"], "linked by its editors, or similar in its words"
    ]
    score: Annotated[float | None, "how similar; null for a linked one"]


class RelatedAnswer(TypedDict):
    """What to read after the article of this id: linked ones in their order, then similar ones."""

    id: str
    partial: Annotated[bool, SHARDS_LOST]
    results: Sequence[RelatedHit]
    index: IndexStatus
