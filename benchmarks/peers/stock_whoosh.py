"""Stock Whoosh 2.7.4, asked for the answer that searchsvc gives: the baseline of the bars.

Same schema, analysis, query tree and ranking; Whoosh's own codec and matchers. Every match is
scored, since Whoosh's collectors skip by bounds that know nothing of a prior.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import orjson
from whoosh import fields, highlight, index, scoring
from whoosh import query as whoosh_query

from benchmarks.peers import TOP, Answer
from benchmarks.peers.whoosh_columns import Columns
from benchmarks.workload import Query
from searchsvc import Article
from searchsvc.articles import corpus, listing
from searchsvc.index.schema import ExactAnalyzer, StemAnalyzer

WRITER_MEMORY_MB = 512
BOOSTS = {"title": 3.0, "topics": 2.0, "excerpt": 1.0}
BOOST_EXACT = 0.2
TITLE_IS_QUERY = 1000.0
KEYS = ("topic", "provider", "category", "type")
WHOLE, CONTEXT = highlight.WholeFragmenter(), highlight.ContextFragmenter()
MARK = highlight.HtmlFormatter(tagname="mark")


STEM, WORD = StemAnalyzer("en"), ExactAnalyzer("en")


def schema() -> Any:
    definition: dict[str, Any] = {
        "id": fields.ID(unique=True, stored=True),
        "title_key": fields.ID(),
        "published_at": fields.DATETIME(sortable=True),
        "article": fields.STORED(),
        **{key: fields.ID() for key in KEYS},
    }
    for field in BOOSTS:
        definition[field] = fields.TEXT(analyzer=STEM, phrase=False)
        definition[f"{field}_exact"] = fields.TEXT(analyzer=WORD, phrase=True)
    return fields.Schema(**definition)


def document(article: Article) -> dict[str, Any]:
    provider, date = article.provider, article.published_at
    values: dict[str, Any] = {
        "id": article.id,
        "title_key": [_key(article.title)],
        "topic": [topic.casefold() for topic in article.topics],
        "provider": [text.casefold() for text in (provider.name, provider.domain) if text]
        if provider
        else None,
        "category": article.category and article.category.casefold(),
        "type": article.type and article.type.casefold(),
        "published_at": date and date.replace(tzinfo=None),
        "article": article.to_json().decode(),
    }
    texts = {
        "title": article.title,
        "topics": "\n".join(article.topics),
        "excerpt": article.excerpt,
    }
    for field, text in texts.items():
        values[field] = values[f"{field}_exact"] = text
    return {name: value for name, value in values.items() if value not in (None, "", [], [""])}


class StockWhoosh:
    label: ClassVar[str] = "stock Whoosh"

    @staticmethod
    def index(articles: Sequence[Article], folder: Path) -> None:
        writer: Any = index.create_in(str(folder), schema()).writer(limitmb=WRITER_MEMORY_MB)
        for article in articles:
            writer.add_document(**document(article))
        writer.commit(optimize=True)
        Columns.build(articles).save(folder)

    def __init__(self, folder: Path) -> None:
        self._columns = Columns.load(folder)
        weighting = scoring.BM25F(B=0.75, K1=1.2)
        self._searcher: Any = index.open_dir(str(folder), readonly=True).searcher(
            weighting=weighting
        )

    def search(self, query: Query, *, highlight: bool = False) -> Answer:
        docs, scores = self._match(_tree(query))
        columns = self._columns
        facets = columns.topic_counts(docs) if query.topic else {}
        if query.topic:
            kept = columns.in_topic(query.topic)[docs]
            docs, scores = docs[kept], scores[kept]
        scores *= columns.priors[docs]
        order = np.lexsort((-columns.dates[docs], -scores))
        if query.newest:
            order = np.argsort(-columns.dates[docs], kind="stable")
        top = order[:TOP]
        stored = [self._searcher.stored_fields(int(doc))["article"] for doc in docs[top]]
        hits = [orjson.loads(text) for text in stored]
        return Answer(
            total=len(docs),
            hits=hits,
            titles=[hit["title"] for hit in hits],
            highlights=marked(query, hits) if highlight else [],
            facets=facets,
            scores=[float(scores[position]) for position in top],
        )

    def _match(self, tree: Any) -> tuple[Any, Any]:
        docs, scores = array("q"), array("d")
        matcher = tree.matcher(self._searcher)
        while matcher.is_active():
            docs.append(matcher.id())
            scores.append(matcher.score())
            matcher.next()
        return np.array(docs, np.int64), np.array(scores)


def index_files(corpus_folder: Path, folder: Path) -> int:
    """The baseline of `reindex`: one process reads every file and adds it. Returns how many."""
    files = listing.walk(corpus_folder)
    read = (corpus.read(corpus_folder, file).article for file in files)
    articles = [article for article in read if article]
    StockWhoosh.index(articles, folder)
    return len(articles)


def marked(query: Query, hits: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """Title and excerpt with the query's words in `<mark>`, by Whoosh's own highlighter."""
    analyzer = WORD if query.kind == "prefix" else STEM
    terms = frozenset(token.text for word in query.words for token in analyzer(word))
    if query.kind == "prefix":
        texts = (f"{hit['title']} {hit['excerpt']}" for hit in hits)
        terms = frozenset(
            token.text for text in texts for token in WORD(text) if token.text.startswith(*terms)
        )
    return [
        tuple(
            highlight.highlight(hit[field], terms, analyzer, fragmenter, MARK) or hit[field]
            for field, fragmenter in (("title", WHOLE), ("excerpt", CONTEXT))
        )
        for hit in hits
    ]


def _tree(query: Query) -> Any:
    """What searchsvc asks: stemmed and exact fields, and whole titles above all."""
    match query.kind:
        case "phrase":
            tree = whoosh_query.Or(
                [
                    whoosh_query.Phrase(f"{field}_exact", list(query.words), boost=boost)
                    for field, boost in BOOSTS.items()
                ]
            )
        case "prefix":
            tree = whoosh_query.Or(
                [
                    whoosh_query.ConstantScoreQuery(
                        whoosh_query.Prefix(f"{field}_exact", query.words[0]), boost
                    )
                    for field, boost in BOOSTS.items()
                ]
            )
        case "all" if len(query.words) > 1:
            tree = whoosh_query.And([_word(word) for word in query.words])
        case "any":
            tree = whoosh_query.Or([_word(word) for word in query.words])
        case _:
            tree = _word(query.words[0])
    key = whoosh_query.Term("title_key", _key(" ".join(query.words)))
    return whoosh_query.AndMaybe(tree, whoosh_query.ConstantScoreQuery(key, TITLE_IS_QUERY))


def _word(word: str) -> Any:
    return whoosh_query.Or(list(_terms(word)))


def _terms(word: str) -> Iterator[Any]:
    (stem,) = (token.text for token in STEM(word))
    for field, boost in BOOSTS.items():
        yield whoosh_query.Term(field, stem, boost=boost)
        yield whoosh_query.Term(f"{field}_exact", word, boost=boost * BOOST_EXACT)


def _key(text: str) -> str:
    return " ".join(token.text for token in WORD(text))
