"""What narrows the results on the page: links that set a filter, and links that remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from searchsvc.articles.fields import FILTERS
from searchsvc.search import Facet, FacetRequest, SearchRequest, SearchResult
from searchsvc.web.links import Links

SHOWN_FACETS = (
    FacetRequest("topic", 40),
    FacetRequest("provider", 40),
    FacetRequest("category", 20),
    FacetRequest("type", 20),
    FacetRequest("month", 100),
)
"""What is counted for the page. All but a few values of each stay folded away."""

VALUES_SHOWN = 7

_HEADINGS = {
    "topic": "Topics",
    "provider": "Sources",
    "category": "Categories",
    "type": "Types",
}
_LABELS = {"topic": "Topic", "provider": "Source", "category": "Category", "type": "Type"}
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
    count: int | None
    is_active: bool
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one field; `more` are folded away."""

    name: str
    heading: str
    choices: tuple[Choice, ...]
    more: tuple[Choice, ...]


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
        Group(name, _HEADINGS[name], *split(_choices(asked, name, facets, links), VALUES_SHOWN))
        for name in _HEADINGS
        if _is_choice(asked, name, result, facets := result.facets.get(name, ()))
    )


def _is_choice(
    asked: SearchRequest, name: str, result: SearchResult, facets: tuple[Facet, ...]
) -> bool:
    """Whether a value of the field would change the results."""
    return bool(facets) and (
        len(facets) > 1 or facets[0].count < result.total or bool(getattr(asked, name))
    )


def split(choices: Sequence[Choice], shown: int) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The first ones and those to fold away; never what is active, and never one alone."""
    if len(choices) <= shown + 1:
        return tuple(choices), ()
    first, rest = choices[:shown], choices[shown:]
    more = tuple(choice for choice in rest if not choice.is_active)
    return (*first, *(choice for choice in rest if choice.is_active)), more


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
