"""What every leaf of a query adds to the text score of the articles on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import Terms
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.strings import encoded
from searchsvc.query import reading
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Node,
    Phrase,
    Prefix,
    Variants,
    Weighted,
    Wildcard,
    Word,
)
from searchsvc.search.evaluator import Evaluator, spellings_of
from searchsvc.search.matches import Matches
from searchsvc.search.ranking import TITLE_IS_QUERY, PriorParts
from searchsvc.search.result import Explanation, TermScore
from searchsvc.search.word_lists import WordLists

Scores = tuple[TermScore, ...]


def explain(
    evaluator: Evaluator, node: Node, factors: Mapping[Node, float], docs: Sequence[int]
) -> list[Scores]:
    """For each document what the fields add; in total its text score but for the title's bonus.

    `factors` are those of the words that count, if not all count alike. Phrases and patterns are
    evaluated once. Once the time is up, documents are left without an explanation.
    """
    explainer = _Explainer(evaluator)
    parts = parts_of(node, factors)
    return [
        ()
        if evaluator.budget.is_over()
        else tuple(score for part, by in parts for score in explainer.scores(part, doc, by))
        for doc in docs
    ]


def parts_of(node: Node, factors: Mapping[Node, float]) -> list[tuple[Node, float]]:
    """What a tree is scored by, and how much each part counts."""
    if not factors:
        return [(part, 1.0) for part in (node.nodes if isinstance(node, AllOf) else (node,))]
    _, required = reading.groups_of(node)
    return [*factors.items(), *((part, 1.0) for part in required)]


def explained(
    text: float, scores: Scores, by: float, parts: PriorParts, boost: float
) -> Explanation:
    """Of one article: its wording multiplies the scores of all fields `by` so much."""
    return Explanation(
        text=text,
        title_is_query=text > TITLE_IS_QUERY - 1,  # single precision
        fields=tuple(replace(score, boost=score.boost * by) for score in scores),
        prior=float(parts.prior()[0]),
        quality=float(parts.quality[0]),
        heat=float(parts.heat[0]),
        freshness=float(parts.freshness[0]),
        boost=boost,
    )


class _Explainer:
    """Of one query."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._matches: dict[Node, Matches] = {}
        self._looked_up: dict[tuple[str, str], tuple[list[int], list[int], float]] = {}
        self._weights = np.array(evaluator.view.generation.weights)

    def scores(self, node: Node, doc: int, weight: float) -> Iterator[TermScore]:
        """What a tree adds to a document; nothing where it does not match it."""
        match node:
            case Variants(nodes=nodes):
                yield from self._best(nodes, doc, weight)
            case AllOf() if not self._score_of(node, doc):
                return
            case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
                for inner in nodes:
                    yield from self.scores(inner, doc, weight)
            case Weighted(node=inner, weight=less):
                yield from self.scores(inner, doc, weight * less)
            case Word(terms=terms, field=field):
                if field is not None and not self._score_of(node, doc):
                    return
                if len(terms.parts) == 1:
                    stems = self._evaluator.view.stem.query_stems(terms)
                    ways = [tuple(self._word(stem, terms, doc, weight)) for stem in stems]
                    yield from max(ways, key=total_of)
                else:
                    yield from self._best(spellings_of(terms, field), doc, weight)
            case Phrase(spellings=spellings) if self._score_of(node, doc):
                alternatives = [
                    AllOf(tuple(Word(Terms((term,))) for term in dict.fromkeys(spelling)))
                    for spelling in spellings
                    if self._score_of(_exactly(spelling, node.field), doc)
                ]
                if alternatives:
                    yield from self._best(alternatives, doc, weight)
            case Prefix() | Wildcard():
                for field in TEXT_FIELDS if node.field is None else (node.field,):
                    if score := self._score_of(replace(node, field=field), doc):
                        yield TermScore(field, str(node), score, weight)

    def _best(self, nodes: Sequence[Node], doc: int, weight: float) -> Scores:
        """Of the spellings of one thing the one that adds most, as only that counts."""
        return max((tuple(self.scores(node, doc, weight)) for node in nodes), key=total_of)

    def _score_of(self, node: Node, doc: int) -> float:
        matches = self._matches.get(node)
        if matches is None:
            matches = self._matches[node] = self._evaluator.matches(node)
        return float(matches.scores_of(np.array([doc], np.int32))[0])

    def _word(self, stem: str, terms: Terms, doc: int, weight: float) -> Iterator[TermScore]:
        """A word in each field: BM25F's one saturation, shared out by the fields' counts."""
        pair = stem, terms.written or terms.parts[0]
        if pair not in self._looked_up:
            self._looked_up[pair] = self._look_up(*pair)
        forms, own, idf = self._looked_up[pair]
        if forms:
            yield from self._fields(stem, forms, doc, weight * idf, None)
            exact = self._evaluator.boost_exact
            yield from self._fields(pair[1], own, doc, weight * idf, exact)

    def _look_up(self, stem: str, typed: str) -> tuple[list[int], list[int], float]:
        """The forms of a stem, the word as typed if it is there, and their rarity."""
        generation = self._evaluator.view.generation
        number = generation.impacts.stems.find(encoded(stem))
        own = generation.impacts.words.find(encoded(typed))
        idf = float(WordLists.of(self._evaluator.view, [(stem, typed)]).idf[0])
        return (
            generation.forms_of(number) if number >= 0 else [],
            [own] if own >= 0 else [],
            idf,
        )

    def _fields(
        self, term: str, words: Sequence[int], doc: int, factor: float, boost_exact: float | None
    ) -> Iterator[TermScore]:
        generation = self._evaluator.view.generation
        boost = 1.0 if boost_exact is None else boost_exact
        counts: NDArray[np.int64] = np.zeros(len(TEXT_FIELDS), np.int64)
        for word in words:
            counts += generation.counts_in(word, doc)
        weights = self._weights
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
                exact=boost_exact is not None,
            )


def _exactly(spelling: Sequence[str], field: str | None) -> Phrase:
    return Phrase(tuple(Terms((term,)) for term in spelling), field)


def total_of(scores: Scores) -> float:
    return sum(score.bm25 * score.boost for score in scores)
