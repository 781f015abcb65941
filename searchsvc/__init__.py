"""Full-text search for news sites: a folder of articles in, ranked answers out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["Article", "SearchRequest", "SearchResult", "SuggestRequest", "open_engine"]

if TYPE_CHECKING:
    from searchsvc.articles.article import Article
    from searchsvc.engine import open_engine
    from searchsvc.search import SearchRequest, SearchResult
    from searchsvc.suggest.request import SuggestRequest

_HOMES = {
    "Article": "searchsvc.articles.article",
    "SearchRequest": "searchsvc.search",
    "SearchResult": "searchsvc.search",
    "SuggestRequest": "searchsvc.suggest.request",
    "open_engine": "searchsvc.engine",
}


def __getattr__(name: str) -> Any:
    """Load on first use: `searchsvc --help` needs none of it."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
