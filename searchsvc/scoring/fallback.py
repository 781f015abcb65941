"""Any other query node: by its own Whoosh matcher, run to its end."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np
from whoosh import scoring
from whoosh.searching import SearchContext, Searcher

from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import Matches
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.scoring.statistics import field_number
from searchsvc.scoring.terms import list_of
from searchsvc.search import ranking

POSTINGS_A_MATCH = 200
"""What one match costs, in postings of a kernel: they are Python objects."""


def whoosh_matches(index: OpenIndex, budget: Budget, query: Any) -> Matches:
    """Every match, with Whoosh's scores on the statistics of live articles."""
    weighting = _LiveWeighting(index)
    # A searcher for each call: it belongs to one thread, and this way is rare.
    searcher = Searcher(index.reader, weighting=weighting, closereader=False)
    docs = array("i")
    scores = array("f")
    states = index.statistics.states
    matcher = query.matcher(searcher, SearchContext(needs_current=True, weighting=weighting))
    while matcher.is_active() and (doc := matcher.id()) < budget.horizon:
        budget.spend(POSTINGS_A_MATCH)
        if states[doc]:
            docs.append(doc)
            scores.append(matcher.score())
        matcher.next()
    return Matches(np.array(docs, np.int32), np.array(scores, np.float32))


class _LiveWeighting(scoring.BM25F):
    """BM25F with the statistics of live articles only."""

    def __init__(self, index: OpenIndex) -> None:
        super().__init__(B=ranking.B, K1=ranking.K1)
        self.index = index

    def scorer(self, searcher: Any, fieldname: str, text: bytes, qf: int = 1) -> Any:
        if not self.index.is_scored(fieldname):
            return super().scorer(searcher, fieldname, text, qf)
        return _LiveScorer(self.index, searcher, fieldname, text)


class _LiveScorer(scoring.WeightLengthScorer):
    def __init__(self, index: OpenIndex, searcher: Any, fieldname: str, text: bytes) -> None:
        frequency = sum(
            index.live_frequency(segment, *list_of(postings, text))
            for segment, postings in index.fields(fieldname)
        )
        documents = index.statistics.documents
        field = field_number(fieldname)
        self._idf = ranking.inverse_document_frequency(documents, frequency)
        self._mean_length = index.statistics.totals[field] / documents or 1.0
        self.setup(searcher, fieldname, text)

    def _score(self, weight: float, length: float) -> float:
        return ranking.bm25(self._idf, weight, length, self._mean_length)
