"""tantivy, by its Python package: what people leave Whoosh for.

Words are asked of the stemmed fields; phrases and prefixes of unstemmed ones, as in searchsvc.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import tantivy

from benchmarks.peers import TOP, Answer
from benchmarks.workload import Query
from searchsvc import Article

WRITER_MEMORY = 512 * 1024 * 1024
WRITER_THREADS = 2
BOOSTS = {"title": 3.0, "topics": 2.0, "excerpt": 1.0}
WITH_BODIES = {**BOOSTS, "body": 0.3}
BODIES = "with-bodies"
"""Beside the index: whether its articles have bodies. Asking a field without any costs time."""
TOPIC_COUNTS = {"topic": {"terms": {"field": "topic", "size": 10}}}


def _exact(boosts: dict[str, float]) -> dict[str, float]:
    return {f"{field}_exact": boost for field, boost in boosts.items()}


def schema(fields: Iterable[str]) -> Any:
    """`raw` fields hold whole values; `fast` ones are columns, to sort by and to count."""
    builder = tantivy.SchemaBuilder()
    for field in fields:
        builder.add_text_field(field, stored=True, tokenizer_name="en_stem", index_option="freq")
        builder.add_text_field(f"{field}_exact", tokenizer_name="default")
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("topic", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("url", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("provider", "domain", "category", "type"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_date_field("published_at", stored=True, indexed=True, fast=True)
    builder.add_integer_field("quality", stored=True, fast=True)
    builder.add_integer_field("heat", stored=True, fast=True)
    return builder.build()


def document(article: Article) -> Any:
    provider = article.provider
    fields: dict[str, Any] = {
        "id": article.id,
        "title": article.title,
        "title_exact": article.title,
        "topics": list(article.topics),
        "topics_exact": list(article.topics),
        "excerpt": article.excerpt,
        "excerpt_exact": article.excerpt,
        "body": article.body or None,
        "body_exact": article.body or None,
        "topic": [topic.casefold() for topic in article.topics],
        "url": article.url,
        "provider": provider.name if provider else None,
        "domain": provider.domain if provider else None,
        "category": article.category,
        "type": article.type,
        "published_at": article.published_at,
        "quality": article.quality,
        "heat": article.heat,
    }
    return tantivy.Document(**{name: value for name, value in fields.items() if value is not None})


class Tantivy:
    label: ClassVar[str] = "tantivy"

    @staticmethod
    def index(articles: Sequence[Article], folder: Path) -> None:
        has_bodies = any(article.body for article in articles)
        fields = WITH_BODIES if has_bodies else BOOSTS
        index = tantivy.Index(schema(fields), path=str(folder))
        writer = index.writer(heap_size=WRITER_MEMORY, num_threads=WRITER_THREADS)
        for article in articles:
            writer.add_document(document(article))
        writer.commit()
        writer.wait_merging_threads()
        if has_bodies:
            folder.with_suffix(f".{BODIES}").touch()

    def __init__(self, folder: Path) -> None:
        self._index = tantivy.Index.open(str(folder))
        self._searcher: Any = self._index.searcher()  # its stubs lack `count`
        self._schema = self._index.schema
        self._boosts = WITH_BODIES if folder.with_suffix(f".{BODIES}").exists() else BOOSTS
        self._exact = _exact(self._boosts)

    def search(self, query: Query, *, highlight: bool = False) -> Answer:
        asked = self._query(query)
        filtered = self._filtered(asked, query.topic) if query.topic else asked
        if query.newest:
            found = self._searcher.search(
                filtered, TOP, count=True, order_by_field="published_at", order=tantivy.Order.Desc
            )
        else:
            found = self._searcher.search(filtered, TOP, count=True)
        documents = [self._searcher.doc(address) for _, address in found.hits]
        return Answer(
            total=found.count,
            hits=documents,
            titles=[document.get_first("title") for document in documents],
            highlights=self._highlights(query, asked, documents) if highlight else [],
            facets=self._topics(asked) if query.topic else {},
        )

    def _query(self, query: Query) -> Any:
        words = " ".join(query.words)
        match query.kind:
            case "phrase":
                return self._index.parse_query(
                    f'"{words}"', list(self._exact), field_boosts=self._exact
                )
            case "prefix":
                return self._prefix(words)
            case kind:
                return self._index.parse_query(
                    words,
                    list(self._boosts),
                    field_boosts=self._boosts,
                    conjunction_by_default=kind == "all",
                )

    def _prefix(self, text: str) -> Any:
        """As a regular expression: the phrase-prefix query stops at 50 terms."""
        clauses = []
        for field, boost in self._exact.items():
            terms = tantivy.Query.regex_query(self._schema, field, f"{text}.*")
            clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(terms, boost)))
        return tantivy.Query.boolean_query(clauses)

    def _filtered(self, query: Any, topic: str) -> Any:
        term = tantivy.Query.term_query(self._schema, "topic", topic)
        unscored = tantivy.Query.const_score_query(term, 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, unscored)])

    def _topics(self, query: Any) -> dict[str, int]:
        counted = self._searcher.aggregate(query, TOPIC_COUNTS)
        return {bucket["key"]: bucket["doc_count"] for bucket in counted["topic"]["buckets"]}

    def _highlights(self, query: Query, asked: Any, documents: list[Any]) -> list[tuple[str, str]]:
        """Of stored text; a phrase is marked by its words, a regular expression has none."""
        if query.kind == "phrase":
            asked = self._index.parse_query(" ".join(query.words), list(self._boosts))
        title, excerpt = (
            tantivy.SnippetGenerator.create(self._searcher, asked, self._schema, field)
            for field in ("title", "excerpt")
        )
        return [
            (title.snippet_from_doc(found).to_html(), excerpt.snippet_from_doc(found).to_html())
            for found in documents
        ]
