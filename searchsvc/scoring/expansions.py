"""Clauses that match without being weighed: prefixes, wildcards, fuzzy terms, ranges, keys.

However many of its terms a document holds, and how often, a clause scores its one constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query
from whoosh.query.terms import MultiTerm
from whoosh.support.levenshtein import distance

from searchsvc.columnar import Postings
from searchsvc.query.expanding import TermFilter
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import NOTHING, Matches, end_to_end
from searchsvc.scoring.openindex import OpenIndex, place_of, prefixed
from searchsvc.scoring.patterns import expanded
from searchsvc.scoring.segments import Segment
from searchsvc.scoring.terms import extent_of, list_of

CLAUSES_AT_ONCE = 8
"""As many as a byte has bits: `kernels.mark`."""

SPARSE = 64
"""With less than one posting for so many documents, sorting the postings is faster than going
through the documents."""


POSTINGS_A_TERM = 400
"""What it costs to find a term's postings, in postings of a kernel."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Any term that a query node stands for, and what a document with one of them scores."""

    node: Any
    score: float

    @classmethod
    def of(cls, query: Any) -> Clause | None:
        """A query as a clause, if it is one."""
        match query:
            case whoosh_query.ConstantScoreQuery(child=child) if isinstance(child, _EXPANDED):
                return cls(child, query.score)
            case MultiTerm() | whoosh_query.NumericRange():
                return cls(query, query.boost)
        return None


_EXPANDED = (MultiTerm, whoosh_query.NumericRange, whoosh_query.Term)


@dataclass(frozen=True, slots=True)
class _Ranges:
    """Postings of one clause in one segment; extents is int64 [ranges, 2]."""

    segment: Segment
    docs: NDArray[np.int32]
    extents: NDArray[np.int64]


def constant_term(index: OpenIndex, budget: Budget, query: Any, score: float) -> Matches:
    """The documents with one term, whatever its frequency: the key of a title, a provider."""
    term = index.term(query.fieldname, query.text)
    if term is None:
        return NOTHING
    parts = []
    for segment, postings in index.fields(query.fieldname):
        postings, start, stop = list_of(postings, term)
        if start == stop:
            continue
        budget.spend(stop - start)
        docs = postings.doc_ids[start:stop] + np.int32(segment.base)
        if not index.statistics.are_all_present:
            docs = docs[index.statistics.states[docs] != 0]
        parts.append(Matches(docs, np.full(len(docs), score, np.float32)))
    return end_to_end(parts) if parts else NOTHING


def any_clause(index: OpenIndex, budget: Budget, clauses: Sequence[Clause]) -> Matches:
    """The documents that any clause matches; the scores of those that do are summed."""
    found = NOTHING
    for first in range(0, len(clauses), CLAUSES_AT_ONCE):
        some = clauses[first : first + CLAUSES_AT_ONCE]
        ranges = [_ranges(index, _bounded(index, budget, clause.node)) for clause in some]
        postings = sum(_count(of_clause) for of_clause in ranges)
        budget.spend(postings)
        if budget.horizon == 0:
            continue
        scores = [clause.score for clause in some]
        if postings * SPARSE < len(index):
            found = found.unite(_sorted(index, ranges, scores))
        else:
            budget.spend(len(index))
            found = found.unite(_marked(index, ranges, scores, postings))
    return found


def _marked(
    index: OpenIndex, ranges: Sequence[Sequence[_Ranges]], scores: Sequence[float], most: int
) -> Matches:
    """By a byte for each document, in which each clause has its bit."""
    stride = np.dtype(np.uint64).itemsize
    marks = np.zeros(-(-len(index) // stride) * stride, np.uint8)
    by_mark = np.zeros(256, np.float32)
    for clause, of_clause in enumerate(ranges):
        bit = 1 << clause
        by_mark[bit : 2 * bit] = by_mark[:bit] + np.float32(scores[clause])
        for some in of_clause:
            kernels.mark(marks, bit, some.docs, some.extents, some.segment.base)
    return Matches(*kernels.collect(marks, index.statistics.states, by_mark, min(most, len(index))))


def _sorted(
    index: OpenIndex, ranges: Sequence[Sequence[_Ranges]], scores: Sequence[float]
) -> Matches:
    """By sorting each clause's few documents."""
    found = NOTHING
    for of_clause, score in zip(ranges, scores, strict=True):
        parts = []
        for some in of_clause:
            docs = np.concatenate([some.docs[start:stop] for start, stop in some.extents.tolist()])
            docs = np.unique(docs) + np.int32(some.segment.base)
            docs = docs[index.statistics.states[docs] != 0]
            parts.append(Matches(docs, np.full(len(docs), score, np.float32)))
        found = found.unite(end_to_end(parts))
    return found


def _count(ranges: Iterable[_Ranges]) -> int:
    return sum(int((some.extents[:, 1] - some.extents[:, 0]).sum()) for some in ranges)


@dataclass(frozen=True, slots=True)
class _Listed:
    """Terms of a field that were chosen before."""

    fieldname: str
    terms: tuple[bytes, ...]


def _bounded(index: OpenIndex, budget: Budget, node: Any) -> Any:
    """A filter of terms as the terms it stands for; any other node as it is."""
    if not isinstance(node, TermFilter):
        return node
    terms = expanded(index, budget, node)
    may_look = budget.look(len(terms) * len(index.segments), POSTINGS_A_TERM)
    return _Listed(node.fieldname, terms if may_look else ())


def _ranges(index: OpenIndex, node: Any) -> list[_Ranges]:
    """The postings of all terms that a node stands for."""
    if isinstance(node, whoosh_query.NumericRange):
        compiled = node._compile_query(index.reader)
        leaves = list(compiled.leaves()) if compiled != whoosh_query.NullQuery else []
        return [some for leaf in leaves for some in _ranges(index, leaf)]
    found = []
    for segment, postings in index.fields(node.fieldname):
        extents = [extent for extent in _extents(node, index, segment, postings) if any(extent)]
        if extents:
            found.append(_Ranges(segment, postings.doc_ids, np.array(extents, np.int64)))
    return found


@singledispatch
def _extents(
    node: Any, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    """Where the postings of a node's terms lie in a segment: here, of those Whoosh lists."""
    terms = (index.term(node.fieldname, text) for text in node._btexts(segment.leaf))
    return [extent_of(postings, term) for term in set(terms) if term is not None]


@_extents.register
def _(
    node: whoosh_query.Term, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    term = index.term(node.fieldname, node.text)
    return [] if term is None else [extent_of(postings, term)]


@_extents.register
def _(
    node: _Listed, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    return [extent_of(postings, term) for term in node.terms]


@_extents.register
def _(
    node: whoosh_query.Prefix, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    """One range, since terms are sorted and postings lie in their order."""
    prefix = index.term(node.fieldname, node.text)
    if prefix is None:
        return []
    first, last = prefixed(postings.terms, prefix)
    return [(int(postings.starts[first]), int(postings.starts[last]))]


@_extents.register
def _(
    node: whoosh_query.FuzzyTerm, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    """A swap of neighbours is one edit, as Whoosh has it for several segments (for one, two)."""
    prefix = index.term(node.fieldname, node.text[: node.prefixlength])
    if prefix is None:
        return []
    first, last = prefixed(postings.terms, prefix)
    words = (term.decode("utf-8", "replace") for term in postings.terms.between(first, last))
    return [
        postings.extent(place)
        for place, word in enumerate(words, first)
        if abs(len(word) - len(node.text)) <= node.maxdist
        and distance(word, node.text, limit=node.maxdist) <= node.maxdist
    ]


@_extents.register
def _(
    node: whoosh_query.TermRange, index: OpenIndex, segment: Segment, postings: Postings
) -> list[tuple[int, int]]:
    terms = postings.terms
    first, last = 0, len(terms)
    if node.start is not None:
        start = index.term(node.fieldname, node.start)
        if start is None:
            return []
        first = place_of(terms, start + b"\0" if node.startexcl else start)
    if node.end is not None:
        end = index.term(node.fieldname, node.end)
        if end is None:
            return []
        last = place_of(terms, end if node.endexcl else end + b"\0")
    return [(int(postings.starts[first]), int(postings.starts[last]))] if first < last else []
