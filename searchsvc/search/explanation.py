"""What every leaf of a query adds to the text score of the articles on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Node,
    Phrase,
    Prefix,
    TextLeaf,
    Weighted,
    Wildcard,
    Word,
)
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.matches import Matches
from searchsvc.search.result import TermScore


@dataclass(frozen=True, slots=True)
class _Scored:
    """A leaf, what it counts (synonyms less, words asked several times more), what matches it."""

    leaf: TextLeaf
    weight: float
    matches: Matches


def explain(
    evaluator: Evaluator, node: Node, times: Mapping[Node, float], docs: Sequence[int]
) -> list[tuple[TermScore, ...]]:
    """For each document what the fields add; in total its text score but for the title's bonus.

    `times` are the factors of words that were asked several times. Each leaf is evaluated once,
    while there is time.
    """
    scored = [
        _Scored(leaf, weight, evaluator.matches(leaf)) for leaf, weight in _leaves(node, times, 1.0)
    ]
    page = np.array(docs, np.int32)
    held = [of.matches.holds(page) for of in scored]
    return [
        tuple(
            score
            for of, holds in zip(scored, held, strict=True)
            if holds[place]
            for score in _scores(evaluator, of, doc)
        )
        for place, doc in enumerate(docs)
    ]


def _leaves(
    node: Node, times: Mapping[Node, float], weight: float
) -> Iterator[tuple[TextLeaf, float]]:
    """The leaves that score, each with its factor."""
    weight *= times.get(node, 1.0)
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            for inner in nodes:
                yield from _leaves(inner, times, weight)
        case Weighted(node=inner, weight=less):
            yield from _leaves(inner, times, weight * less)
        case Word() | Phrase() | Prefix() | Wildcard():
            yield node, weight


def _scores(evaluator: Evaluator, of: _Scored, doc: int) -> Iterator[TermScore]:
    match of.leaf:
        case Word():
            terms = of.leaf.terms
            forms = [terms.solid] if terms.solid else []
            # A compound scores by its joined form, and by its parts where an article has them all.
            parts: list[str] = list(terms.parts)
            for part in (*forms, *parts):
                yield from _term_scores(evaluator, part, of.weight, doc, terms.written)
        case Phrase(words=words):
            for term in dict.fromkeys(part for word in words for part in word.parts):
                yield from _term_scores(evaluator, term, of.weight, doc, None)
        case Prefix() | Wildcard():
            yield TermScore(
                "*", str(of.leaf), float(of.matches.scores_of(np.array([doc], np.int32))[0]),
                of.weight,
            )


def _term_scores(
    evaluator: Evaluator, part: str, weight: float, doc: int, written: str | None
) -> Iterator[TermScore]:
    """What a word adds in each field: BM25F's one saturation, shared out by the fields' counts."""
    view, impacts = evaluator.view, evaluator.view.generation.impacts
    word = Word(_terms(part, written))
    lists = evaluator.look_up([word])
    stem = view.stem.query_stem(word.terms)
    stem_number = impacts.stems.find(stem.encode("utf-8", "surrogatepass"))
    if stem_number < 0:
        return
    typed = written or part
    typed_number = impacts.words.find(typed.encode("utf-8", "surrogatepass"))
    factor = float(lists.idf[0]) * weight
    forms = view.generation.forms_of(stem_number)
    yield from _shared_out(evaluator, stem, forms, doc, factor, 1.0)
    if typed_number in forms:
        yield from _shared_out(
            evaluator, typed, [typed_number], doc, factor, evaluator.boost_exact
        )


def _shared_out(
    evaluator: Evaluator, term: str, words: Sequence[int], doc: int, factor: float, boost: float
) -> Iterator[TermScore]:
    generation = evaluator.view.generation
    counts: NDArray[np.int64] = np.zeros(len(TEXT_FIELDS), np.int64)
    for word in words:
        counts += generation.counts_in(word, doc)
    weights = np.array(generation.weights)
    total = float(counts @ weights)
    if not total or not boost:
        return
    saturated = factor / (total + float(generation.norms[doc]))
    for number in np.flatnonzero(counts * weights).tolist():
        yield TermScore(
            field=TEXT_FIELDS[number],
            term=term,
            bm25=saturated * int(counts[number]),
            boost=float(weights[number]) * boost,
            exact=boost == evaluator.boost_exact and len(words) == 1 and boost != 1.0,
        )


def _terms(part: str, written: str | None):  # type: ignore[no-untyped-def]
    from searchsvc.analysis import Terms

    return Terms((part,), written=written)
