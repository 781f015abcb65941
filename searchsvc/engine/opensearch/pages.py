"""What a cluster finds for one request: what is counted, ordered and shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from searchsvc.articles.article import rated
from searchsvc.engine.opensearch import ordering, term_scores
from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.counting import Counting, filters_of
from searchsvc.engine.opensearch.finding import Finder, FoundQuery
from searchsvc.engine.opensearch.translation import any_of, filtering
from searchsvc.query.nodes import Node
from searchsvc.query.reading import typed
from searchsvc.search.answering import Shown, chosen_by, highlighted, telling
from searchsvc.search.explanation import explained
from searchsvc.search.query_cache import ParsedQuery
from searchsvc.search.ranking import Weights
from searchsvc.search.request import SearchRequest
from searchsvc.search.result import MAX_ALSO, Explanation, Highlights, Hit

SOURCES = ["stored", "quality", "heat", "published_at", "story", "is_tied"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What editors chose for a query, of articles that are live; pins in their order."""

    pinned: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    boosts: Mapping[str, float] = field(default_factory=dict)

    def applied(self, query: Query) -> Query:
        """Without what is hidden, with what is pinned, which scores 0 if it does not match."""
        if self.pinned:
            pins = {"constant_score": {"filter": _ids(self.pinned), "boost": 0.0}}
            query = any_of([query, pins])
        if self.hidden:
            query = {"bool": {"must": [query], "must_not": [_ids(self.hidden)]}}
        return query


@dataclass(frozen=True, slots=True)
class Ranked:
    """One article of an answer, as the cluster gave it."""

    id: str
    score: float
    source: Mapping[str, Any]
    matched: tuple[str, ...] = ()

    @classmethod
    def of(cls, hit: Mapping[str, Any]) -> Ranked:
        score = hit.get("_score") or 0.0
        return cls(hit["_id"], score, hit["_source"], tuple(hit.get("matched_queries", ())))

    @property
    def stored(self) -> bytes:
        source = self.source
        return rated(source["stored"].encode(), source.get("quality"), source.get("heat"))

    @property
    def story(self) -> str | None:
        return self.source["story"] if self.source["is_tied"] else None


@dataclass(slots=True, kw_only=True)
class _ShownArticles(Shown):
    """A page of what the scored `query` matches; `pins` in the editors' order."""

    page: Sequence[Ranked]
    query: Query
    pins: Sequence[Ranked]


class ClusterSearch:
    """Of one request."""

    def __init__(
        self,
        finder: Finder,
        request: SearchRequest,
        weights: Weights,
        boost_exact: float,
        now: float,
    ) -> None:
        self.reader = finder
        self._view = finder.view
        self._budget = finder.budget
        self._request = request
        self._weights = weights
        self._boost_exact = boost_exact
        self._now = now
        self._filters = filters_of(finder.view, request)

    def chosen(self, parsed: ParsedQuery) -> Choices:
        chosen = chosen_by(self.reader.rules, parsed, self._now)
        if chosen is None:
            return Choices()
        wanted = [*chosen.pinned, *chosen.hidden, *chosen.boosts]
        counts = self._view.counts([{"term": {"id": one}} for one in wanted])
        live = {one for one, count in zip(wanted, counts, strict=True) if count}
        return Choices(
            tuple(one for one in chosen.pinned if one in live),
            tuple(one for one in chosen.hidden if one in live),
            {one: by for one, by in chosen.boosts.items() if one in live},
        )

    def count(self, found: FoundQuery, chosen: Choices) -> int:
        query = chosen.applied(found.query)
        return self._view.count({"bool": {"filter": [query, *self._filters.values()]}})

    def did_you_mean(self, parsed: ParsedQuery, found: FoundQuery, least: int) -> str | None:
        filters = list(self._filters.values())
        return self.reader.did_you_mean(parsed, found, least, filters, self._request.typing)

    def shown(self, parsed: ParsedQuery, found: FoundQuery, chosen: Choices) -> _ShownArticles:
        request = self._request
        text = chosen.applied(found.query)
        query = ordering.scored(self._view, self._weights, text, chosen.boosts)
        query = {"bool": {"must": [query], "filter": [self._view.live]}}
        pins = self._pins(query, chosen)
        ahead = _first_of_stories(pins) if request.collapse else pins
        ahead = ahead if request.sort == "relevance" else []
        counting = Counting(self._view, request, self._filters, bool(parsed.text))
        answer = self._view.asking.search(self._body(query, ahead, counting), self._budget)
        counted = counting.read(answer.get("aggregations", {}))
        articles = int(answer["hits"]["total"]["value"])
        articles = counted.articles if counted.articles is not None else articles
        return _ShownArticles(
            total=counted.stories if counted.stories is not None else articles,
            articles=articles,
            is_pinned=bool(pins),
            facets=counted.facets,
            orders=counted.orders,
            page=[
                *ahead[request.offset : request.offset + request.limit],
                *map(Ranked.of, answer["hits"]["hits"]),
            ],
            query=query,
            pins=pins,
        )

    def hits(
        self, parsed: ParsedQuery, found: FoundQuery, chosen: Choices, shown: _ShownArticles
    ) -> list[Hit]:
        request, page, pins = self._request, shown.page, shown.pins
        pinned = {pin.id for pin in pins}
        also = self._also(shown.query, page, pins) if request.collapse and page else {}
        stored = [hit.stored for hit in page]
        marked: list[Highlights | None] = [None] * len(page)
        if request.highlight:
            bodies = _Bodies(self._view, [hit.id for hit in page])
            each = [partial(bodies.of, hit.id) for hit in page]
            marked = highlighted(parsed.highlighter, stored, each, self._budget)
        told = self._explained(found, chosen, page) if request.explain else {}
        groups = telling(request, found)
        return [
            Hit(
                *(article, hit.score, highlights),
                explain=told.get(hit.id),
                also=tuple(also.get(hit.id, ())) if request.collapse else None,
                pinned=hit.id in pinned,
                missing=_missing(groups, hit),
            )
            for article, hit, highlights in zip(stored, page, marked, strict=True)
        ]

    def _pins(self, query: Query, choices: Choices) -> list[Ranked]:
        """The pins that pass the filters, in the editors' order."""
        if not choices.pinned:
            return []
        wanted = [*self._filters.values(), _ids(choices.pinned)]
        body = {
            "size": len(choices.pinned),
            "query": {"bool": {"must": [query], "filter": wanted}},
            "_source": self._sources,
        }
        found = self._view.asking.search(body, self._budget)["hits"]["hits"]
        pins = {hit["_id"]: Ranked.of(hit) for hit in found}
        return [pins[one] for one in choices.pinned if one in pins]

    @property
    def _sources(self) -> list[str]:
        return [*SOURCES, *term_scores.SOURCES] if self._request.explain else SOURCES

    def _body(self, query: Query, ahead: Sequence[Ranked], counting: Counting) -> Query:
        """The request of a page, without the pins ahead of it."""
        request = self._request
        first = max(request.offset - len(ahead), 0)
        size = request.limit - len(ahead[request.offset : request.offset + request.limit])
        passing = list(self._filters.values())
        body: Query = {
            "from": first,
            "size": size,
            "sort": ordering.order(request.sort),
            "track_scores": True,
            "track_total_hits": True,
            "_source": self._sources,
        }
        if request.collapse:
            body["collapse"] = {"field": "story"}
        if ahead or counting.aggregations:
            # What is counted goes by other filters than what is shown.
            others = [_ids([pin.id for pin in ahead])] if ahead else []
            if request.collapse and ahead:
                others.append({"terms": {"story": [pin.source["story"] for pin in ahead]}})
            body["query"] = query
            body["post_filter"] = {"bool": {"filter": passing, "must_not": others}}
            body["aggs"] = counting.aggregations or counting.totals
        else:
            body["query"] = {"bool": {"must": [query], "filter": passing}} if passing else query
        return body

    def _also(
        self, query: Query, hits: Sequence[Ranked], pins: Sequence[Ranked]
    ) -> dict[str, list[Hit]]:
        """The other matches of each hit's story, pins first."""
        stories = {hit.story: hit.id for hit in hits if hit.story is not None}
        if not stories:
            return {}
        top = {
            "size": MAX_ALSO + 1,
            "sort": ordering.order(self._request.sort),
            "track_scores": True,
            "_source": SOURCES,
        }
        terms = {"field": "story", "size": len(stories), "include": list(stories)}
        wanted = [*self._filters.values(), {"terms": {"story": list(stories)}}]
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"must": [query], "filter": filtering(wanted)}},
            "aggs": {"stories": {"terms": terms, "aggs": {"top": {"top_hits": top}}}},
        }
        buckets = self._view.asking.search(body, self._budget)["aggregations"]["stories"]["buckets"]
        found = {}
        by_relevance = self._request.sort == "relevance"
        for bucket in buckets:
            leader = stories[bucket["key"]]
            members = [Ranked.of(hit) for hit in bucket["top"]["hits"]["hits"]]
            ahead = [pin for pin in pins if pin.story == bucket["key"]] if by_relevance else []
            ordered = {one.id: one for one in [*ahead, *members] if one.id != leader}
            pinned = {pin.id for pin in pins}
            found[leader] = [
                Hit(one.stored, one.score, pinned=one.id in pinned)
                for one in list(ordered.values())[:MAX_ALSO]
            ]
        return found

    def _explained(
        self, found: FoundQuery, choices: Choices, hits: Sequence[Ranked]
    ) -> dict[str, Explanation]:
        worded = self._wording_of(found, hits)
        told = {}
        for hit in hits:
            if self._budget.is_over():
                break
            parts = ordering.parts_of(self._view, self._weights, hit.source)
            boost = choices.boosts.get(hit.id, 1.0)
            text = hit.score / (float(parts.prior()[0]) * boost)
            fields = term_scores.explain(
                self._view, self._boost_exact, found.node, found.factors, hit.source
            )
            told[hit.id] = explained(text, fields, worded.get(hit.id, 1.0), parts, boost)
        return told

    def _wording_of(self, found: FoundQuery, hits: Sequence[Ranked]) -> dict[str, float]:
        """By what the wording of each hit multiplies its text score."""
        if not found.wording or not hits:
            return {}
        named = [
            {"bool": {"filter": [factor.filter], "_name": str(place)}}
            for place, factor in enumerate(found.wording)
        ]
        wanted = {"bool": {"filter": [_ids([hit.id for hit in hits])], "should": named}}
        body = {"size": len(hits), "query": wanted, "_source": False}
        factors: dict[str, float] = {}
        for hit in self._view.asking.search(body, self._budget)["hits"]["hits"]:
            factors[hit["_id"]] = 1.0
            for name in hit.get("matched_queries", ()):
                factors[hit["_id"]] *= found.wording[int(name)].by
        return factors


class _Bodies:
    """The bodies of some articles, which are fetched together when the first is asked for."""

    def __init__(self, view: ClusterView, ids: Sequence[str]) -> None:
        self._view = view
        self._ids = ids
        self._found: dict[str, bytes] | None = None

    def of(self, article_id: str) -> bytes:
        if self._found is None:
            body = {"size": len(self._ids), "query": _ids(self._ids), "_source": ["body"]}
            hits = self._view.asking.search(body)["hits"]["hits"]
            self._found = {hit["_id"]: hit["_source"].get("body", "").encode() for hit in hits}
        return self._found.get(article_id, b"")


def _missing(groups: Sequence[Node], hit: Ranked) -> tuple[str, ...]:
    """The words of the query that a hit lacks."""
    lacked = (group for place, group in enumerate(groups) if str(place) not in hit.matched)
    return tuple(map(typed, lacked))


def _ids(ids: Sequence[str]) -> Query:
    return {"terms": {"id": list(ids)}}


def _first_of_stories(pins: Sequence[Ranked]) -> list[Ranked]:
    """The pins of which each is the first of its story."""
    first: dict[str, Ranked] = {}
    for pin in pins:
        first.setdefault(pin.source["story"], pin)
    return list(first.values())
