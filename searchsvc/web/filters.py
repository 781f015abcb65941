"""What narrows the results on the page: links that set a filter, and links that remove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from searchsvc.articles.fields import FILTERS
from searchsvc.search import Facet, FacetRequest, SearchRequest, SearchResult
from searchsvc.web.labels import label
from searchsvc.web.languages import N_, Wording
from searchsvc.web.links import Link, Links

SHOWN_FACETS = (
    FacetRequest("topic", 40),
    FacetRequest("provider", 40),
    FacetRequest("category", 20),
    FacetRequest("type", 20),
    FacetRequest("month", 100),
)
"""The facets of the page. It folds away all but a few values of each."""

VALUES_SHOWN = 7

_NAMES = {
    "topic": (N_("Topic"), N_("Topics")),
    "provider": (N_("Source"), N_("Sources")),
    "category": (N_("Category"), N_("Categories")),
    "type": (N_("Type"), N_("Types")),
}
_DATES = (("from_", N_("From")), ("to", N_("Until")))
_NO_FILTERS: dict[str, Any] = {**dict.fromkeys(FILTERS, ()), "from_": None, "to": None}


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one field; `more` are folded away."""

    name: str
    heading: str
    choices: tuple[Link, ...]
    more: tuple[Link, ...]


def active(asked: SearchRequest, links: Links, wording: Wording) -> tuple[Link, ...]:
    """Every filter that is set, dates included; each leads to the results without it."""
    chosen = [
        Link(
            label(name, value, wording),
            links.page(without(asked, name, value)),
            label=wording.say(_NAMES[name][0]),
        )
        for name, values in asked.filters.items()
        for value in values
    ]
    for name, title in _DATES:
        if isinstance(moment := getattr(asked, name), datetime):
            open_ended: dict[str, Any] = {name: None}
            url = links.page(replace(asked, page=1, **open_ended))
            chosen.append(Link(wording.long_day(moment), url, label=wording.say(title)))
    return tuple(chosen)


def groups(
    asked: SearchRequest, result: SearchResult, links: Links, wording: Wording
) -> tuple[Group, ...]:
    """The facets to show: those of which there is something to choose."""
    found = []
    for name, (_, heading) in _NAMES.items():
        facets = result.facets.get(name, ())
        if len(facets) > 1:
            choices = [_choice(asked, name, facet, links, wording) for facet in facets]
            found.append(Group(name, wording.say(heading), *split(choices, VALUES_SHOWN)))
    return tuple(found)


def _choice(asked: SearchRequest, name: str, facet: Facet, links: Links, wording: Wording) -> Link:
    """A link that sets the filter, or removes it if it is set."""
    is_set = facet.value.casefold() in {value.casefold() for value in getattr(asked, name)}
    target = (without if is_set else with_value)(asked, name, facet.value)
    return Link(label(name, facet.value, wording), links.page(target), facet.count, is_set)


def split(choices: Sequence[Link], shown: int) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """The choices to show and those to fold away. A set one is shown, and a single one too."""
    if len(choices) <= shown + 1:
        return tuple(choices), ()
    first, rest = choices[:shown], choices[shown:]
    more = tuple(choice for choice in rest if not choice.is_current)
    return (*first, *(choice for choice in rest if choice.is_current)), more


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
