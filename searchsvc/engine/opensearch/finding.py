"""Which articles of a cluster a query matches, and their text score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from searchsvc.analysis import terms_in, title_as_written, title_key
from searchsvc.cluster.mapping import MAX_KEY
from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.candidates import ClusterCandidates
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.tiers import Factor, factors_of, times
from searchsvc.engine.opensearch.translation import (
    EVERYTHING,
    NOTHING,
    Translator,
    any_of,
    weighted,
)
from searchsvc.query import reading
from searchsvc.query.nodes import Node, Nothing, Word
from searchsvc.query.reading import Reading, WordGroup
from searchsvc.search.budget import Budget
from searchsvc.search.query_cache import ParsedQuery, QueryCache
from searchsvc.search.ranking import TITLE_IS_QUERY
from searchsvc.search.reader import Found, QueryReader
from searchsvc.search.titles import leaves_out


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FoundQuery(Found):
    """A query of the cluster that matches what was asked for: its scores are text scores."""

    query: Query
    wording: tuple[Factor, ...] = ()


class Finder(QueryReader[FoundQuery, Query]):
    """Of one request."""

    def __init__(
        self,
        view: ClusterView,
        cache: QueryCache,
        boost_exact: float,
        budget: Budget,
        needs_all: bool = False,
    ) -> None:
        super().__init__(cache, budget, needs_all)
        self.view = view
        self.translator = Translator(view, boost_exact)

    def parse(self, text: str, typing: bool = False) -> ParsedQuery:
        if text:
            self._prepare(text)
        return super().parse(text, typing)

    def _prepare(self, text: str) -> None:
        """Has the cluster say with two requests what reading a text asks for word by word."""
        words = [part for terms in terms_in(text, self.view.language) for part in terms.parts]
        words = list(dict.fromkeys(words))[: reading.MAX_WORDS]
        self.view.frequencies(words)
        self.view.compounds.look_up(words)

    def find(self, parsed: ParsedQuery) -> FoundQuery:
        if not parsed.text:
            return FoundQuery(node=parsed.node, query=EVERYTHING)
        found = self._read(parsed.node, parsed.meant)
        titled = self._titled(parsed.text, parsed.node)
        if titled is None or not self.view.count(titled):
            return found
        bonus = {"constant_score": {"filter": titled, "boost": TITLE_IS_QUERY}}
        return replace(found, query=any_of([found.query, bonus]))

    def count(self, node: Node, filters: Sequence[Query] = ()) -> int:
        if self.budget.is_over():
            return 0
        query = self.translator.filter(self._cache.meant(node))
        return self.view.count({"bool": {"filter": [query, *filters]}} if filters else query)

    def _is_any(self, found: FoundQuery) -> bool:
        return self.view.count(found.query) > 0

    @property
    def _candidates(self) -> ClusterCandidates:
        return ClusterCandidates(self.view)

    def _titled(self, text: str, node: Node) -> Query | None:
        """What passes articles of this whole title; as it is written where signs may matter."""
        key = title_key(text, self.view.language)
        if not key or len(key) > MAX_KEY:
            return None
        wanted: list[Query] = [{"term": {"title_key": {"value": key}}}]
        if leaves_out(node):
            wanted.append({"term": {"title_written": {"value": title_as_written(text)}}})
        return {"bool": {"filter": wanted}}

    def _read(self, node: Node, meant: Node) -> FoundQuery:
        view, translator = self.view, self.translator
        groups, required = reading.groups_of(meant)
        translator.prepare([meant])
        if isinstance(meant, Nothing) or not groups:
            query = translator.query(meant)
            return FoundQuery(node=meant, query=query, complete=view.count(query))
        filters = [translator.filter(group.node) for group in groups]
        frequencies = view.counts(filters)
        rarities = [view.idf(articles) for articles in frequencies]
        read = reading.read(groups, frequencies, rarities, required)
        filter_of = {group.node: query for group, query in zip(groups, filters, strict=True)}
        found, have_all, total = self._enough(meant, required, read, filter_of)
        found = replace(
            found,
            ignored=read.ignored,
            unknown=tuple(
                group.node
                for group, articles in zip(groups, frequencies, strict=True)
                if not articles and isinstance(group.node, Word)
            ),
            rarest=min(frequencies),
        )
        return self._worded(node, groups, found, have_all, total)

    def _enough(
        self,
        meant: Node,
        required: Sequence[Node],
        read: Reading,
        filter_of: dict[Node, Query],
    ) -> tuple[FoundQuery, Query | None, int]:
        """All words where that is enough, else enough of them; with what else is required.

        Also what passes those that have all words, None if all have; and how many match.
        """
        view, translator = self.view, self.translator
        if self._needs_all and read.ignored:
            return FoundQuery(node=meant, query=NOTHING), None, 0
        if not read.groups:
            query = translator.all_of(required)
            total = view.count(query)
            return FoundQuery(node=meant, query=query, is_relaxed=total > 0), None, total
        filters = [filter_of[group] for group in read.groups]
        others = [translator.all_of(required, False)] if required else []

        def passing(threshold: float) -> Query:
            covered = coverage(filters, read.weights, threshold)
            return {"bool": {"filter": [covered, *others]}} if others else covered

        whole = passing(read.whole)
        have_all = view.count(whole)
        threshold = read.whole
        if not self._needs_all and have_all <= read.enough[0]:
            view.counts([passing(step) for step in read.thresholds])
            threshold = read.threshold(lambda least: view.count(passing(least)))
        chosen = whole if threshold == read.whole else passing(threshold)
        total = view.count(chosen)
        scored = [
            {"bool": {"must": [weighted(translator.query(group), factor)], "_name": str(place)}}
            for place, (group, factor) in enumerate(zip(read.groups, read.factors, strict=True))
        ]
        enough: dict[str, list[Query]] = {"should": scored, "filter": [chosen]}
        if required:
            enough["must"] = [translator.all_of(required)]
        complete = 0 if read.ignored else have_all
        factors = dict(zip(read.groups, read.factors, strict=True))
        relaxed = complete < total
        found = FoundQuery(
            node=meant,
            query={"bool": enough},
            factors=factors,
            complete=complete,
            is_relaxed=relaxed,
        )
        return found, whole if have_all < total else None, total

    def _worded(
        self,
        node: Node,
        groups: Sequence[WordGroup],
        found: FoundQuery,
        have_all: Query | None,
        total: int,
    ) -> FoundQuery:
        """With what it counts how each article words the tree as typed."""
        if total < 2:
            return found
        words = [group.node for group in groups]
        wording = factors_of(self.view, node, words, found.query, have_all, self.budget)
        return replace(found, query=times(found.query, wording), wording=tuple(wording))


def coverage(filters: Sequence[Query], weights: Sequence[float], threshold: float) -> Query:
    """What passes articles that have words of so much weight together.

    Of few words every smallest set that is enough is an alternative; of many any one is enough.
    """
    if threshold <= min(weights):
        return any_of(list(filters))
    if threshold > sum(weights) - min(weights):
        return {"bool": {"filter": list(filters)}} if len(filters) > 1 else filters[0]
    if len(set(weights)) == 1:
        least = next(n for n in range(1, len(weights) + 1) if n * weights[0] >= threshold)
        return {"bool": {"should": list(filters), "minimum_should_match": least}}
    enough: list[frozenset[int]] = []
    for size in range(1, len(weights) + 1):
        for some in map(frozenset, combinations(range(len(weights)), size)):
            is_enough = sum(weights[place] for place in some) >= threshold
            if is_enough and not any(less <= some for less in enough):
                enough.append(some)
    return any_of([{"bool": {"filter": [filters[p] for p in sorted(some)]}} for some in enough])
