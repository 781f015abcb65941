"""Matching and scoring by stock Whoosh, exactly: every match is scored, none is skipped.

Whoosh's collectors skip by bounds that know nothing of a prior, so a multiplied score would lose
results. Here the matcher is run to its end and the prior is applied afterwards.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
from whoosh import index as whoosh_index
from whoosh import matching, scoring
from whoosh import query as whoosh_query

from searchsvc import ranking
from searchsvc.query.tree import Query
from searchsvc.search import TermScore

CHECK_TIME_EVERY = 1024
STATISTICS = "statistics.json"


@dataclass(frozen=True, slots=True)
class LiveStatistics:
    """What BM25 needs to know of the live articles, where Whoosh's own counts differ.

    How many there are; by field the sum of their lengths in terms; and by field and term in how
    many articles it stands that are held back, to be taken off Whoosh's document frequency.
    """

    documents: int
    lengths: dict[str, int]
    held: dict[str, dict[str, int]]

    def save(self, folder: Path) -> None:
        (folder / STATISTICS).write_bytes(orjson.dumps([self.documents, self.lengths, self.held]))

    @classmethod
    def load(cls, folder: Path) -> LiveStatistics:
        return cls(*orjson.loads((folder / STATISTICS).read_bytes()))


@dataclass(frozen=True, slots=True)
class Matches:
    """All matching documents in ascending order and their text scores; `partial`: out of time."""

    docs: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float64]
    partial: bool = False


class StockIndex:
    """One open Whoosh index. A searcher serves one thread at a time: idle ones are kept."""

    def __init__(self, folder: Path) -> None:
        self._index = whoosh_index.open_dir(str(folder), readonly=True)
        self._weighting = _LiveBM25F(LiveStatistics.load(folder))
        self._idle: list[Any] = []

    @contextmanager
    def searcher(self) -> Iterator[Any]:
        try:
            searcher = self._idle.pop()
        except IndexError:
            searcher = self._index.searcher(weighting=self._weighting)
        try:
            yield searcher
        finally:
            self._idle.append(searcher)

    def match(self, query: Query, deadline: float) -> Matches:
        """Every match of a query; stops at `deadline` (time.perf_counter)."""
        docs = array("q")
        scores = array("d")
        partial = False
        with self.searcher() as searcher:
            matcher = _unscored_exclusions(query).matcher(searcher)
            while matcher.is_active():
                docs.append(matcher.id())
                scores.append(matcher.score())
                matcher.next()
                if len(docs) % CHECK_TIME_EVERY == 0 and time.perf_counter() > deadline:
                    partial = matcher.is_active()
                    break
        return Matches(np.array(docs, np.int64), np.array(scores, np.float64), partial)

    def stored(self, docs: list[int]) -> list[bytes]:
        """The articles' JSON."""
        with self.searcher() as searcher:
            return [searcher.stored_fields(doc)["article"].encode() for doc in docs]

    def document_number(self, article_id: str) -> int | None:
        with self.searcher() as searcher:
            number: int | None = searcher.document_number(id=article_id)
            return number

    def explain(self, query: Query, doc: int) -> list[TermScore]:
        """What every leaf of the query adds to one document's text score."""
        with self.searcher() as searcher:
            return _explain(_unscored_exclusions(query), searcher, doc) or []


class _LiveBM25F(scoring.BM25F):
    """BM25F with the statistics of live articles only."""

    def __init__(self, live: LiveStatistics) -> None:
        super().__init__(B=ranking.B, K1=ranking.K1)
        self.live = live

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        if not searcher.schema[fieldname].scorable:
            return scoring.WeightScorer.for_(searcher, fieldname, text)
        return _LiveScorer(self.live, searcher, fieldname, text)


class _LiveScorer(scoring.WeightLengthScorer):
    def __init__(self, live: LiveStatistics, searcher: Any, fieldname: str, text: bytes) -> None:
        held = live.held.get(fieldname, {}).get(text.decode("utf-8"), 0)
        frequency = searcher.get_parent().doc_frequency(fieldname, text) - held
        documents = max(live.documents, 1)
        self._idf = ranking.inverse_document_frequency(documents, frequency)
        self._mean_length = live.lengths.get(fieldname, 0) / documents or 1.0
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: float) -> float:
        return ranking.bm25(self._idf, weight, length, self._mean_length)


class _Exclusion(whoosh_query.Not):
    """A Not that adds nothing to the score; Whoosh's own adds 1."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        excluded = set(self.query.matcher(searcher).all_ids())
        ids = [doc for doc in range(searcher.doc_count_all()) if doc not in excluded]
        return _Unscored(array("I", ids)) if ids else matching.NullMatcher()


class _Unscored(matching.ListMatcher):
    def score(self) -> float:
        return 0.0


def _unscored_exclusions(query: Query) -> Query:
    if isinstance(query, whoosh_query.Not):
        return _Exclusion(_unscored_exclusions(query.query))
    return query if query.is_leaf() else query.apply(_unscored_exclusions)


def _explain(query: Query, searcher: Any, doc: int) -> list[TermScore] | None:
    """The leaves that score in a document; None if the query does not match it."""
    if isinstance(query, whoosh_query.And | whoosh_query.Or | whoosh_query.AndMaybe):
        children = [_explain(child, searcher, doc) for child in query.children()]
        needed = children
        if isinstance(query, whoosh_query.AndMaybe):
            needed = children[:1]
        elif isinstance(query, whoosh_query.Or):
            needed = [[]] if any(child is not None for child in children) else [None]
        if any(child is None for child in needed):
            return None
        return [score for child in children for score in child or []]
    matcher = query.matcher(searcher)
    if not matcher.is_active():
        return None
    matcher.skip_to(doc)
    if not matcher.is_active() or matcher.id() != doc:
        return None
    return [] if isinstance(query, _Exclusion) else [_leaf_score(query, matcher.score())]


def _leaf_score(query: Query, score: float) -> TermScore:
    match query:
        case whoosh_query.ConstantScoreQuery(child=child):
            term = f"{child.text}*" if isinstance(child, whoosh_query.Prefix) else child.text
            return TermScore(child.fieldname, term, 1.0, score)
        case whoosh_query.Phrase(fieldname=name, words=words, boost=boost):
            return TermScore(name, '"' + " ".join(words) + '"', score / (boost or 1.0), boost)
        case _:
            return TermScore(query.fieldname, query.text, score / (query.boost or 1.0), query.boost)
