"""What all queries of one request have in common: the view, the editors' rules, the deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from searchsvc.index.impacts import inverse_document_frequency
from searchsvc.query import reading
from searchsvc.query.nodes import Node, Nothing, Word
from searchsvc.query.reading import Reading, WordGroup
from searchsvc.search import spelling, word_lists
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.matches import NOTHING, Matches, unite, united_with
from searchsvc.search.query_cache import ParsedQuery, QueryCache
from searchsvc.search.titles import titled
from searchsvc.search.word_lists import WordLists, is_plain


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a query matches, live articles only, and how it was read.

    `node` is the tree that was answered; `factors` are those of words that were asked repeatedly.
    `is_relaxed` if articles may lack a word that was typed; `ignored` are words that no article
    has, or that were too many.
    """

    node: Node
    matches: Matches
    factors: dict[Node, float] = field(default_factory=dict)
    is_relaxed: bool = False
    ignored: tuple[str, ...] = ()
    unknown: tuple[Word, ...] = ()


class SearchContext:
    """Of one request."""

    def __init__(self, cache: QueryCache, evaluator: Evaluator) -> None:
        self._cache = cache
        self.rules = cache.rules
        self.evaluator = evaluator
        self.view = evaluator.view
        self.budget = evaluator.budget

    def parse(self, text: str, typing: bool = False) -> ParsedQuery:
        return self._cache.parse(text, typing)

    def find(self, parsed: ParsedQuery) -> Found:
        """The articles that match a query as typed, or enough of it; all for an empty one."""
        if not parsed.text:
            return Found(parsed.node, Matches.of(np.flatnonzero(self.view.live).astype(np.int32)))
        found = self._read(parsed.node, parsed.meant)
        bonus = titled(self.view, parsed.text, parsed.node)
        if not len(bonus):
            return found
        matches = unite([found.matches, self._live(bonus)])
        return _with(found, matches)

    def count(self, node: Node) -> int:
        """How many live articles have all of a tree."""
        return len(self._live(self.evaluator.matches(self._cache.meant(node))))

    def corrected(
        self, parsed: ParsedQuery, found: Found, is_unfinished: bool
    ) -> tuple[str, Found] | None:
        """The query with words put right that no article has, and what that finds, if anything.

        Of many words nothing depends on one.
        """
        words = len(found.factors) + len(found.unknown)
        if words >= reading.ANY_FROM or self.budget.is_over():
            return None
        candidates = self.view.opened.spelling_candidates
        better = spelling.correct(parsed.text, parsed.node, found.unknown, candidates, self.count)
        if better is None:
            return None
        text, node = better
        corrected = self._read(node, self._cache.meant(node))
        return (text, corrected) if len(corrected.matches) else None

    def reread(self, found: Found) -> ParsedQuery:
        """What was answered instead of the query as typed."""
        return ParsedQuery("", found.node, found.node, self.view.language)

    def did_you_mean(
        self, parsed: ParsedQuery, read: Found, found: int, is_unfinished: bool
    ) -> str | None:
        """Another query that finds more than so many articles."""
        if len(read.factors) >= reading.ANY_FROM or self.budget.is_over():
            return None
        candidates = self.view.opened.spelling_candidates
        return spelling.did_you_mean(
            parsed.text, parsed.node, found, candidates, self.count, is_unfinished
        )

    def _read(self, node: Node, meant: Node) -> Found:
        groups, required = reading.groups_of(meant)
        if isinstance(meant, Nothing) or not groups:
            return Found(meant, self._live(self.evaluator.matches(meant)))
        if all(isinstance(group.node, Word) and is_plain(group.node) for group in groups):
            return self._words(meant, groups, required)
        return self._groups(meant, groups, required)

    def _words(self, node: Node, groups: Sequence[WordGroup], required: Sequence[Node]) -> Found:
        """Of plain words, by a kernel call or two."""
        words = [group.node for group in groups if isinstance(group.node, Word)]
        pairs = [word_lists.terms_of_word(self.view, word) for word in words]
        lists = WordLists.of(self.view, pairs)
        frequencies, rarities = lists.frequencies, lists.idf.tolist()
        read = reading.read(groups, frequencies, rarities, required)
        if len(read.groups) < len(groups):
            places = {group.node: place for place, group in enumerate(groups)}
            lists = WordLists.of(self.view, [pairs[places[node]] for node in read.groups])

        def every() -> Matches:
            return word_lists.all_of(self.view, lists, self.evaluator.boost_exact, read.factors)

        def enough() -> tuple[Matches, NDArray[np.float32]]:
            weights = np.array(read.weights, np.float32)
            found, coverage = word_lists.any_of(
                self.view, lists, self.evaluator.boost_exact, read.factors, weights
            )
            assert coverage is not None
            return found, coverage

        return self._required(node, groups, required, read, every, enough, frequencies)

    def _groups(self, node: Node, groups: Sequence[WordGroup], required: Sequence[Node]) -> Found:
        """Of words that have variants, are unfinished, or have several parts."""
        parts = [self.evaluator.matches(group.node) for group in groups]
        live = [self._live(part) for part in parts]
        frequencies = list(map(len, live))
        articles = max(self.view.articles, 1)
        rarities = [inverse_document_frequency(articles, min(n, articles)) for n in frequencies]
        read = reading.read(groups, frequencies, rarities, required)
        places = {group.node: place for place, group in enumerate(groups)}
        scored = [
            parts[places[group]].times(factor)
            for group, factor in zip(read.groups, read.factors, strict=True)
        ]

        def every() -> Matches:
            found = scored[0] if scored else NOTHING
            for part in scored[1:]:
                found = found.intersect(part)
            return found

        def enough() -> tuple[Matches, NDArray[np.float32]]:
            return united_with(scored, np.array(read.weights, np.float32))

        return self._required(node, groups, required, read, every, enough, frequencies)

    def _required(
        self,
        node: Node,
        groups: Sequence[WordGroup],
        required: Sequence[Node],
        read: Reading,
        every: Callable[[], Matches],
        enough: Callable[[], tuple[Matches, NDArray[np.float32]]],
        frequencies: Sequence[int],
    ) -> Found:
        """All words where that is enough, else enough of them; with what else is required."""
        unknown = tuple(
            group.node
            for group, articles in zip(groups, frequencies, strict=False)
            if not articles and isinstance(group.node, Word)
        )
        factors = dict(zip(read.groups, read.factors, strict=True))
        if not read.groups:
            matches = self._live(self.evaluator.matches_all(required))
            return Found(node, matches, factors, bool(read.ignored), read.ignored, unknown)
        if not read.is_any:
            matches = self._narrowed(every(), required)
            if len(matches) > reading.ENOUGH or len(read.thresholds) == 1:
                is_relaxed = bool(read.ignored)
                return Found(node, matches, factors, is_relaxed, read.ignored, unknown)
        found, coverage = enough()
        narrowed = self._narrowed(found, required)
        if len(narrowed) < len(found):
            coverage = coverage[narrowed.holds(found.docs)]
        threshold = read.threshold(lambda least: int(np.count_nonzero(coverage >= least)))
        matches = narrowed.only(coverage >= threshold)
        is_relaxed = bool(read.ignored) or threshold < read.thresholds[0] or read.is_any
        return Found(node, matches, factors, is_relaxed, read.ignored, unknown)

    def _narrowed(self, matches: Matches, required: Sequence[Node]) -> Matches:
        return self._live(self.evaluator.narrowed(matches, required) if required else matches)

    def _live(self, matches: Matches) -> Matches:
        return matches.where(self.view.live) if self.view.is_hiding else matches


def _with(found: Found, matches: Matches) -> Found:
    return Found(found.node, matches, found.factors, found.is_relaxed, found.ignored, found.unknown)
