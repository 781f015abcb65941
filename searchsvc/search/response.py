"""An answer as JSON, the shape that front ends and scripts are written against.

A hit's article is JSON already in the index: it is passed through as bytes, never decoded.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson

from searchsvc.articles.article import Article
from searchsvc.search.result import Explanation, Hit, RelatedResult, SearchResult

__all__ = ["article_json", "related_json", "result_json"]

SCORE_DECIMALS = 6
TOOK_DECIMALS = 3
_MOMENTS = orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS
"""How moments are written: `2020-05-20T12:59:00Z`."""


def result_json(result: SearchResult, *, explain: bool = False) -> bytes:
    """One answer; `explain` adds `parsed` at the top and `explain` to each result."""
    body = {
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
        **({"parsed": result.parsed} if explain else {}),
        "results": [_hit(hit, explain) for hit in result.hits],
        "facets": result.facets,
        "index": result.index,
    }
    return orjson.dumps(body, option=_MOMENTS)


def article_json(article: Article) -> bytes:
    """One article: a result without what depends on a query."""
    return article.to_json()


def related_json(result: RelatedResult) -> bytes:
    """An article's related articles: each with why it is there, and its score or null."""
    results = [
        _with(related.stored, {"relation": related.relation, "score": _rounded(related.score)})
        for related in result.results
    ]
    body = {"id": result.id, "results": results, "index": result.index}
    return orjson.dumps(body, option=_MOMENTS)


def _hit(hit: Hit, explain: bool) -> orjson.Fragment:
    added: dict[str, Any] = {"score": _rounded(hit.score), "highlights": hit.highlights}
    if explain:
        added["explain"] = _explanation(hit.explain) if hit.explain else None
    if hit.pinned:
        added["pinned"] = True
    if hit.missing:
        added["missing"] = hit.missing
    if hit.also is not None:
        added["also"] = [_other(other) for other in hit.also]
    return _with(hit.stored, added)


def _other(hit: Hit) -> orjson.Fragment:
    """One of a story's others: an article with its score."""
    pinned = {"pinned": True} if hit.pinned else {}
    return _with(hit.stored, {"score": _rounded(hit.score), **pinned})


def _with(stored: bytes, added: dict[str, Any]) -> orjson.Fragment:
    """The stored object with more keys, added before its closing brace."""
    return orjson.Fragment(stored[:-1] + b"," + orjson.dumps(added)[1:])


def _explanation(explanation: Explanation) -> dict[str, Any]:
    body = _with_rounded(asdict(explanation))
    return {**body, "fields": [_with_rounded(part) for part in body["fields"]]}


def _with_rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _rounded(value) for name, value in values.items()}


def _rounded(value: Any) -> Any:
    return round(value, SCORE_DECIMALS) if isinstance(value, float) else value
