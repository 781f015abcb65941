"""From a syntax tree to the documents that match it, and their text scores.

Words joined by AND or OR go to a kernel that takes all their lists at once; everything else
composes matches with masks over columns. Articles that are held back are found as well.

    text(d, q) = sum over words of idf(w) x [ sat(stem) + boost_exact x sat(as typed) ]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import Terms
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
from searchsvc.search import word_lists
from searchsvc.search.budget import Budget
from searchsvc.search.expansions import prefixed, wildcarded
from searchsvc.search.matches import NOTHING, Mask, Matches, best_of, found_in, unite
from searchsvc.search.phrases import in_field, side_by_side
from searchsvc.search.view import IndexView
from searchsvc.search.word_lists import WordLists, is_plain, terms_of_word


class Evaluator:
    """Of one request: what is past the budget's deadline is left out."""

    def __init__(self, view: IndexView, boost_exact: float, budget: Budget) -> None:
        self.view = view
        self.boost_exact = boost_exact
        self.budget = budget

    def matches(self, node: Node) -> Matches:
        """Every match of a tree. Those that are found before the deadline are right."""
        if self.budget.is_over():
            return NOTHING
        match node:
            case Word():
                return self._word(node)
            case AllOf(nodes=nodes):
                return self._all_of(nodes)
            case Variants(nodes=nodes):
                return best_of([self.matches(inner) for inner in nodes])
            case AnyOf(nodes=nodes):
                return self._any_of(nodes)
            case Phrase():
                return self._phrase(node)
            case Prefix():
                return prefixed(self.view, node)
            case Wildcard():
                return wildcarded(self.view, node, self.budget)
            case Weighted(node=inner, weight=weight):
                return self.matches(inner).times(weight)
            case Excluded(node=inner):
                return self._only_filtered((), [inner])
            case Value() | Published():
                return self._only_filtered([node], ())
        return NOTHING

    def holds(self, node: Node, docs: NDArray[np.int32]) -> Mask:
        """Which of some documents a tree matches; [docs]."""
        if isinstance(node, Word) and is_plain(node):
            return found_in(word_lists.documents_of(self.view, node), docs)[1]
        return self.matches(node).holds(docs)

    def matches_all(self, nodes: Sequence[Node]) -> Matches:
        """The matches of several trees at once."""
        return self._all_of(nodes)

    def narrowed(self, found: Matches, nodes: Sequence[Node]) -> Matches:
        """Of some matches those of several trees as well; scores summed."""
        filters = [node for node in nodes if isinstance(node, Value | Published)]
        excluded = [node.node for node in nodes if isinstance(node, Excluded)]
        for node in nodes:
            if not isinstance(node, Value | Published | Excluded):
                found = found.intersect(self.matches(node))
        return self._filtered(found, filters, excluded)

    def look_up(self, words: Sequence[Word]) -> WordLists:
        """Where the lists of plain words lie."""
        return WordLists.of(self.view, [terms_of_word(self.view, word) for word in words])

    def _all_of(self, nodes: Sequence[Node]) -> Matches:
        words = [node for node in nodes if isinstance(node, Word) and is_plain(node)]
        filters = [node for node in nodes if isinstance(node, Value | Published)]
        excluded = [node.node for node in nodes if isinstance(node, Excluded)]
        others = [
            node
            for node in nodes
            if not isinstance(node, Value | Published | Excluded)
            and not (isinstance(node, Word) and is_plain(node))
        ]
        parts = [self._every(some) for some in _batched(words)]
        for node in others:
            if any(not len(part) for part in parts):
                return NOTHING
            parts.append(self.matches(node))
        if not parts:
            return self._only_filtered(filters, excluded)
        return self._filtered(reduce(Matches.intersect, parts), filters, excluded)

    def _only_filtered(
        self, filters: Sequence[Value | Published], excluded: Sequence[Node]
    ) -> Matches:
        """Everything that passes, with no score."""
        every = np.flatnonzero(self.view.generation.are_present).astype(np.int32)
        return self._filtered(Matches.of(every), filters, excluded)

    def _filtered(
        self, found: Matches, filters: Iterable[Value | Published], excluded: Iterable[Node]
    ) -> Matches:
        for value in filters:
            found = found.where(self.mask(value))
        for node in excluded:
            if isinstance(node, Value | Published):
                found = found.where(~self.mask(node))
            else:
                found = found.without(self.matches(node))
        # What was left out of an exclusion would be found wrongly.
        return NOTHING if excluded and self.budget.is_spent else found

    def mask(self, node: Value | Published) -> Mask:
        filters = self.view.opened.filters
        return filters.of_value(node) if isinstance(node, Value) else filters.of_period(node)

    def _any_of(self, nodes: Sequence[Node]) -> Matches:
        words = [node for node in nodes if isinstance(node, Word) and is_plain(node)]
        parts = [
            word_lists.any_of(self.view, self.look_up(some), self.boost_exact)
            for some in _batched(words)
        ]
        parts += [
            self.matches(node) for node in nodes if not (isinstance(node, Word) and is_plain(node))
        ]
        return unite(parts)

    def _word(self, word: Word) -> Matches:
        """A compound counts as its best spelling: `e-mail` finds `email`."""
        terms, field = word.terms, word.field
        if len(terms.parts) > 1:
            return best_of([self.matches(node) for node in spellings_of(terms, field)])
        if field is not None:
            return in_field(self.view, field, terms, self._word(Word(terms)))
        typed = terms.written or terms.parts[0]
        pairs = [(stem, typed) for stem in self.view.stem.query_stems(terms)]
        found = [WordLists.of(self.view, [pair]) for pair in pairs]
        return best_of([word_lists.all_of(self.view, lists, self.boost_exact) for lists in found])

    def _phrase(self, phrase: Phrase) -> Matches:
        """The documents with the words side by side, scored as their words are."""
        parts = []
        for spelling in phrase.spellings:
            docs = side_by_side(self.view, spelling, phrase.field)
            if len(docs):
                words = [Word(Terms((term,))) for term in dict.fromkeys(spelling)]
                scored = [self._every(some, docs) for some in _batched(words)]
                parts.append(Matches(docs, reduce(Matches.intersect, scored).scores_of(docs)))
        return best_of(parts)

    def _every(self, words: Sequence[Word], among: NDArray[np.int32] | None = None) -> Matches:
        return word_lists.all_of(self.view, self.look_up(words), self.boost_exact, among)


def spellings_of(terms: Terms, field: str | None = None) -> list[Node]:
    """What a word of several parts is found by: its joined form, and its parts.

    Parts that say nothing alone have to stand side by side, and so do those of a run of CJK.
    """
    apart: Node = Phrase((Terms(terms.parts),), field)
    if not Word(terms).together:
        apart = AllOf(tuple(Word(Terms((part,)), field) for part in terms.parts))
    return [Word(Terms((terms.solid,)), field), apart] if terms.solid else [apart]


def _batched(words: Sequence[Word]) -> Iterable[Sequence[Word]]:
    most = kernels.MOST_WORDS
    return (words[first : first + most] for first in range(0, len(words), most))
