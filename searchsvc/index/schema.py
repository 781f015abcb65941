"""The Whoosh schema of an index, and the adapters that let Whoosh use our analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from whoosh import analysis as whoosh_analysis
from whoosh import columns as whoosh_columns
from whoosh import fields

from searchsvc.analysis import BREAK, compound_keys, stemmer, title_key, words
from searchsvc.articles import addresses, dates
from searchsvc.articles.article import Article
from searchsvc.articles.fields import EXACT_SUFFIX, FILTERS, TEXT_FIELDS
from searchsvc.index.columns import VALUE_FIELDS, epoch_seconds, values_of
from searchsvc.search.ranking import NO_DATE

EXACT = {field: field + EXACT_SUFFIX for field in TEXT_FIELDS}
"""For each text field the one that holds its words as typed, with positions, for phrases."""
LENGTH = {field: f"{field}_length" for field in TEXT_FIELDS}
"""For each text field the column of its exact lengths, in terms, the same for both of its forms."""
VALUE = {name: f"{name}_value" for name in VALUE_FIELDS}
"""For each facet the field that holds its values as written, one term each."""
DATE_SHIFT = 32
"""Bits between two precisions that dates are indexed in: to the microsecond and to 72 minutes.

Whoosh's own are eight, for ranges that a query puts together from few terms. Ours go by a column.
"""
KEY_FIELDS = (*FILTERS, *VALUE.values())

_AS_WRITTEN = {field: name for name, field in VALUE.items()}


class _Analyzer(whoosh_analysis.Analyzer):
    """Yields Whoosh tokens; subclasses say which terms. Pickled with the schema, so tiny."""

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
        for word in words(value):
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

    def _terms(self, terms: Any) -> Iterator[tuple[int, str]]:
        """The terms of one word, each with its distance from the word's position."""
        yield from terms.indexed


class ExactAnalyzer(_Analyzer):
    """Words as typed, folded."""


class StemAnalyzer(_Analyzer):
    """Words as their stems in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def _terms(self, terms: Any) -> Iterator[tuple[int, str]]:
        stem = stemmer(self.language)
        for offset, term in super()._terms(terms):
            yield offset, stem(term)


def schema(language: str) -> fields.Schema:
    """What can be searched, what is stored, and the columns kept per document.

    Every text field is there stemmed and exact; keys to filter by are folded, `<name>_value` keeps
    them as written, for facets. The stored fields are the article's own, so that `hit["title"]`
    reads as one expects. `addresses` holds the keys of an article's own links, `related` those of
    its related stories; the lengths are exact, in terms, where Whoosh's own are rounded.
    """
    definition: dict[str, Any] = {
        "id": fields.ID(unique=True, stored=True),
        "title_key": fields.ID(),
        "compound": fields.ID(),
        "topic": fields.ID(),
        "provider": fields.ID(stored=True),
        "category": fields.ID(stored=True),
        "type": fields.ID(stored=True),
        "published_at": fields.DATETIME(stored=True),
        "url": fields.STORED(),
        "amp_url": fields.STORED(),
        "image": fields.STORED(),
        "addresses": fields.COLUMN(whoosh_columns.VarBytesColumn()),
        "related": fields.COLUMN(whoosh_columns.VarBytesColumn()),
        "published_seconds": fields.COLUMN(whoosh_columns.NumericColumn("q", default=NO_DATE)),
    }
    definition["published_at"].shift_step = DATE_SHIFT
    for field in TEXT_FIELDS:
        definition[field] = fields.TEXT(analyzer=StemAnalyzer(language), phrase=False, stored=True)
        definition[EXACT[field]] = fields.TEXT(analyzer=ExactAnalyzer(), phrase=True)
        definition[LENGTH[field]] = fields.COLUMN(whoosh_columns.NumericColumn("i"))
    for name in VALUE_FIELDS:
        definition[VALUE[name]] = fields.ID()
    return fields.Schema(**definition)


def document(article: Article) -> dict[str, object]:
    """The keyword arguments of Whoosh's add_document for an article.

    `searchsvc.batch` writes the same much faster; this is the definition it is held to.
    """
    moment = article.published_at
    terms: dict[str, object] = {
        "id": article.id,
        "title_key": [key] if (key := title_key(article.title)) else [],
        "compound": list(dict.fromkeys(compounds_of(article))),
        # Whoosh drops time zones: it is given UTC without one.
        "published_at": dates.as_utc(moment).replace(tzinfo=None) if moment else None,
    }
    terms |= {name: keys_of(article, name) for name in KEY_FIELDS}
    texts = {
        "title": article.title,
        "topics": BREAK.join(article.topics),
        "excerpt": article.excerpt,
    }
    columns = {
        "addresses": addresses.keys(article.urls),
        "related": addresses.keys(article.related),
        "published_seconds": epoch_seconds(article),
    }
    columns |= {LENGTH[field]: _length(text) for field, text in texts.items()}
    stored = orjson.loads(article.stored_json())
    return {
        **{name: value for name, value in terms.items() if value},
        **texts,
        **{EXACT[field]: text for field, text in texts.items()},
        **columns,
        **{name: stored[name] for name in ("url", "amp_url", "image")},
        **{f"_stored_{name}": value for name, value in stored.items()},
    }


def keys_of(article: Article, name: str) -> list[str]:
    """The terms of one of KEY_FIELDS: values as written, or folded, to filter by.

    A provider can be named by its name and by its domain.
    """
    if name in _AS_WRITTEN:
        return list(values_of(article, _AS_WRITTEN[name]))
    if name == "provider" and article.provider:
        texts: Sequence[str | None] = (article.provider.name, article.provider.domain)
    else:
        texts = values_of(article, name)
    return [text.casefold() for text in texts if text]


def compounds_of(article: Article) -> Iterator[str]:
    """The compounds in an article's texts, as keys."""
    for text in (article.title, *article.topics, article.excerpt):
        for word in words(text):
            yield from compound_keys(word.terms)


def _length(text: str) -> int:
    """Terms in a field."""
    return sum(1 for word in words(text) for _ in word.terms.indexed)
