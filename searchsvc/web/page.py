"""The search page at `/`: results, or the newest articles if nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template

from searchsvc.query.spelling import verbatim
from searchsvc.search import SORTS, FacetRequest, SearchRequest, SearchResult, parameters
from searchsvc.web import caching, filters, grouping, observing, route
from searchsvc.web.card import Card, card
from searchsvc.web.filters import SHOWN_FACETS
from searchsvc.web.form import Form
from searchsvc.web.links import Link, Links
from searchsvc.web.pager import last_page, pager
from searchsvc.web.periods import periods
from searchsvc.web.querystring import read_pairs
from searchsvc.web.response_cache import Body
from searchsvc.web.route import Route
from searchsvc.web.service import service

NEWEST_SHOWN = 5
TOPICS_SHOWN = 12
"""Articles and topics offered where nothing was found."""

_SIZE = SearchRequest().size

_SORT_LABELS = {
    "relevance": "Relevance",
    "newest": "Newest",
    "oldest": "Oldest",
    "heat": "Popular",
    "quality": "Quality",
}

_LISTED = {
    "newest": "Newest articles",
    "oldest": "Oldest articles",
    "heat": "Most popular articles",
    "quality": "Articles of the best quality",
}
"""The heading of a page without words and filters."""


@dataclass(frozen=True, slots=True)
class WayOn:
    """Where to go from a search that found nothing."""

    topics: tuple[Link, ...]
    newest: tuple[Card, ...]


def add_to(app: Flask) -> None:
    page_route = Route(
        path="/",
        view=page,
        media_type="text/html",
        takes={**parameters.PARAMETERS, grouping.NAME: grouping.DECLARED},
        fails=(HTTPStatus.BAD_REQUEST, HTTPStatus.SERVICE_UNAVAILABLE),
        is_tagged=True,
        example={"q": "supercomputer"},
    )
    route.add(app, [page_route])


def page() -> Response:
    """The search page, which takes the parameters of /search and ignores all others.

    It answers from the same engine as /search, through the same cache headers. It has facets,
    highlights and no explanations, whatever is asked.
    """
    asked = parameters.parse(grouping.of_page(read_pairs()), ignore_unknown=True)
    asked = replace(asked, facets=(), facet_query=None, highlight=True, explain=False)

    def make() -> Body:
        view = _view(asked, service().links)
        content = render_template("results.html", view=view, form=view["form"]).encode()
        result: SearchResult = view["result"]
        return Body(content, not result.partial, observing.outcome_of(asked, result))

    return caching.answer(("page", asked.key()), "text/html", make)


def _view(asked: SearchRequest, links: Links) -> dict[str, Any]:
    """Everything that the template shows; it decides only where things stand."""
    # Without words there is no relevance: the newest come first.
    sort = asked.sort if asked.query or asked.sort != "relevance" else "newest"
    result, is_begun = _find(replace(asked, sort=sort, facets=SHOWN_FACETS))
    for_programs = replace(asked, sort=sort, typing=is_begun)
    asked = replace(asked, typing=False)  # readers who follow a link have finished typing
    last = last_page(result)
    return dict(
        form=Form.of_request(asked),
        result=result,
        heading=_heading(asked, result, sort),
        cards=tuple(card(hit, asked, links, result.index.as_of) for hit in result.hits),
        way_on=None if result.total else _way_on(links),
        sorts=_sorts(asked, sort, links) if result.total > 1 else (),
        is_grouped=asked.collapse is not None,
        regrouped_url=_regrouped_url(asked, result, links),
        active=filters.active(asked, links),
        groups=filters.groups(asked, result, links),
        periods=periods(asked, result, links),
        pager=pager(asked, result, links),
        last_page=last,
        last_page_url=links.page(replace(asked, page=max(last, 1))),
        unfiltered_url=links.page(filters.without_any(asked)),
        meant_url=_with_words(asked, result.did_you_mean, links),
        verbatim_url=_with_words(asked, result.corrected and verbatim(asked.query), links),
        is_begun=is_begun,
        json_url=links.json(for_programs),
        feed_url=links.feed(replace(for_programs, page=1, size=_SIZE, sort="newest")),
    )


def _find(asked: SearchRequest) -> tuple[SearchResult, bool]:
    """The results, and whether the last word was read as the beginning of a longer one.

    So what stood there while one typed does not vanish when the words are sent.
    """
    result = service().engine.search(asked)
    if not asked.query or asked.typing or result.total and not result.ignored:
        return result, False
    begun = service().engine.search(replace(asked, typing=True))
    if begun.total and not begun.ignored and not begun.corrected:
        return begun, True
    return result, False


def _heading(asked: SearchRequest, result: SearchResult, sort: str) -> str:
    if not asked.query and result.total and not asked.filters and not any(asked.span):
        return _LISTED[sort]
    one, many = ("story", "stories") if asked.collapse else ("article", "articles")
    noun = one if result.total == 1 else many
    least = "At least " if result.partial else ""
    count = f"{least}{result.total:,} {noun}" if result.total else "No articles"
    words = result.corrected or asked.query
    return f"{count} for “{words}”" if words else count


def _way_on(links: Links) -> WayOn:
    plain = grouping.default(SearchRequest(size=NEWEST_SHOWN, sort="newest", highlight=False))
    facets = (FacetRequest("topic", TOPICS_SHOWN),)
    result = service().engine.search(replace(plain, facets=facets))
    plain = grouping.default(SearchRequest())
    return WayOn(
        topics=tuple(
            Link(topic.value, links.page(replace(plain, topic=(topic.value,))))
            for topic in result.facets["topic"]
        ),
        newest=tuple(card(hit, plain, links, result.index.as_of) for hit in result.hits),
    )


def _sorts(asked: SearchRequest, current: str, links: Links) -> tuple[Link, ...]:
    return tuple(
        Link(
            _SORT_LABELS[sort],
            links.page(replace(asked, page=1, sort=sort)),
            is_current=sort == current,
        )
        for sort in SORTS
        if asked.query or sort != "relevance"
    )


def _regrouped_url(asked: SearchRequest, result: SearchResult, links: Links) -> str | None:
    if result.total < 2 and not any(hit.also for hit in result.hits):
        return None
    return links.page(grouping.switched(asked))


def _with_words(asked: SearchRequest, query: str | None, links: Links) -> str | None:
    return links.page(replace(asked, page=1, query=query)) if query else None
