"""What narrows the results on the page: links that set a filter, and links that remove it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from searchsvc.search import Facet, FacetRequest, SearchRequest, SearchResult
from searchsvc.vocabulary import FILTERS
from searchsvc.web.links import Links

SHOWN_FACETS = (FacetRequest("topic"), FacetRequest("provider"))

_HEADINGS = {"topic": "Topics", "provider": "Providers"}
_LABELS = {"topic": "Topic", "provider": "Provider", "category": "Category", "type": "Type"}
_NO_FILTERS: dict[str, Any] = {**dict.fromkeys(FILTERS, ()), "from_": None, "to": None}


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """One that is set; `url` has the results without it."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value to filter by; `url` sets it, or removes it where it is active."""

    value: str
    count: int
    is_active: bool
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one field."""

    name: str
    heading: str
    choices: tuple[Choice, ...]


def active(asked: SearchRequest, links: Links) -> tuple[ActiveFilter, ...]:
    """Every filter that is set, dates included."""
    chosen = [
        ActiveFilter(_LABELS[name], value, links.page(without(asked, name, value)))
        for name, values in asked.filters.items()
        for value in values
    ]
    for name, label in (("from_", "From"), ("to", "Until")):
        if isinstance(moment := getattr(asked, name), datetime):
            open_ended: dict[str, Any] = {name: None}
            url = links.page(replace(asked, page=1, **open_ended))
            chosen.append(ActiveFilter(label, f"{moment.day} {moment:%B %Y}", url))
    return tuple(chosen)


def groups(asked: SearchRequest, result: SearchResult, links: Links) -> tuple[Group, ...]:
    """The facets to show; one with nothing to choose from is left out."""
    return tuple(
        Group(name, _HEADINGS[name], _choices(asked, name, facets, links))
        for name in _HEADINGS
        if (facets := result.facets.get(name))
    )


def _choices(
    asked: SearchRequest, name: str, facets: tuple[Facet, ...], links: Links
) -> tuple[Choice, ...]:
    chosen = {value.casefold() for value in getattr(asked, name)}
    return tuple(
        Choice(
            facet.value,
            facet.count,
            is_active := facet.value.casefold() in chosen,
            links.page((without if is_active else with_value)(asked, name, facet.value)),
        )
        for facet in facets
    )


def with_value(asked: SearchRequest, name: str, value: str) -> SearchRequest:
    """The first page with one more alternative."""
    values = without(asked, name, value).filters.get(name, ())
    wider: dict[str, Any] = {name: (*values, value)}
    return replace(asked, page=1, **wider)


def without(asked: SearchRequest, name: str, value: str) -> SearchRequest:
    """The first page with one alternative less, in whatever case it was written."""
    folded = value.casefold()
    kept = tuple(item for item in getattr(asked, name) if item.casefold() != folded)
    narrower: dict[str, Any] = {name: kept}
    return replace(asked, page=1, **narrower)


def without_any(asked: SearchRequest) -> SearchRequest:
    return replace(asked, page=1, **_NO_FILTERS)
