"""How good the order of results is, on collections whose answers people have judged.

python -m benchmarks.relevance --collections FOLDER

Every folder in FOLDER holds `docs.jsonl.gz` (id, title, text), `queries.tsv.gz` (id, text) and
`qrels.tsv.gz` (query, document, grade); every grade above 0 is relevant alike, as collections count
up or down. The reference is Lucene where Maven and Java are there, else bm25s with Lucene's method.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import lucene, tables
from benchmarks.articles import SEED, numbers
from benchmarks.bars import Bar
from benchmarks.options import BARS, command
from benchmarks.peers.ours import Ours
from benchmarks.report import publish
from searchsvc import Article
from searchsvc.analysis import function_words, stemmer, words
from searchsvc.evaluation import Judgements, Measured, System, measure
from searchsvc.settings import Settings

MEASURES = ("nDCG@10", "MAP", "recall@100")
SLACK = 0.005
"""On each collection ours may be lower by so much; the mean has to be higher by as much."""
SHORT_NDCG = 0.36
"""Of the three rarest words of each query."""
PRIOR_KEEPS = 0.99
"""Of nDCG@10 without a prior: quality, heat and dates that mean nothing cost no more than that."""
_AFTER = datetime(2026, 6, 1, tzinfo=UTC)

Runs = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Collection:
    name: str
    articles: Sequence[Article]
    judgements: Judgements

    @classmethod
    def read(cls, folder: Path) -> Collection:
        with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = map(json.loads, lines)
            articles = [Article(row["id"], row["title"], excerpt=row["text"]) for row in rows]
        grades: dict[str, dict[str, int]] = defaultdict(dict)
        for query, document, grade in _rows(folder / "qrels.tsv.gz"):
            grades[query][document] = int(int(grade) > 0)
        queries = {query: text for query, text in _rows(folder / "queries.tsv.gz")}
        return cls(folder.name, articles, Judgements.of(queries, grades))


def _rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def main() -> None:
    options = _options()
    reference = "lucene" if shutil.which("mvn") and shutil.which("java") else "bm25s"
    runs: dict[str, Runs] = {}
    sizes: dict[str, tuple[int, int]] = {}
    for folder in sorted(path for path in options.collections.iterdir() if path.is_dir()):
        collection = Collection.read(folder)
        sizes[collection.name] = len(collection.articles), len(collection.judgements.queries)
        runs[collection.name] = _measured(collection, reference)
    publish(options, "relevance", _report(sizes, runs, reference), _bars(runs, reference))


def _measured(collection: Collection, reference: str) -> Runs:
    judgements = collection.judgements
    settings = replace(Settings(), now=_AFTER)
    level = replace(settings, weight_quality=0.0, weight_heat=0.0, weight_freshness=0.0)
    with _indexed(collection.articles) as index:
        system = System(replace(settings, index=index))
        ours = system.rank(judgements.queries, settings)
        ours_short = system.rank(_rarest(collection), settings)
    with _indexed(_rated(collection.articles)) as index:
        system = System(replace(settings, index=index))
        rated, unrated = (system.rank(judgements.queries, of) for of in (settings, level))
    rank = lucene.rank if reference == "lucene" else _bm25s
    return {
        "ours": measure(judgements, ours),
        "short": measure(judgements, ours_short),
        "rated": measure(judgements, rated),
        "unrated": measure(judgements, unrated),
        reference: measure(judgements, rank(collection.articles, judgements.queries)),
    }


@contextmanager
def _indexed(articles: Sequence[Article]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="relevance-") as scratch:
        Ours.index(articles, Path(scratch))
        yield Path(scratch)


def _rated(articles: Sequence[Article]) -> list[Article]:
    """The articles with quality, heat and dates of two years that have to do with nothing."""
    chance = random.Random(SEED)
    rated = []
    for article in articles:
        quality, heat = numbers(chance)
        date = _AFTER - timedelta(days=730 * chance.random())
        rated.append(replace(article, quality=quality, heat=heat, published_at=date))
    return rated


def _rarest(collection: Collection) -> dict[str, str]:
    """The three words of each query that fewest articles have in any form, function words apart."""
    articles: dict[str, int] = defaultdict(int)
    for article in collection.articles:
        for key in {key for key, _ in _words(f"{article.title} {article.excerpt}")}:
            articles[key] += 1
    short = {}
    for query, text in collection.judgements.queries.items():
        found = {key: written for key, written in _words(text) if articles[key]}
        rarest = sorted(found, key=lambda key: articles[key])[:3]
        short[query] = " ".join(found[key] for key in found if key in rarest)
    return short


def _words(text: str) -> Iterator[tuple[str, str]]:
    """The stem of each word of a text, and the word as written."""
    dropped, stem = function_words("en"), stemmer("en")
    for word in words(text):
        term = word.terms.solid or "".join(word.terms.parts)
        if term not in dropped:
            yield stem(term), text[word.start : word.end]


def _bm25s(articles: Sequence[Article], queries: Mapping[str, str]) -> dict[str, list[str]]:
    """With the tokens that it makes itself: stop words of English, Snowball's stems."""
    import bm25s
    import Stemmer

    def tokens(texts: list[str]) -> object:
        stemmer = Stemmer.Stemmer("english")
        return bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False)

    engine = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    texts = [f"{article.title} {article.excerpt}" for article in articles]
    engine.index(tokens(texts), show_progress=False)
    depth = min(lucene.DEPTH, len(articles))
    found, _ = engine.retrieve(tokens(list(queries.values())), k=depth, show_progress=False)
    return {
        query: [articles[number].id for number in row]
        for query, row in zip(queries, found, strict=True)
    }


def _report(sizes: Mapping[str, tuple[int, int]], runs: Mapping[str, Runs], reference: str) -> str:
    rows = []
    for name, found in runs.items():
        for label in (reference, "ours"):
            figures = [f"{found[label].mean(measure):.4f}" for measure in MEASURES]
            rows.append((f"{name}, {label}", *map("{:,}".format, sizes[name]), *figures))
    for label in (reference, "ours"):
        rows.append(
            (f"mean, {label}", "", "", *(f"{_mean(runs, label, of):.4f}" for of in MEASURES))
        )
    head = ("collection", "articles", "queries", *MEASURES)
    return f"# Relevance\n\n{tables.table(head, rows)}"


def _bars(runs: Mapping[str, Runs], reference: str) -> list[Bar]:
    """Each a difference, judged as a ratio to the reference's figure with the slack taken off."""
    bars = []
    for of in MEASURES:
        for name, found in runs.items():
            ours, theirs = found["ours"].mean(of), found[reference].mean(of) - SLACK
            bars.append(Bar(f"{of}, {name}, against {reference} - {SLACK}", ours, theirs, 1, True))
        ours, theirs = _mean(runs, "ours", of), _mean(runs, reference, of) + SLACK
        bars.append(Bar(f"{of}, mean, against {reference} + {SLACK}", ours, theirs, 1, True))
    short = _mean(runs, "short", "nDCG@10")
    bars.append(Bar("nDCG@10 of the three rarest words, mean", short, SHORT_NDCG, 1, True))
    figures = (_mean(runs, label, "nDCG@10") for label in ("rated", "unrated"))
    return [*bars, Bar("nDCG@10 with a prior of made-up values, mean", *figures, PRIOR_KEEPS, True)]


def _mean(runs: Mapping[str, Runs], label: str, of: str) -> float:
    return sum(found[label].mean(of) for found in runs.values()) / len(runs)


def _options() -> argparse.Namespace:
    parser = command("relevance", __doc__, BARS)
    parser.add_argument("--collections", type=Path, required=True, metavar="FOLDER")
    return parser.parse_args()


if __name__ == "__main__":
    main()
