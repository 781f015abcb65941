"""An answer as JSON, the shape that front ends and scripts are written against.

A hit's article is JSON already in the index: it is passed through as bytes, never decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

import orjson

from searchsvc.articles.article import Article
from searchsvc.search.result import Explanation, Hit, RelatedResult, SearchResult
from searchsvc.search.shapes import (
    Matched,
    RelatedAnswer,
    RelatedHit,
    Scored,
    SearchAnswer,
    SearchHit,
    StoryHit,
)

__all__ = ["article_json", "related_json", "result_json"]

SCORE_DECIMALS = 6
TOOK_DECIMALS = 3
_MOMENTS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
"""How moments are written: `2020-05-20T12:59:00Z`."""


def result_json(result: SearchResult, *, explain: bool = False) -> bytes:
    """One answer; `explain` adds `parsed` at the top and `explain` to each result."""
    body: SearchAnswer = {
        "query": result.query,
        "total": result.total,
        "total_articles": result.total_articles,
        "page": result.page,
        "pages": result.pages,
        "size": result.size,
        "took_ms": round(result.took_ms, TOOK_DECIMALS),
        "corrected": result.corrected,
        "relaxed": result.relaxed,
        "ignored": result.ignored,
        "did_you_mean": result.did_you_mean,
        "partial": result.partial,
        "results": [_hit(hit, explain) for hit in result.hits],
        "facets": result.facets,
        "index": result.index,
    }
    if explain:
        body["parsed"] = result.parsed
    return orjson.dumps(body, option=_MOMENTS)


def article_json(article: Article) -> bytes:
    """One article: a result without what depends on a query."""
    return article.to_json()


def related_json(result: RelatedResult) -> bytes:
    """An article's related articles: each with why it is there, and its score or null."""
    results: list[RelatedHit] = [
        _with(related.stored, {"relation": related.relation, "score": _rounded(related.score)})
        for related in result.results
    ]
    body: RelatedAnswer = {
        "id": result.id,
        "partial": result.partial,
        "results": results,
        "index": result.index,
    }
    return orjson.dumps(body, option=_MOMENTS)


def _hit(hit: Hit, explain: bool) -> SearchHit:
    added: Matched = {"score": _rounded(hit.score), "highlights": hit.highlights}
    if explain:
        added["explain"] = _explanation(hit.explain) if hit.explain else None
    if hit.pinned:
        added["pinned"] = True
    if hit.missing:
        added["missing"] = hit.missing
    if hit.also is not None:
        added["also"] = [_other(other) for other in hit.also]
    return cast(SearchHit, _with(hit.stored, added))


def _other(hit: Hit) -> StoryHit:
    """One of a story's others: an article with its score."""
    added: Scored = {"score": _rounded(hit.score)}
    if hit.pinned:
        added["pinned"] = True
    return cast(StoryHit, _with(hit.stored, added))


def _with(stored: bytes, added: Mapping[str, Any]) -> Any:
    """The stored object with more keys, added before its closing brace, as a fragment of JSON."""
    return orjson.Fragment(stored[:-1] + b"," + orjson.dumps(added)[1:])


def _explanation(explanation: Explanation) -> Explanation:
    """The explanation as a dictionary, with rounded numbers."""
    body = _with_rounded(asdict(explanation))
    fields = [_with_rounded(part) for part in body["fields"]]
    return cast(Explanation, {**body, "fields": fields})


def _with_rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in values.items()}


def _rounded(value: Any) -> Any:
    return round(value, SCORE_DECIMALS) if isinstance(value, float) else value
