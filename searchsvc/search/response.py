"""An answer as JSON, the shape that front ends and scripts are written against.

A hit's article is JSON already in the index: it is passed through as bytes, never decoded.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson

from searchsvc.articles import dates
from searchsvc.articles.article import Article
from searchsvc.articles.fields import EXACT_SUFFIX
from searchsvc.search import Explanation, Hit, IndexStatus, RelatedResult, SearchResult
from searchsvc.suggest.request import Suggestion

__all__ = ["article_json", "related_json", "result_json", "suggestions_json"]

SCORE_DECIMALS = 6
TOOK_DECIMALS = 3


def result_json(result: SearchResult, *, explain: bool = False) -> bytes:
    """One answer; `explain` adds `parsed` at the top and `explain` to each result."""
    body: dict[str, Any] = {
        "query": result.query,
        "total": result.total,
        "page": result.page,
        "pages": result.pages,
        "size": result.size,
        "took_ms": round(result.took_ms, TOOK_DECIMALS),
        "corrected": result.corrected,
        "relaxed": result.relaxed,
        "did_you_mean": result.did_you_mean,
        "partial": result.partial,
    }
    if explain:
        body["parsed"] = result.parsed
    body["results"] = [_hit(hit, explain) for hit in result.hits]
    body["facets"] = result.facets
    body["index"] = _index(result.index)
    return orjson.dumps(body)


def article_json(article: Article) -> bytes:
    """One article: a result without what depends on a query."""
    return article.to_json()


def suggestions_json(query: str, suggestions: tuple[Suggestion, ...]) -> bytes:
    """What is suggested for what has been typed."""
    return orjson.dumps({"query": query, "suggestions": suggestions})


def related_json(result: RelatedResult) -> bytes:
    """An article's related articles: each with why it is there, and its score or null."""
    return orjson.dumps(
        {
            "id": result.id,
            "results": [
                _with(
                    related.stored,
                    {"relation": related.relation, "score": _score(related.score)},
                )
                for related in result.results
            ],
            "index": _index(result.index),
        }
    )


def _hit(hit: Hit, explain: bool) -> orjson.Fragment:
    added: dict[str, Any] = {"score": round(hit.score, SCORE_DECIMALS), "highlights": None}
    if hit.highlights:
        added["highlights"] = {
            "title": hit.highlights.title,
            "excerpt": hit.highlights.excerpt,
        }
    if explain:
        added["explain"] = _explanation(hit.explain) if hit.explain else None
    if hit.pinned:
        added["pinned"] = True
    if hit.also is not None:
        added["also"] = [_other(other) for other in hit.also]
    return _with(hit.stored, added)


def _other(hit: Hit) -> orjson.Fragment:
    """One of a story's others: an article with its score."""
    added: dict[str, Any] = {"score": round(hit.score, SCORE_DECIMALS)}
    if hit.pinned:
        added["pinned"] = True
    return _with(hit.stored, added)


def _with(stored: bytes, added: dict[str, Any]) -> orjson.Fragment:
    """The stored object, reopened at its closing brace to add what the query gives."""
    return orjson.Fragment(stored[:-1] + b"," + orjson.dumps(added)[1:])


def _score(score: float | None) -> float | None:
    return None if score is None else round(score, SCORE_DECIMALS)


def _explanation(explanation: Explanation) -> dict[str, Any]:
    body: dict[str, Any] = {
        "text": round(explanation.text, SCORE_DECIMALS),
        "title_is_query": explanation.title_is_query,
        "fields": [
            {
                "field": part.field.removesuffix(EXACT_SUFFIX),
                "term": part.term,
                "bm25": round(part.bm25, SCORE_DECIMALS),
                "boost": round(part.boost, SCORE_DECIMALS),
                "exact": part.field.endswith(EXACT_SUFFIX),
            }
            for part in explanation.fields
        ],
        "prior": round(explanation.prior, SCORE_DECIMALS),
        "quality": round(explanation.quality, SCORE_DECIMALS),
        "heat": round(explanation.heat, SCORE_DECIMALS),
        "freshness": round(explanation.freshness, SCORE_DECIMALS),
    }
    if explanation.boost != 1:
        body["boost"] = round(explanation.boost, SCORE_DECIMALS)
    return body


@lru_cache(maxsize=2)
def _index(status: IndexStatus) -> orjson.Fragment:
    """The same for all answers of an hour."""
    return orjson.Fragment(
        orjson.dumps(
            {
                "generation": status.generation,
                "articles": status.articles,
                "published_at": dates.iso(status.published_at),
                "checked_at": dates.iso(status.checked_at),
                "as_of": dates.iso(status.as_of),
            }
        )
    )
