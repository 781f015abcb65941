"""What is counted beside a page: facets, stories, and which orders make a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.translation import any_of
from searchsvc.search.collectors import beginning_with
from searchsvc.search.filters import DATE_FACET
from searchsvc.search.request import SORTS, FacetRequest, SearchRequest
from searchsvc.search.result import Facet

MOST_STORIES = 50_000
"""Stories of several articles that are counted exactly; of more, about."""
MOST_BUCKETS = 10_000
"""Values that a facet is narrowed among: the commonest."""
_ORDERED = {
    "newest": "published_at",
    "oldest": "published_at",
    "heat": "heat",
    "quality": "quality",
}


def filters_of(view: ClusterView, request: SearchRequest) -> dict[str, Query]:
    """What each filter of a request, and its dates, let pass, by the facet it belongs to."""
    filters: dict[str, Query] = {}
    for name, texts in request.filters.items():
        keys = [text.casefold() for text in texts]
        if name == "provider":
            filters[name] = any_of([_provider(view, key) for key in keys])
        else:
            filters[name] = {"terms": {f"{name}.key": keys}}
    first, last = request.span
    if (first, last) != (None, None):
        bounds = {
            name: value for name, value in (("gte", first), ("lte", last)) if value is not None
        }
        filters[DATE_FACET] = {"range": {"published_at": bounds}}
    return filters


def _provider(view: ClusterView, key: str) -> Query:
    """A provider by its name, else by its domain.

    Who has no name goes by the domain: that is no name that keeps the others out.
    """
    named, of_domain = ({"term": {f"{by}.key": key}} for by in ("provider", "domain"))
    others = {"bool": {"filter": [named], "must_not": [of_domain]}}
    return named if view.count(others) else of_domain


@dataclass(frozen=True, slots=True)
class Counted:
    """`articles` and `stories` pass the filters; None where that was not asked for."""

    articles: int | None = None
    stories: int | None = None
    facets: dict[str, tuple[Facet, ...]] = field(default_factory=dict)
    orders: tuple[str, ...] = ()


class Counting:
    """Of one request: what to aggregate, and what that came to."""

    def __init__(
        self,
        view: ClusterView,
        request: SearchRequest,
        filters: Mapping[str, Query],
        has_text: bool,
    ) -> None:
        self._view = view
        self._request = request
        self._filters = filters
        self._has_text = has_text
        wanted, narrowed = request.facets, request.facet_query
        if narrowed and all(facet.field != narrowed.field for facet in wanted):
            wanted += (FacetRequest(narrowed.field),)
        self._facets = wanted

    @property
    def totals(self) -> Query:
        """How many articles pass all filters, and what is told of them."""
        inner: Query = {}
        if self._request.collapse:
            terms = {"field": "story", "size": MOST_STORIES, "shard_size": MOST_STORIES}
            many = {"field": "story", "precision_threshold": 40_000}
            inner["tied"] = {
                "filter": {"term": {"is_tied": True}},
                "aggs": {"stories": {"terms": terms}, "about": {"cardinality": many}},
            }
        if self._facets:
            for name in {*_ORDERED.values()}:
                inner[name] = {"stats": {"field": name}}
        return {"shown": {"filter": {"bool": {"filter": [*self._filters.values()]}}, "aggs": inner}}

    @property
    def aggregations(self) -> Query:
        """Each facet counts under all filters but its own, so that one can change the choice."""
        if not self._facets:
            return self.totals if self._request.collapse else {}
        found = self.totals
        for facet in self._facets:
            others = [query for name, query in self._filters.items() if name != facet.field]
            size = MOST_BUCKETS if self._is_narrowed(facet) else facet.size
            terms = {
                "field": DATE_FACET if facet.field == DATE_FACET else f"{facet.field}.key",
                "size": size,
                "shard_size": MOST_BUCKETS,
                "order": [{"_count": "desc"}, {"_key": "asc"}],
            }
            found[f"facet.{facet.field}"] = {
                "filter": {"bool": {"filter": others}},
                "aggs": {"values": {"terms": terms}},
            }
        return found

    def _is_narrowed(self, facet: FacetRequest) -> bool:
        narrowed = self._request.facet_query
        return bool(narrowed and narrowed.text and narrowed.field == facet.field)

    def read(self, answer: Mapping[str, Any]) -> Counted:
        if "shown" not in answer:
            return Counted()
        shown = answer["shown"]
        articles = int(shown["doc_count"])
        stories = None
        if self._request.collapse:
            tied = shown["tied"]
            several = len(tied["stories"]["buckets"])
            if several == MOST_STORIES:
                several = int(tied["about"]["value"])
            stories = articles - int(tied["doc_count"]) + several
        facets = {
            facet.field: self._facet(facet, answer[f"facet.{facet.field}"]["values"]["buckets"])
            for facet in self._facets
        }
        orders = self._orders(shown, articles) if self._facets else ()
        return Counted(articles, stories, facets, orders)

    def _orders(self, shown: Mapping[str, Any], articles: int) -> tuple[str, ...]:
        """The sorts that may change how matches stand."""

        def differ(name: str) -> bool:
            stats = shown[name]
            some_lack = 0 < stats["count"] < articles
            return bool(some_lack or stats["count"] > 1 and stats["min"] < stats["max"])

        differing = {sort for sort, name in _ORDERED.items() if differ(name)}
        if self._has_text and articles > 1:
            differing.add("relevance")
        return tuple(sort for sort in SORTS if sort in differing)

    def _facet(
        self, facet: FacetRequest, buckets: Sequence[Mapping[str, Any]]
    ) -> tuple[Facet, ...]:
        if facet.field == DATE_FACET:
            found = [Facet(bucket["key"], int(bucket["doc_count"])) for bucket in buckets]
        else:
            labels = self._view.values(facet.field)
            found = [
                Facet(
                    labels[bucket["key"]].text if bucket["key"] in labels else bucket["key"],
                    int(bucket["doc_count"]),
                )
                for bucket in buckets
            ]
        narrowed = self._request.facet_query
        if narrowed and self._is_narrowed(facet):
            places = beginning_with(narrowed.text, [value.value for value in found])
            found = [found[place] for place in places]
        return tuple(found[: facet.size])
