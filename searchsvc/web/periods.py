"""When the results were published: links to recent periods and months, and a form of two dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from searchsvc.articles import dates
from searchsvc.search import SearchRequest, SearchResult
from searchsvc.web.filters import split
from searchsvc.web.form import Form
from searchsvc.web.languages import N_, Wording
from searchsvc.web.links import Link, Links

_RECENT = ((N_("Past 7 days"), 7), (N_("Past 30 days"), 30), (N_("Past 12 months"), 365))
_MONTHS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Periods:
    """Months are newest first. `form` sends all but the dates, which are `first` and `last`."""

    recent: tuple[Link, ...]
    months: tuple[Link, ...]
    more: tuple[Link, ...]
    form: Form
    first: str | None
    last: str | None


def periods(
    asked: SearchRequest, result: SearchResult, links: Links, wording: Wording
) -> Periods | None:
    """The periods to choose from; None if there is no date to choose or to remove.

    A single month is no choice unless it is set.
    """
    facets = sorted(result.facets.get("month", ()), key=lambda facet: facet.value, reverse=True)
    if not facets and asked.span == (None, None):
        return None
    dated = [
        _link(asked, wording.month(first), (first, last), links, facet.count)
        for facet in facets
        for first, last in [dates.parse_period(facet.value)]
    ]
    if len(dated) == 1 and not dated[0].is_current:
        dated = []
    months, more = split(dated, _MONTHS_SHOWN)
    today = result.index.as_of.date()
    starts = ((title, (today - timedelta(days)).isoformat()) for title, days in _RECENT)
    newest = facets[0].value if facets else ""
    return Periods(
        # A recent period is shown if the newest month of all matches reaches into it.
        recent=tuple(
            _link(asked, wording.say(title), (start, None), links)
            for title, start in starts
            if newest >= start[: len("2020-05")]
        ),
        months=months,
        more=more,
        form=Form.of_request(_between(asked, None, None)),
        first=_day(asked.from_),
        last=_day(asked.to),
    )


def _link(
    asked: SearchRequest,
    label: str,
    span: tuple[datetime | str, datetime | None],
    links: Links,
    count: int | None = None,
) -> Link:
    """A link that sets the period, or removes it if it is set."""
    chosen = _between(asked, *span)
    is_set = chosen.span == asked.span
    target = _between(asked, None, None) if is_set else chosen
    return Link(label, links.page(target), count, is_set)


def _between(
    asked: SearchRequest, first: datetime | str | None, last: datetime | None
) -> SearchRequest:
    return replace(asked, page=1, from_=first, to=last)


def _day(moment: object) -> str | None:
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else None
