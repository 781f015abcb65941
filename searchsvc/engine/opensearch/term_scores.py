"""What every leaf of a query adds to the text score of one article: `search/explanation.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchsvc.analysis import Terms
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.cluster.mapping import BAR
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.index.impacts import K1, B
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
from searchsvc.query.patterns import fits
from searchsvc.search.evaluator import spellings_of
from searchsvc.search.explanation import Scores, parts_of, total_of
from searchsvc.search.result import TermScore

SOURCES = [*(f"{field}_words" for field in TEXT_FIELDS), "length"]
"""What has to be fetched of an article."""
_EXACT_LENGTHS = 24
"""Lucene keeps shorter lengths as they are, of others their first four bits."""


def explain(
    view: ClusterView,
    boost_exact: float,
    node: Node,
    factors: Mapping[Node, float],
    source: Mapping[str, Any],
) -> Scores:
    """What the fields add; in total the text score but for wording and the title's bonus."""
    article = ArticleTerms(view, boost_exact, source)
    return tuple(
        score for part, by in parts_of(node, factors) for score in article.scores(part, by)
    )


def kept_length(length: int) -> int:
    """A number of terms as Lucene keeps it, in a byte."""
    rest = length - _EXACT_LENGTHS
    if rest < 0:
        return length
    cut = max(rest.bit_length() - 4, 0)
    return _EXACT_LENGTHS + (rest >> cut << cut)


class ArticleTerms:
    """The terms of one article, place by place."""

    def __init__(self, view: ClusterView, boost_exact: float, source: Mapping[str, Any]) -> None:
        self._view = view
        self._boost_exact = boost_exact
        self._weights = dict(zip(TEXT_FIELDS, view.record.weights, strict=False))
        self._texts = {field: _places(source.get(f"{field}_words")) for field in TEXT_FIELDS}
        self._words = {
            field: Counter(term for text in texts for place in text for term in place)
            for field, texts in self._texts.items()
        }
        self._stems = {field: self._stemmed(words) for field, words in self._words.items()}
        share = kept_length(int(source["length"])) / view.average_length
        self._norm = K1 * ((1.0 - B) + B * share)

    def _stemmed(self, words: Counter[str]) -> Counter[str]:
        stems: Counter[str] = Counter()
        for word, count in words.items():
            stems[self._view.stem(word)] += count
        return stems

    def scores(self, node: Node, weight: float) -> Scores:
        """What a tree adds; nothing where it does not match."""
        match node:
            case Variants(nodes=nodes):
                return self._best(nodes, weight)
            case AllOf(nodes=nodes):
                all_of = [self.scores(inner, weight) for inner in nodes]
                return tuple(s for scores in all_of for s in scores) if all(all_of) else ()
            case AnyOf(nodes=nodes):
                return tuple(score for inner in nodes for score in self.scores(inner, weight))
            case Weighted(node=inner, weight=less):
                return self.scores(inner, weight * less)
            case Word(terms=terms, field=field):
                return self._of_word(terms, field, weight)
            case Phrase(spellings=spellings, field=field):
                fields = TEXT_FIELDS if field is None else (field,)
                ways = [
                    AllOf(tuple(Word(Terms((term,))) for term in dict.fromkeys(spelling)))
                    for spelling in spellings
                    if any(self._stand_in(name, spelling) for name in fields)
                ]
                return self._best(ways, weight)
            case Prefix(text=text, field=field):
                found = self._having(field, lambda term: term.startswith(text))
            case Wildcard(pattern=pattern, field=field):
                found = self._having(field, lambda term: fits(pattern, term))
            case _:
                return ()
        return tuple(TermScore(name, str(node), self._weights[name], weight) for name in found)

    def _having(self, field: str | None, is_wanted: Any) -> Iterator[str]:
        for name in TEXT_FIELDS if field is None else (field,):
            if self._weights[name] > 0 and any(map(is_wanted, self._words[name])):
                yield name

    def _best(self, nodes: Sequence[Node], weight: float) -> Scores:
        """Of the spellings of one thing the one that adds most, as only that counts."""
        return max((self.scores(node, weight) for node in nodes), key=total_of, default=())

    def _of_word(self, terms: Terms, field: str | None, weight: float) -> Scores:
        if len(terms.parts) > 1:
            return self._best(spellings_of(terms, field), weight)
        stems = self._view.stem.query_stems(terms)
        if field is not None and not any(self._stems[field][stem] for stem in stems):
            return ()
        typed = terms.written or terms.parts[0]
        ways = [tuple(self._of_stem(stem, typed, weight)) for stem in stems]
        return max(ways, key=total_of, default=())

    def _of_stem(self, stem: str, typed: str, weight: float) -> Iterator[TermScore]:
        """A word in each field: BM25F's one saturation, shared out by the fields' counts."""
        articles = self._view.count({"term": {"stems": {"value": stem}}})
        factor = weight * self._view.idf(articles)
        yield from self._fields(stem, self._stems, factor, None)
        yield from self._fields(typed, self._words, factor, self._boost_exact)

    def _fields(
        self, term: str, counts: Mapping[str, Counter[str]], factor: float, boost: float | None
    ) -> Iterator[TermScore]:
        total = sum(self._weights[field] * counts[field][term] for field in TEXT_FIELDS)
        if not total or boost == 0:
            return
        saturated = factor / (total + self._norm)
        for field in TEXT_FIELDS:
            if field in counts and (count := counts[field][term]) and self._weights[field]:
                by = self._weights[field] * (1.0 if boost is None else boost)
                yield TermScore(field, term, saturated * count, by, exact=boost is not None)

    def _stand_in(self, field: str, terms: Sequence[str]) -> bool:
        """Whether these terms stand side by side in a field."""
        size = len(terms)
        return any(
            all(term in text[start + i] for i, term in enumerate(terms))
            for text in self._texts[field]
            for start in range(len(text) - size + 1)
        )


def _places(sent: str | list[str] | None) -> list[list[list[str]]]:
    """The texts of a field, each as the terms at its places, as they were sent."""
    texts = [sent] if isinstance(sent, str) else sent or []
    return [[place.split(BAR) for place in text.split(" ") if place] for text in texts]
