"""The syntax tree as a Whoosh query over the schema's fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from whoosh import query as whoosh_query

from searchsvc.analysis import Terms, title_key
from searchsvc.query.syntax import AllOf, AnyOf, Excluded, Node, Phrase, Prefix, Word
from searchsvc.ranking import TITLE_IS_QUERY
from searchsvc.schema import EXACT

Query: TypeAlias = Any
"""A whoosh.query.Query; Whoosh has no types."""


class DefaultWord(whoosh_query.Or):
    """One word, in any of its forms, in all text fields.

    sum over fields of boost x (BM25(stem) + boost_exact x BM25(as typed))

    To Whoosh an Or of Terms like any other; to our evaluator one list of impacts. The Terms are
    made when somebody asks for them.
    """

    def __init__(
        self, stem: str, term: str, boosts: Mapping[str, float], boost_exact: float
    ) -> None:
        self.stem = stem
        self.term = term
        self.boosts = boosts
        self.boost_exact = boost_exact
        self.boost = 1.0
        self.minmatch = 0
        self.scale = None

    @property
    def subqueries(self) -> list[Query]:
        clauses = []
        for field, boost in self.boosts.items():
            clauses.append(whoosh_query.Term(field, self.stem, boost=boost))
            if self.boost_exact:
                exact = boost * self.boost_exact
                clauses.append(whoosh_query.Term(EXACT[field], self.term, boost=exact))
        return clauses

    def apply(self, function: Callable[[Query], Query]) -> Query:
        return whoosh_query.Or([function(clause) for clause in self.subqueries], self.boost)

    def normalize(self) -> Query:
        return whoosh_query.Or(self.subqueries, self.boost).normalize()


@dataclass(frozen=True, slots=True)
class TreeBuilder:
    """Builds trees for one language and one set of boosts (by text field)."""

    boosts: Mapping[str, float]
    boost_exact: float
    stem: Callable[[str], str]

    def build(self, node: Node, text: str) -> Query:
        """The query of a syntax tree; an article titled `text` gets TITLE_IS_QUERY on top."""
        tree = self._node(node)
        key = title_key(text)
        if not key or isinstance(tree, whoosh_query.Not):
            return tree
        title = whoosh_query.ConstantScoreQuery(whoosh_query.Term("title_key", key), TITLE_IS_QUERY)
        return whoosh_query.AndMaybe(tree, title)

    def _node(self, node: Node) -> Query:
        match node:
            case Word(terms=terms):
                return self._word(terms)
            case Phrase(words=phrase):
                return self._phrase(phrase)
            case Prefix(text=text):
                return self._prefix(text)
            case Excluded(node=inner):
                return whoosh_query.Not(self._node(inner))
            case AllOf(nodes=nodes):
                return whoosh_query.And([self._node(inner) for inner in nodes])
            case AnyOf(nodes=nodes):
                return whoosh_query.Or([self._node(inner) for inner in nodes])
            case _:
                return whoosh_query.NullQuery

    def _word(self, terms: Terms) -> Query:
        """A compound is found solid or in its parts: `e-mail` finds `email`."""
        parts = _all_of([self._term(part) for part in terms.parts])
        if terms.solid is None:
            return parts
        return whoosh_query.Or([self._term(terms.solid), parts])

    def _term(self, term: str) -> Query:
        return DefaultWord(self.stem(term), term, self.boosts, self.boost_exact)

    def _phrase(self, words: Sequence[Terms]) -> Query:
        """In its parts, or with every compound solid: both are how a text may write it."""
        spelled = [[part for word in words for part in word.parts]]
        if any(word.solid for word in words):
            spelled.append(
                [t for word in words for t in ([word.solid] if word.solid else word.parts)]
            )
        clauses = [self._sequence(field, terms) for terms in spelled for field in self.boosts]
        return whoosh_query.Or(clauses)

    def _sequence(self, field: str, terms: Sequence[str]) -> Query:
        boost = self.boosts[field]
        if len(terms) == 1:
            return whoosh_query.Term(EXACT[field], terms[0], boost=boost)
        return whoosh_query.Phrase(EXACT[field], list(terms), boost=boost)

    def _prefix(self, text: str) -> Query:
        """Every word that begins so counts the field's boost, however many there are."""
        clauses = [
            whoosh_query.ConstantScoreQuery(whoosh_query.Prefix(EXACT[field], text), boost)
            for field, boost in self.boosts.items()
        ]
        return whoosh_query.Or(clauses)


def _all_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else whoosh_query.And(queries)
