"""The Whoosh schema of an index, and the analyzers that let Whoosh use our analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from whoosh import analysis as whoosh_analysis
from whoosh import columns as whoosh_columns
from whoosh import fields

from searchsvc.analysis import BREAK, Terms, stemmer, title_key, words
from searchsvc.articles import dates
from searchsvc.articles.article import Article
from searchsvc.articles.fields import FILTERS, TEXT_FIELDS
from searchsvc.index.columns import NO_DATE, NO_VALUE, rating
from searchsvc.index.values import values_of

EXACT_SUFFIX = "_exact"


class ExactAnalyzer(whoosh_analysis.Analyzer):
    """Yields words as typed, folded. It is pickled with the schema, so it holds plain values."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Any]:
        token = whoosh_analysis.Token(positions, chars, removestops, mode, **kwargs)
        for word in words(value, self.language):
            for offset, term in self._terms(word.terms):
                token.text = term
                token.boost = 1.0
                token.stopped = False
                if keeporiginal:
                    token.original = value[word.start : word.end]
                if positions:
                    token.pos = start_pos + word.position + offset
                if chars:
                    token.startchar = start_char + word.start
                    token.endchar = start_char + word.end
                yield token

    def _terms(self, terms: Terms) -> Iterator[tuple[int, str]]:
        """The terms of one word, each with its distance from the word's position."""
        return terms.indexed


class StemAnalyzer(ExactAnalyzer):
    """Yields the stems of words."""

    def _terms(self, terms: Terms) -> Iterator[tuple[int, str]]:
        stem = stemmer(self.language)
        return ((offset, stem(term)) for offset, term in terms.indexed)


def schema(language: str) -> fields.Schema:
    """What Whoosh can search, sort by and show.

    Every text field is there stemmed and, with positions for phrases, as typed. Keys to filter by
    are folded. Stored fields are the article's own, so that `hit["title"]` reads as one expects.
    """
    definition: dict[str, Any] = {
        "id": fields.ID(unique=True, stored=True),
        "title_key": fields.ID(),
        "topic": fields.ID(),
        "provider": fields.ID(stored=True),
        "category": fields.ID(stored=True),
        "type": fields.ID(stored=True),
        "published_at": fields.DATETIME(stored=True),
        "url": fields.STORED(),
        "amp_url": fields.STORED(),
        "image": fields.STORED(),
        "published_seconds": fields.COLUMN(whoosh_columns.NumericColumn("q", default=NO_DATE)),
        "quality": fields.COLUMN(whoosh_columns.NumericColumn("i", default=NO_VALUE)),
        "heat": fields.COLUMN(whoosh_columns.NumericColumn("i", default=NO_VALUE)),
    }
    for field in TEXT_FIELDS:
        stored = field != "body"
        definition[field] = fields.TEXT(
            analyzer=StemAnalyzer(language), phrase=False, stored=stored
        )
        definition[field + EXACT_SUFFIX] = fields.TEXT(analyzer=ExactAnalyzer(language))
    return fields.Schema(**definition)


def document(article: Article, language: str) -> dict[str, object]:
    """The keyword arguments of Whoosh's `add_document` for an article.

    Nothing is written with it: it defines what the adapter has to show.
    """
    moment = dates.as_utc(article.published_at) if article.published_at else None
    key = title_key(article.title, language)
    terms: dict[str, object] = {
        "id": article.id,
        "title_key": [key] if key else [],
        # Whoosh drops time zones: it is given UTC without one.
        "published_at": moment.replace(tzinfo=None) if moment else None,
        **{name: keys_of(article, name) for name in FILTERS},
    }
    texts = {
        "title": article.title,
        "topics": BREAK.join(article.labels),
        "excerpt": article.excerpt,
        "body": article.body,
    }
    stored = orjson.loads(article.stored_json())
    return {
        **{name: value for name, value in terms.items() if value},
        **texts,
        **{field + EXACT_SUFFIX: text for field, text in texts.items()},
        "published_seconds": int(moment.timestamp() // 1) if moment else NO_DATE,
        "quality": rating(article.quality),
        "heat": rating(article.heat),
        **{name: stored[name] for name in ("url", "amp_url", "image")},
        **{f"_stored_{name}": value for name, value in stored.items()},
    }


def keys_of(article: Article, name: str) -> list[str]:
    """What an article is filtered by under one of FILTERS, folded, each once.

    A provider can be named by its name and by its domain.
    """
    texts: Sequence[str] = values_of(article, name)
    if name == "provider":
        texts = (*texts, *values_of(article, "domain"))
    return list(dict.fromkeys(text.casefold() for text in texts))
