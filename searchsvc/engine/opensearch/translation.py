"""A syntax tree as a query of the cluster, node by node.

The score of a query is the text score of `search/evaluator.py`:

    text(d, q) = sum over words of idf(w) x [ sat(stem) + boost_exact x sat(as typed) ]

Lucene's BM25 of `stems` is idf x sat, and its idf counts articles that are held back as well. That
of `words` has the rarity of the word as typed. Factors turn both into the rarity of the stem among
live articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from searchsvc.analysis import Terms
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.cluster.mapping import MAX_TERM
from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Phrase,
    Prefix,
    Published,
    Value,
    Variants,
    Weighted,
    Wildcard,
    Word,
)
from searchsvc.query.patterns import Named, Site
from searchsvc.search.evaluator import spellings_of

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"bool": {"filter": [{"match_all": {}}]}}
"""With a score of 0."""
_COLUMNS = {"site": "domain"}


class Translator:
    """Of one index view."""

    def __init__(self, view: ClusterView, boost_exact: float) -> None:
        self._view = view
        self._boost_exact = boost_exact
        weights = view.record.weights
        self._weights = dict(zip(TEXT_FIELDS, weights, strict=False))

    def prepare(self, nodes: Iterable[Node]) -> None:
        """Has the words of some trees counted with one request."""
        pairs = {
            pair for node in nodes for word in _plain_words(node) for pair in self._pairs(word)
        }
        self._view.counts(
            [
                query
                for stem, typed in sorted(pairs)
                for query in (_term("stems", stem), _term("words", typed))
            ]
        )

    def query(self, node: Node, scored: bool = True) -> Query:
        """What matches a tree; in a filter nothing of it need be scored."""
        match node:
            case Word():
                return self._word(node, scored)
            case AllOf(nodes=nodes):
                return self.all_of(nodes, scored)
            case Variants(nodes=nodes):
                return _best([self.query(inner, scored) for inner in nodes])
            case AnyOf(nodes=nodes):
                return any_of([self.query(inner, scored) for inner in nodes])
            case Phrase():
                return self._phrase(node, scored)
            case Prefix(text=text):
                return self._beginning("prefix", text, node.field)
            case Wildcard(pattern=pattern):
                return self._beginning("wildcard", pattern, node.field)
            case Weighted(node=inner, weight=weight):
                return weighted(self.query(inner, scored), weight)
            case Excluded(node=inner):
                return {"bool": {"must_not": [self.query(inner, False)]}}
            case Value():
                return filtering([self._value(node)])
            case Published():
                return filtering([_published(node)])
        return NOTHING

    def filter(self, node: Node) -> Query:
        return self.query(node, False)

    def all_of(self, nodes: Sequence[Node], scored: bool = True) -> Query:
        parts: dict[str, list[Query]] = {"must": [], "filter": [], "must_not": []}
        for node in nodes:
            match node:
                case Value():
                    parts["filter"].append(self._value(node))
                case Published():
                    parts["filter"].append(_published(node))
                case Excluded(node=inner):
                    parts["must_not"].append(self.query(inner, False))
                case _:
                    parts["must"].append(self.query(node, scored))
        return {"bool": {name: queries for name, queries in parts.items() if queries}}

    def _pairs(self, word: Word) -> list[tuple[str, str]]:
        """The stems of a word of one part, each with the word as typed."""
        typed = word.terms.written or word.terms.parts[0]
        return [(stem, typed) for stem in self._view.stem.query_stems(word.terms)]

    def _word(self, word: Word, scored: bool) -> Query:
        """A compound counts as its best spelling: `e-mail` finds `email`."""
        terms, field = word.terms, word.field
        if len(terms.parts) > 1:
            return _best([self.query(node, scored) for node in spellings_of(terms, field)])
        ways = _best([self._scored(*pair, scored) for pair in self._pairs(word)])
        if field is None:
            return ways
        stems = [_term(f"{field}_stems", stem) for stem, _ in self._pairs(word)]
        return {"bool": {"must": [ways], "filter": [any_of(stems)]}}

    def _scored(self, stem: str, typed: str, scored: bool) -> Query:
        view, any_form, as_typed = self._view, _term("stems", stem), _term("words", typed)
        if not scored:
            return any_form
        of_stem, of_word = view.counts([any_form, as_typed])
        idf = view.idf(of_stem)
        main = weighted(any_form, idf / view.lucene_idf(any_form))
        if not self._boost_exact or not of_word:
            return main
        factor = self._boost_exact * idf / view.lucene_idf(as_typed)
        return {"bool": {"must": [main], "should": [weighted(as_typed, factor)]}}

    def _phrase(self, phrase: Phrase, scored: bool) -> Query:
        """The words side by side, scored as the words are."""
        fields = TEXT_FIELDS if phrase.field is None else (phrase.field,)
        ways = []
        for spelling in phrase.spellings:
            places = [side_by_side(field, spelling) for field in fields]
            query: dict[str, Any] = {"filter": [any_of(places)]}
            if scored:
                words = [Word(Terms((term,))) for term in dict.fromkeys(spelling)]
                query["must"] = [self._word(word, True) for word in words]
            ways.append({"bool": query})
        return _best(ways)

    def _beginning(self, kind: str, text: str, field: str | None) -> Query:
        """However many words it stands for, an article scores each field once."""
        fields = TEXT_FIELDS if field is None else (field,)
        return any_of(
            [
                {
                    "constant_score": {
                        "filter": {kind: {f"{name}_words": {"value": text[:MAX_TERM]}}},
                        "boost": weight,
                    }
                }
                for name in fields
                if (weight := self._weights[name]) > 0
            ]
        )

    def _value(self, value: Value) -> Query:
        """What a value in the query lets pass."""
        view, name, text = self._view, value.name, value.text
        if name in ("topic", "provider"):
            is_named = Named(
                text, value.is_exact, value.is_prefix, view.language, is_stemmed=name == "topic"
            ).accepts
            columns = ("provider", "domain") if name == "provider" else ("topic",)
            return any_of(
                [{"terms": {f"{column}.key": view.keys(column, is_named)}} for column in columns]
            )
        column = f"{_COLUMNS.get(name, name)}.key"
        if value.is_prefix:
            return {"prefix": {column: {"value": text}}}
        if name == "site":
            return {"terms": {column: view.keys("domain", Site(text).accepts)}}
        return _term(column, text)


def _plain_words(node: Node) -> Iterable[Word]:
    """The words of one part that a tree is scored by, phrases and spellings included."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            for inner in nodes:
                yield from _plain_words(inner)
        case Weighted(node=inner) | Excluded(node=inner):
            yield from _plain_words(inner)
        case Word(terms=terms) if len(terms.parts) == 1:
            yield node
        case Word(terms=terms, field=field):
            for spelling in spellings_of(terms, field):
                yield from _plain_words(spelling)
        case Phrase(spellings=spellings):
            yield from (Word(Terms((term,))) for spelling in spellings for term in spelling)


def _published(node: Published) -> Query:
    bounds = {
        name: int(moment.timestamp())
        for name, moment in (("gte", node.first), ("lte", node.last))
        if moment is not None
    }
    return {"range": {"published_at": bounds}}


def side_by_side(field: str, terms: Sequence[str]) -> Query:
    """These terms as typed, in this order, in one field."""
    if len(terms) == 1:
        return _term(f"{field}_words", terms[0])
    return {"match_phrase": {f"{field}_words": " ".join(terms)}}


def _term(field: str, term: str) -> Query:
    return {"term": {field: {"value": term[:MAX_TERM]}}}


def filtering(queries: list[Query]) -> Query:
    """What passes all of some filters, with a score of 0."""
    return {"bool": {"filter": queries}}


def any_of(queries: list[Query]) -> Query:
    """In any of them; scores summed."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def _best(queries: list[Query]) -> Query:
    """In any of them; the highest score counts."""
    if len(queries) == 1:
        return queries[0]
    return {"dis_max": {"queries": queries}} if queries else NOTHING


def weighted(query: Query, weight: float) -> Query:
    return query if weight == 1.0 else {"bool": {"must": [query], "boost": weight}}
