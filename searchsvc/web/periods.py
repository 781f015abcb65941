"""When the results were published: links to recent periods and months, and a form of two dates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from searchsvc.articles import dates
from searchsvc.search import Facet, SearchRequest, SearchResult
from searchsvc.web.filters import Choice, split
from searchsvc.web.form import Form
from searchsvc.web.links import Links

_RECENT = (("Past 7 days", 7), ("Past 30 days", 30), ("Past 12 months", 365))
_MONTHS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Periods:
    """Months are newest first. `form` sends what is asked besides the dates, `first` and `last`."""

    recent: tuple[Choice, ...]
    months: tuple[Choice, ...]
    more: tuple[Choice, ...]
    form: Form
    first: str | None
    last: str | None


def periods(asked: SearchRequest, result: SearchResult, links: Links) -> Periods | None:
    """None where there is no date to choose, nor one to take back."""
    facets = sorted(result.facets.get("month", ()), key=lambda facet: facet.value, reverse=True)
    if not facets and asked.span == (None, None):
        return None
    months, more = split([_month(asked, facet, links) for facet in facets], _MONTHS_SHOWN)
    newest = facets[0].value if facets else ""
    return Periods(
        recent=tuple(_recent(asked, newest, result.index.as_of.date(), links)),
        months=months,
        more=more,
        form=Form.of_request(_between(asked, None, None)),
        first=_day(asked.from_),
        last=_day(asked.to),
    )


def _recent(asked: SearchRequest, newest: str, today: date, links: Links) -> list[Choice]:
    """Those that something lies in, as far as the newest month of all matches tells."""
    choices = []
    for label, days in _RECENT:
        start = today - timedelta(days)
        if newest >= f"{start:%Y-%m}":
            choices.append(_choice(asked, label, None, (start.isoformat(), None), links))
    return choices


def _month(asked: SearchRequest, facet: Facet, links: Links) -> Choice:
    first, last = dates.parse_period(facet.value)
    return _choice(asked, f"{first:%B %Y}", facet.count, (first, last), links)


def _choice(
    asked: SearchRequest,
    label: str,
    count: int | None,
    span: tuple[datetime | str, datetime | None],
    links: Links,
) -> Choice:
    """A link to the period, or out of it where it is what was asked."""
    chosen = _between(asked, *span)
    is_active = chosen.span == asked.span
    target = _between(asked, None, None) if is_active else chosen
    return Choice(label, count, is_active, links.page(target))


def _between(
    asked: SearchRequest, first: datetime | str | None, last: datetime | None
) -> SearchRequest:
    return replace(asked, page=1, from_=first, to=last)


def _day(moment: object) -> str | None:
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else None
