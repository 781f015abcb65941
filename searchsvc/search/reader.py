"""How the queries of one request are read and put right, whatever engine finds what they match."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from searchsvc.query import reading
from searchsvc.query.nodes import Node, Word
from searchsvc.search import spelling
from searchsvc.search.budget import Budget
from searchsvc.search.query_cache import ParsedQuery, QueryCache
from searchsvc.search.word_candidates import WordCandidates


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Found:
    """How a query was read, and of live articles how many have its words.

    `node` is the tree that was answered; `factors` are those of words that were asked repeatedly.
    `complete` is how many articles have every word; `is_relaxed` if others match as well. `ignored`
    are words that no article has, or that were too many. `rarest` is how many articles have the
    rarest word.
    """

    node: Node
    factors: Mapping[Node, float] = field(default_factory=dict)
    complete: int = 0
    is_relaxed: bool = False
    ignored: tuple[str, ...] = ()
    unknown: tuple[Word, ...] = ()
    rarest: int = 0


FoundT = TypeVar("FoundT", bound=Found)
FilterT = TypeVar("FilterT")


class QueryReader(ABC, Generic[FoundT, FilterT]):
    """With `needs_all` no article may lack a word, however few have all."""

    def __init__(self, cache: QueryCache, budget: Budget, needs_all: bool) -> None:
        self._cache = cache
        self.rules = cache.rules
        self.budget = budget
        self._needs_all = needs_all

    def parse(self, text: str, typing: bool = False) -> ParsedQuery:
        return self._cache.parse(text, typing)

    def reread(self, found: FoundT) -> ParsedQuery:
        """What was answered instead of the query as typed."""
        view = self._cache.view
        return ParsedQuery("", found.node, found.node, view.language, view.names)

    @abstractmethod
    def find(self, parsed: ParsedQuery) -> FoundT:
        """The articles that match a query as typed, or enough of it; all for an empty one."""

    @abstractmethod
    def count(self, node: Node, filters: Sequence[FilterT] = ()) -> int:
        """How many live articles that pass the filters have all of a tree; 0 if time is up."""

    @abstractmethod
    def _read(self, node: Node, meant: Node) -> FoundT: ...

    @abstractmethod
    def _is_any(self, found: FoundT) -> bool:
        """Whether any article matches."""

    @property
    @abstractmethod
    def _candidates(self) -> WordCandidates: ...

    def corrected(self, parsed: ParsedQuery, found: FoundT) -> tuple[str, FoundT] | None:
        """The query with words put right that no article has, and what that finds, if anything.

        Of many words nothing depends on one.
        """
        if len(found.factors) + len(found.unknown) >= reading.ANY_FROM or self.budget.is_over():
            return None
        text, node, unknown = parsed.text, parsed.node, found.unknown
        if (better := spelling.correct(text, node, unknown, self._candidates, self.count)) is None:
            return None
        text, node = better
        corrected = self._read(node, self._cache.meant(node))
        return (text, corrected) if self._is_any(corrected) else None

    def did_you_mean(
        self,
        parsed: ParsedQuery,
        read: FoundT,
        found: int,
        filters: Sequence[FilterT],
        typing: bool,
    ) -> str | None:
        """Another query with more articles than `found` that have all words and pass."""
        if len(read.factors) >= reading.ANY_FROM or self.budget.is_over():
            return None
        return spelling.did_you_mean(
            *(parsed.text, parsed.node, found, self._candidates),
            lambda node: self.count(node, filters),
            typing,
        )
