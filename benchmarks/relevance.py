"""How good the order of results is, on collections whose answers people have judged.

python -m benchmarks.relevance --collections FOLDER

Every folder in FOLDER holds `docs.jsonl.gz` (id, title, text), `queries.tsv.gz` (id, text) and
`qrels.tsv.gz` (query, document, relevance). Queries are long there, so that any of their words
will do.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import tables
from benchmarks.options import command
from benchmarks.peers.ours import Ours
from benchmarks.report import publish
from searchsvc import Article
from searchsvc.analysis import stemmer, words
from searchsvc.engine.generation import Generation
from searchsvc.publish.generations import IndexFolder
from searchsvc.query.nodes import AnyOf, Word
from searchsvc.query.tree import TreeBuilder
from searchsvc.scoring import best_page, evaluate
from searchsvc.search import ranking
from searchsvc.settings import Settings

DEPTH = 10
Ranking = list[str]
"""The ids of the best documents, the best first."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`judged` holds, for each query, the documents above 0 and how relevant they are."""

    articles: Sequence[Article]
    queries: Mapping[str, str]
    judged: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, folder: Path) -> Collection:
        with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = map(json.loads, lines)
            articles = [Article(row["id"], row["title"], excerpt=row["text"]) for row in rows]
        judged: dict[str, dict[str, int]] = defaultdict(dict)
        for query, document, relevance in _rows(folder / "qrels.tsv.gz"):
            if int(relevance) > 0:
                judged[query][document] = int(relevance)
        return cls(articles, dict(_rows(folder / "queries.tsv.gz")), judged)


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def main() -> None:
    options = _options()
    rows = []
    for folder in sorted(path for path in options.collections.iterdir() if path.is_dir()):
        collection = Collection.read(folder)
        plain = mean_ndcg(collection, PlainBM25(collection.articles))
        ours = mean_ndcg(collection, Searcher(collection.articles))
        size = f"{len(collection.articles):,}", f"{len(collection.judged):,}"
        rows.append((folder.name, *size, f"{plain:.3f}", f"{ours:.3f}"))
    head = ("collection", "articles", "queries", "plain BM25", "searchsvc")
    publish(options, "relevance", f"# Relevance: mean nDCG@{DEPTH}\n\n{tables.table(head, rows)}")


class Searcher:
    """searchsvc by its default settings. Queries may be longer than a reader's."""

    def __init__(self, articles: Sequence[Article]) -> None:
        settings = Settings()
        with tempfile.TemporaryDirectory(prefix="relevance-") as scratch:
            Ours.index(articles, Path(scratch))
            index = IndexFolder(Path(scratch))
            self._generation = Generation(index.path(str(index.current())), settings.weights)
        self._priors = self._generation.moment(settings.clock()).priors
        stem = stemmer(settings.language)
        self._builder = TreeBuilder(settings.boosts, settings.boost_exact, stem)

    def __call__(self, query: str) -> Ranking:
        generation = self._generation
        node = AnyOf(tuple(dict.fromkeys(Word(word.terms) for word in words(query))))
        matches = evaluate(generation.index, self._builder.build(node, query))
        ranks = generation.columns.ranks["newest"]
        page = best_page(matches, self._priors, ranks, 0, DEPTH)
        return [Article.from_json(generation.stored(doc)).id for doc in page.docs.tolist()]


class PlainBM25:
    """Words as typed in one field of title and text, and nothing else."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles
        self._postings: dict[str, dict[int, int]] = defaultdict(dict)
        self._lengths = []
        for number, article in enumerate(articles):
            terms = Counter(_terms(f"{article.title} {article.excerpt}"))
            self._lengths.append(terms.total())
            for term, frequency in terms.items():
                self._postings[term][number] = frequency
        self._mean = sum(self._lengths) / len(self._lengths)

    def __call__(self, query: str) -> Ranking:
        scores: dict[int, float] = defaultdict(float)
        for term in set(_terms(query)):
            postings = self._postings.get(term, {})
            idf = ranking.inverse_document_frequency(len(self._articles), len(postings))
            for number, frequency in postings.items():
                length = self._lengths[number]
                scores[number] += ranking.bm25(idf, frequency, length, self._mean)
        best = sorted(scores, key=lambda number: (-scores[number], number))[:DEPTH]
        return [self._articles[number].id for number in best]


def _terms(text: str) -> list[str]:
    return [part for word in words(text) for part in word.terms.parts]


def mean_ndcg(collection: Collection, search: Searcher | PlainBM25) -> float:
    """Over the queries that any document answers."""
    values = [
        ndcg(
            [relevant.get(document, 0) for document in search(collection.queries[query])], relevant
        )
        for query, relevant in collection.judged.items()
    ]
    return sum(values) / len(values)


def ndcg(gains: Sequence[int], relevant: Mapping[str, int]) -> float:
    """Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques" (TOIS 2002)."""
    ideal = sorted(relevant.values(), reverse=True)[:DEPTH]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _options() -> argparse.Namespace:
    parser = command("relevance", __doc__)
    parser.add_argument("--collections", type=Path, required=True, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
