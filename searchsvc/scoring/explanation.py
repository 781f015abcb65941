"""What every leaf of a query adds to one document's text score."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np
from whoosh import query as whoosh_query

from searchsvc.query.tree import Query
from searchsvc.scoring.evaluator import evaluate
from searchsvc.scoring.openindex import OpenIndex
from searchsvc.search import TermScore


def explain(index: OpenIndex, query: Query, doc: int) -> list[TermScore]:
    """The leaves that score in a document; none if the query does not match it.

    Every leaf is evaluated for all documents: for a page of hits, not for all matches.
    """
    return _explained(query, index, doc) or []


@singledispatch
def _explained(query: Any, index: OpenIndex, doc: int) -> list[TermScore] | None:
    """The scores of the leaves; None if the query does not match the document."""
    matches = evaluate(index, query)
    place = int(matches.docs.searchsorted(np.int32(doc)))
    if place == len(matches) or matches.docs[place] != doc:
        return None
    if isinstance(query, whoosh_query.ConstantScoreQuery) and not query.score:
        return []  # a filter: it lets the document pass
    return [_leaf_score(query, float(matches.scores[place]))]


@_explained.register
def _(query: whoosh_query.And, index: OpenIndex, doc: int) -> list[TermScore] | None:
    children = [_explained(child, index, doc) for child in query.subqueries]
    if any(child is None for child in children):
        return None
    return [score for child in children for score in child or []]


@_explained.register
def _(query: whoosh_query.Or, index: OpenIndex, doc: int) -> list[TermScore] | None:
    children = [_explained(child, index, doc) for child in query.subqueries]
    if all(child is None for child in children):
        return None
    return [score for child in children for score in child or []]


@_explained.register
def _(query: whoosh_query.AndMaybe, index: OpenIndex, doc: int) -> list[TermScore] | None:
    needed = _explained(query.a, index, doc)
    return None if needed is None else needed + (_explained(query.b, index, doc) or [])


@_explained.register
def _(query: whoosh_query.Not, index: OpenIndex, doc: int) -> list[TermScore] | None:
    return [] if _explained(query.query, index, doc) is None else None


def _leaf_score(query: Any, score: float) -> TermScore:
    match query:
        case whoosh_query.ConstantScoreQuery(child=whoosh_query.Prefix(fieldname=name, text=text)):
            return TermScore(name, f"{text}*", 1.0, score)
        case whoosh_query.ConstantScoreQuery(child=child):
            return TermScore(_field(child), _text(child), 1.0, score)
        case whoosh_query.Phrase(fieldname=name, words=words, boost=boost):
            return TermScore(name, '"' + " ".join(words) + '"', score / (boost or 1.0), boost)
    boost = getattr(query, "boost", 1.0)
    return TermScore(_field(query), _text(query), score / (boost or 1.0), boost)


def _field(query: Any) -> str:
    return str(getattr(query, "fieldname", None) or "*")


def _text(query: Any) -> str:
    return str(getattr(query, "text", query))
