"""The Whoosh schema of an index, and the adapters that let Whoosh use our analysis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import analysis as whoosh_analysis
from whoosh import fields

from searchsvc import dates
from searchsvc.analysis import BREAK, stemmer, title_key, words
from searchsvc.article import Article
from searchsvc.vocabulary import EXACT_SUFFIX, TEXT_FIELDS

EXACT = {field: field + EXACT_SUFFIX for field in TEXT_FIELDS}
"""For each text field the one that holds its words as typed, with positions, for phrases."""


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
        if terms.solid:
            yield 0, terms.solid
        yield from enumerate(terms.parts)


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
    """One stemmed and one exact field for each text field, keys to filter by, what is stored.

    `lengths` are those of the text fields, in the order of TEXT_FIELDS.
    """
    definition: dict[str, Any] = {
        "id": fields.ID(unique=True, stored=True),
        "title_key": fields.ID(),
        "topic": fields.ID(),
        "provider": fields.ID(),
        "category": fields.ID(),
        "type": fields.ID(),
        "published_at": fields.DATETIME(),
        "article": fields.STORED(),
        "related": fields.STORED(),
        "lengths": fields.STORED(),
    }
    for field in TEXT_FIELDS:
        definition[field] = fields.TEXT(analyzer=StemAnalyzer(language), phrase=False)
        definition[EXACT[field]] = fields.TEXT(analyzer=ExactAnalyzer(), phrase=True)
    return fields.Schema(**definition)


def document(article: Article) -> dict[str, object]:
    """The keyword arguments of Whoosh's add_document for an article."""
    provider = article.provider
    texts = {
        "title": article.title,
        "topics": BREAK.join(article.topics),
        "excerpt": article.excerpt,
    }
    values: dict[str, object] = {
        "id": article.id,
        "title_key": [key] if (key := title_key(article.title)) else None,
        "topic": [topic.casefold() for topic in article.topics],
        "provider": [text.casefold() for text in (provider.name, provider.domain) if text]
        if provider
        else None,
        "category": article.category.casefold() if article.category else None,
        "type": article.type.casefold() if article.type else None,
        "published_at": _naive_utc(article),
        "article": article.to_json().decode(),
        "related": list(article.related),
        "lengths": [_length(text) for text in texts.values()],
    }
    for field, text in texts.items():
        values[field] = values[EXACT[field]] = text
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _length(text: str) -> int:
    """Terms in a field. Kept exactly: Whoosh's own lengths are rounded at every merge."""
    return sum(len(word.terms.parts) + bool(word.terms.solid) for word in words(text))


def _naive_utc(article: Article) -> object:
    """Whoosh drops time zones: it is given UTC without one."""
    moment = article.published_at
    return dates.as_utc(moment).replace(tzinfo=None) if moment else None
