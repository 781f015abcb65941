"""The syntax tree as a Whoosh query over the schema's fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from whoosh import query as whoosh_query

from searchsvc.analysis import Terms, fold, terms_in, title_key
from searchsvc.index.schema import EXACT
from searchsvc.query.expanding import Named, Pattern, Site
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Published,
    Value,
    Weighted,
    Wildcard,
    Word,
)
from searchsvc.search.ranking import TITLE_IS_QUERY

Query: TypeAlias = Any
"""A whoosh.query.Query; Whoosh has no types."""

_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})


class DefaultWord(whoosh_query.Or):
    """One word, in any of its forms, in all text fields.

    sum over fields of boost x (BM25(stem) + boost_exact x BM25(as typed))

    To Whoosh an Or of Terms like any other; to our evaluator one list of impacts. The Terms are
    made when somebody asks for them.
    """

    def __init__(
        self,
        stem: str,
        term: str,
        boosts: Mapping[str, float],
        boost_exact: float,
        boost: float = 1.0,
    ) -> None:
        self.stem = stem
        self.term = term
        self.boosts = boosts
        self.boost_exact = boost_exact
        self.boost = boost
        self.minmatch = 0
        self.scale = None

    @property
    def subqueries(self) -> list[Query]:
        """Its own boost is part of theirs."""
        clauses = []
        for field, boost in self.boosts.items():
            boost *= self.boost
            clauses.append(whoosh_query.Term(field, self.stem, boost=boost))
            if self.boost_exact:
                exact = boost * self.boost_exact
                clauses.append(whoosh_query.Term(EXACT[field], self.term, boost=exact))
        return clauses

    def apply(self, function: Callable[[Query], Query]) -> Query:
        return whoosh_query.Or([function(clause) for clause in self.subqueries])

    def normalize(self) -> Query:
        return whoosh_query.Or(self.subqueries).normalize()


class DefaultPhrase(whoosh_query.Or):
    """Words as typed, side by side, in any text field; a single one is the word as typed.

    To Whoosh an Or of Phrases like any other, made when somebody asks for them.
    """

    def __init__(self, words: Sequence[str], boosts: Mapping[str, float]) -> None:
        self.words = words
        self.boosts = boosts
        self.boost = 1.0
        self.minmatch = 0
        self.scale = None

    @property
    def subqueries(self) -> list[Query]:
        return [_sequence(field, self.words, boost) for field, boost in self.boosts.items()]

    def apply(self, function: Callable[[Query], Query]) -> Query:
        return whoosh_query.Or([function(clause) for clause in self.subqueries])

    def normalize(self) -> Query:
        return whoosh_query.Or(self.subqueries).normalize()


class WrittenTitle(whoosh_query.Term):
    """The articles whose title is this text, signs and all, but for case and spaces.

    To Whoosh those whose title has the same words.
    """

    def __init__(self, key: str, text: str, boost: float) -> None:
        super().__init__("title_key", key, boost)
        self.written = _written(text)

    def is_title(self, title: str) -> bool:
        return _written(title) == self.written


def _written(title: str) -> str:
    return " ".join(fold(title.translate(_STRAIGHT)).split())


@dataclass(frozen=True, slots=True)
class TreeBuilder:
    """Builds trees for one language and one set of boosts (by text field)."""

    boosts: Mapping[str, float]
    boost_exact: float
    stem: Callable[[str], str]

    def build(self, node: Node, text: str) -> Query:
        """The query of a syntax tree; an article titled `text` gets TITLE_IS_QUERY on top.

        It is found however the text was read. Where the reading would leave it out, by a `-` or
        a `type:`, its title has to be the text with these signs: `a -b` does not ask for "A B".
        """
        tree = self._node(node)
        key = title_key(text)
        if not key:
            return tree
        if _leaves_out(node):
            return whoosh_query.Or([tree, WrittenTitle(key, text, TITLE_IS_QUERY)])
        title = whoosh_query.ConstantScoreQuery(whoosh_query.Term("title_key", key), TITLE_IS_QUERY)
        return whoosh_query.AndMaybe(tree, title)

    def _node(self, node: Node, weight: float = 1.0) -> Query:
        match node:
            case Word(terms=terms, field=field):
                return self._word(terms, self._boosts_in(field), weight)
            case Phrase(field=field):
                return self._phrase(node, self._boosts_in(field, weight))
            case Prefix(text=text, field=field):
                return self._expanded(whoosh_query.Prefix, text, self._boosts_in(field, weight))
            case Wildcard(pattern=pattern, field=field):
                return self._expanded(Pattern, pattern, self._boosts_in(field, weight))
            case Value():
                return whoosh_query.ConstantScoreQuery(self._value(node), 0.0)
            case Published(first=first, last=last):
                return whoosh_query.ConstantScoreQuery(
                    whoosh_query.DateRange("published_at", _naive(first), _naive(last)), 0.0
                )
            case Excluded(node=inner):
                return whoosh_query.Not(self._node(inner))
            case AllOf(nodes=nodes):
                return whoosh_query.And([self._node(inner, weight) for inner in nodes])
            case AnyOf(nodes=nodes):
                return whoosh_query.Or([self._node(inner, weight) for inner in nodes])
            case Weighted(node=inner, weight=less):
                return self._node(inner, weight * less)
            case Preferring(node=inner, wished=wished):
                lifting = whoosh_query.Or([self._node(wish, weight) for wish in wished])
                return whoosh_query.AndMaybe(self._node(inner, weight), lifting)
            case _:
                return whoosh_query.NullQuery

    def _boosts_in(self, field: str | None, weight: float = 1.0) -> Mapping[str, float]:
        boosts = self.boosts if field is None else {field: self.boosts[field]}
        return _times(boosts, weight)

    def _word(self, terms: Terms, boosts: Mapping[str, float], weight: float = 1.0) -> Query:
        """A compound is found solid or in its parts: `e-mail` finds `email`.

        Parts that say nothing alone have to stand together, and so do those of a run of CJK.
        """
        if len(terms.parts) == 1:
            return self._term(terms.parts[0], boosts, weight, terms.written)
        if terms.solid is None:
            return self._phrase(Phrase((terms,)), _times(boosts, weight))
        if any(len(part) == 1 or part[0].isdigit() for part in terms.parts):
            parts = self._phrase(Phrase((Terms(terms.parts),)), _times(boosts, weight))
        else:
            parts = whoosh_query.And([self._term(part, boosts, weight) for part in terms.parts])
        return whoosh_query.Or([self._term(terms.solid, boosts, weight), parts])

    def _term(
        self, term: str, boosts: Mapping[str, float], weight: float, written: str | None = None
    ) -> Query:
        """With its accents where they were typed: as with any word, other forms come after it."""
        return DefaultWord(self.stem(term), written or term, boosts, self.boost_exact, weight)

    def _phrase(self, phrase: Phrase, boosts: Mapping[str, float]) -> Query:
        if len(boosts) == 1:
            ((field, boost),) = boosts.items()
            return _any_of([_sequence(field, terms, boost) for terms in phrase.spellings])
        return _any_of([DefaultPhrase(terms, boosts) for terms in phrase.spellings])

    def _expanded(self, kind: type[Query], text: str, boosts: Mapping[str, float]) -> Query:
        """Whatever it stands for counts the field's boost, however many words that are."""
        return _any_of(
            [
                whoosh_query.ConstantScoreQuery(kind(EXACT[field], text), boost)
                for field, boost in boosts.items()
            ]
        )

    def _value(self, value: Value) -> Query:
        text, is_prefix = value.text, value.is_prefix
        match value.name:
            case "topic":
                return whoosh_query.Or([_key("topic", text, is_prefix), *self._topic_words(value)])
            case "provider":
                return Named("provider", text, is_exact=value.is_exact, is_prefix=is_prefix)
            case "site" if not is_prefix:
                return Site("provider", text)
            case "site":
                return whoosh_query.Prefix("provider", text)
        return _key(value.name, text, is_prefix)

    def _topic_words(self, value: Value) -> list[Query]:
        """A topic may be named by one of its words."""
        terms = terms_in(value.text)
        if not terms:
            return []
        boosts = self._boosts_in("topics")
        if value.is_exact:
            return [self._phrase(Phrase(tuple(terms)), boosts)]
        clauses = [self._word(of, boosts) for of in terms]
        if value.is_prefix:
            last = terms[-1].solid or terms[-1].parts[-1]
            clauses[-1] = self._expanded(whoosh_query.Prefix, last, boosts)
        return [_all_of(clauses)]


def _leaves_out(node: Node) -> bool:
    """Whether an article may not match although it has all the words."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return any(map(_leaves_out, nodes))
        case Preferring(node=inner) | Weighted(node=inner):
            return _leaves_out(inner)
        case Excluded() | Value() | Published():
            return True
    return False


def _times(boosts: Mapping[str, float], weight: float) -> Mapping[str, float]:
    if weight == 1.0:
        return boosts
    return {name: boost * weight for name, boost in boosts.items()}


def _sequence(field: str, terms: Sequence[str], boost: float) -> Query:
    if len(terms) == 1:
        return whoosh_query.Term(EXACT[field], terms[0], boost=boost)
    return whoosh_query.Phrase(EXACT[field], list(terms), boost=boost)


def _key(name: str, text: str, is_prefix: bool) -> Query:
    return (whoosh_query.Prefix if is_prefix else whoosh_query.Term)(name, text)


def _naive(moment: datetime | None) -> datetime | None:
    """Whoosh drops time zones: it is given UTC without one."""
    return moment.replace(tzinfo=None) if moment else None


def _all_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else whoosh_query.And(queries)


def _any_of(queries: list[Query]) -> Query:
    return queries[0] if len(queries) == 1 else whoosh_query.Or(queries)
