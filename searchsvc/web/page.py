"""The search page at `/`: a question's results, or the newest articles where none is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Flask, Response, render_template

from searchsvc import parameters
from searchsvc.search import SORTS, SearchRequest, SearchResult
from searchsvc.web import caching, filters
from searchsvc.web.card import Card, card
from searchsvc.web.filters import SHOWN_FACETS, ActiveFilter, Group
from searchsvc.web.form import Form
from searchsvc.web.links import Links
from searchsvc.web.pager import Pager, last_page, pager
from searchsvc.web.querystring import read_pairs
from searchsvc.web.service import service

NEWEST_SHOWN = 5
"""Articles offered where nothing was found."""

_SORT_LABELS = {
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "heat": "Heat",
    "quality": "Quality",
}


@dataclass(frozen=True, slots=True)
class SortLink:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class View:
    """Everything the template shows; it decides nothing but where things stand."""

    form: Form
    result: SearchResult
    heading: str
    cards: tuple[Card, ...]
    newest: tuple[Card, ...]
    sorts: tuple[SortLink, ...]
    active: tuple[ActiveFilter, ...]
    groups: tuple[Group, ...]
    pager: Pager | None
    last_page: int
    last_page_url: str
    unfiltered_url: str
    meant_url: str | None
    json_url: str


def add_to(app: Flask) -> None:
    app.add_url_rule("/", view_func=page)


def page() -> Response:
    """Answers from the same engine as /search, through the same cache headers."""
    asked = parameters.parse(read_pairs(), ignore_unknown=True)
    asked = replace(asked, facets=(), highlight=True, explain=False)
    tag = caching.tag("page", asked.key())
    if caching.is_current(tag):
        return caching.not_modified(tag)
    view = _view(asked, service().links)
    body = render_template("results.html", view=view, form=view.form)
    response = Response(body, mimetype="text/html")
    return response if view.result.partial else caching.revalidated(response, tag)


def _view(asked: SearchRequest, links: Links) -> View:
    # Without words there is no relevance: the newest come first.
    sort = asked.sort if asked.query or asked.sort != "relevance" else "newest"
    result = service().engine.search(replace(asked, sort=sort, facets=SHOWN_FACETS))
    last = last_page(result)
    return View(
        form=Form.of_request(asked),
        result=result,
        heading=_heading(asked, result, sort),
        cards=tuple(card(hit, asked, links) for hit in result.hits),
        newest=() if result.total else _newest(links),
        sorts=_sorts(asked, sort, links) if result.total > 1 else (),
        active=filters.active(asked, links),
        groups=filters.groups(asked, result, links),
        pager=pager(asked, result, links),
        last_page=last,
        last_page_url=links.page(replace(asked, page=max(last, 1))),
        unfiltered_url=links.page(filters.without_any(asked)),
        meant_url=_meant_url(asked, result, links),
        json_url=links.json(replace(asked, sort=sort)),
    )


def _heading(asked: SearchRequest, result: SearchResult, sort: str) -> str:
    if not asked.query and result.total and not asked.filters and not any(asked.span):
        return {"newest": "Newest articles", "oldest": "Oldest articles"}.get(
            sort, f"Articles by {sort}"
        )
    noun = "article" if result.total == 1 else "articles"
    least = "At least " if result.partial else ""
    count = f"{least}{result.total:,} {noun}" if result.total else "No articles"
    return f"{count} for “{asked.query}”" if asked.query else count


def _newest(links: Links) -> tuple[Card, ...]:
    asked = SearchRequest(size=NEWEST_SHOWN, sort="newest", highlight=False)
    hits = service().engine.search(asked).hits
    return tuple(card(hit, SearchRequest(), links) for hit in hits)


def _sorts(asked: SearchRequest, current: str, links: Links) -> tuple[SortLink, ...]:
    return tuple(
        SortLink(_SORT_LABELS[sort], links.page(replace(asked, page=1, sort=sort)), sort == current)
        for sort in SORTS
        if asked.query or sort != "relevance"
    )


def _meant_url(asked: SearchRequest, result: SearchResult, links: Links) -> str | None:
    if not result.did_you_mean:
        return None
    return links.page(replace(asked, page=1, query=result.did_you_mean))
