"""What all queries of one request have in common: the view, the editors' rules, the deadline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from searchsvc.index.impacts import inverse_document_frequency
from searchsvc.query import reading
from searchsvc.query.nodes import Node, Nothing, Word
from searchsvc.query.reading import Reading, WordGroup
from searchsvc.search import word_lists
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.matches import NOTHING, Mask, Matches, unite, united_with
from searchsvc.search.query_cache import ParsedQuery, QueryCache
from searchsvc.search.reader import Found, QueryReader
from searchsvc.search.spelling_candidates import SpellingCandidates
from searchsvc.search.titles import titled
from searchsvc.search.word_lists import WordLists, is_plain
from searchsvc.search.wording import factors_of


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FoundMatches(Found):
    """What a query matches, live articles only.

    `have_all` says of each match whether it has every word that is not ignored; None if all have.
    `wording` has in place of scores by what the scores were multiplied, if by anything.
    """

    matches: Matches
    have_all: NDArray[np.bool_] | None = None
    wording: Matches | None = None


class SearchContext(QueryReader[FoundMatches, Mask]):
    """Of one request."""

    def __init__(self, cache: QueryCache, evaluator: Evaluator, needs_all: bool = False) -> None:
        super().__init__(cache, evaluator.budget, needs_all)
        self.evaluator = evaluator
        self.view = evaluator.view

    def find(self, parsed: ParsedQuery) -> FoundMatches:
        if not parsed.text:
            every = np.flatnonzero(self.view.live).astype(np.int32)
            return FoundMatches(node=parsed.node, matches=Matches.of(every))
        found = self._read(parsed.node, parsed.meant)
        bonus = titled(self.view, parsed.text, parsed.node)
        if not len(bonus):
            return found
        matches = unite([found.matches, self._live(bonus)])
        return replace(found, matches=matches)

    def count(self, node: Node, filters: Iterable[Mask] = ()) -> int:
        matches = self._live(self.evaluator.matches(self._cache.meant(node)))
        return len(reduce(Matches.where, filters, matches))

    def _is_any(self, found: FoundMatches) -> bool:
        return len(found.matches) > 0

    @property
    def _candidates(self) -> SpellingCandidates:
        return self.view.opened.spelling_candidates

    def _worded(self, node: Node, groups: Sequence[WordGroup], found: FoundMatches) -> FoundMatches:
        """With what it counts how each article words the tree as typed."""
        words = [group.node for group in groups]
        factors = factors_of(self.view, node, words, found.matches, found.have_all)
        if factors is None:
            return found
        matches = Matches(found.matches.docs, found.matches.scores * factors)
        return replace(found, matches=matches, wording=Matches(matches.docs, factors))

    def _read(self, node: Node, meant: Node) -> FoundMatches:
        groups, required = reading.groups_of(meant)
        if isinstance(meant, Nothing) or not groups:
            matches = self._live(self.evaluator.matches(meant))
            return FoundMatches(node=meant, matches=matches, complete=len(matches))
        if all(isinstance(group.node, Word) and is_plain(group.node) for group in groups):
            found = self._words(meant, groups, required)
        else:
            found = self._groups(meant, groups, required)
        return self._worded(node, groups, found)

    def _words(
        self, node: Node, groups: Sequence[WordGroup], required: Sequence[Node]
    ) -> FoundMatches:
        """Of plain words, by a kernel call or two."""
        view, boost_exact = self.view, self.evaluator.boost_exact
        words = [group.node for group in groups if isinstance(group.node, Word)]
        pairs = [word_lists.terms_of_word(view, word) for word in words]
        lists = WordLists.of(view, pairs)
        frequencies = lists.frequencies
        most = min(frequencies) if len(groups) > 1 else reading.ENOUGH + bool(frequencies[0])
        if most > reading.ENOUGH and len(groups) < reading.ANY_FROM and _are_asked_once(groups):
            # The short way of many queries: enough articles have all words.
            matches = self._narrowed(word_lists.all_of(view, lists, boost_exact), required)
            if len(matches) > reading.enough_of_all(len(groups)) or len(groups) == 1:
                complete, rarest = len(matches), min(frequencies)
                return FoundMatches(node=node, matches=matches, complete=complete, rarest=rarest)
        read = reading.read(groups, frequencies, lists.idf.tolist(), required)
        if len(read.groups) < len(groups):
            places = {group.node: place for place, group in enumerate(groups)}
            lists = WordLists.of(view, [pairs[places[group]] for group in read.groups])
        found, coverage = word_lists.enough_of(view, lists, boost_exact, read.factors, read.weights)
        return self._enough(node, groups, required, read, found, coverage, frequencies)

    def _groups(
        self, node: Node, groups: Sequence[WordGroup], required: Sequence[Node]
    ) -> FoundMatches:
        """Of words that have variants, are unfinished, or have several parts."""
        parts = {group.node: self.evaluator.matches(group.node) for group in groups}
        frequencies = [len(self._live(parts[group.node])) for group in groups]
        articles = max(self.view.articles, *frequencies, 1)
        rarities = [inverse_document_frequency(articles, count) for count in frequencies]
        read = reading.read(groups, frequencies, rarities, required)
        factors = zip(read.groups, read.factors, strict=True)
        scored = [parts[group].times(factor) for group, factor in factors]
        found, coverage = united_with(scored, np.array(read.weights, np.float32))
        return self._enough(node, groups, required, read, found, coverage, frequencies)

    def _enough(
        self,
        node: Node,
        groups: Sequence[WordGroup],
        required: Sequence[Node],
        read: Reading,
        found: Matches,
        coverage: NDArray[np.float32],
        frequencies: Sequence[int],
    ) -> FoundMatches:
        """All words where that is enough, else enough of them; with what else is required.

        `coverage` is of `found`, the articles with any of the words that count.
        """
        unknown = tuple(
            group.node
            for group, articles in zip(groups, frequencies, strict=True)
            if not articles and isinstance(group.node, Word)
        )
        have_all = None
        if self._needs_all and read.ignored:
            matches, complete = NOTHING, 0
        elif not read.groups:
            matches = self._live(self.evaluator.matches_all(required))
            complete = 0
        else:
            matches = self._narrowed(found, required)
            if len(matches) < len(found):
                coverage = coverage[matches.holds(found.docs)]
            threshold = read.whole
            if not self._needs_all:
                threshold = read.threshold(lambda least: int(np.count_nonzero(coverage >= least)))
            is_enough = coverage >= threshold
            matches, have_all = matches.only(is_enough), (coverage >= read.whole)[is_enough]
            complete = 0 if read.ignored else int(np.count_nonzero(have_all))
        return FoundMatches(
            node=node,
            matches=matches,
            factors=dict(zip(read.groups, read.factors, strict=True)),
            complete=complete,
            is_relaxed=complete < len(matches),
            ignored=read.ignored,
            unknown=unknown,
            rarest=min(frequencies),
            have_all=have_all,
        )

    def _narrowed(self, matches: Matches, required: Sequence[Node]) -> Matches:
        return self._live(self.evaluator.narrowed(matches, required) if required else matches)

    def _live(self, matches: Matches) -> Matches:
        return matches.where(self.view.live) if self.view.is_hiding else matches


def _are_asked_once(groups: Sequence[WordGroup]) -> bool:
    return all(group.times == 1 for group in groups)
