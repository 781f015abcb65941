"""The search page at `/`: results, or the newest articles if nothing is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, render_template

from searchsvc.query.spelling import verbatim
from searchsvc.search import (
    MAX_QUERY_LENGTH,
    SORTS,
    FacetRequest,
    SearchRequest,
    SearchResult,
    parameters,
)
from searchsvc.web import caching, filters, grouping, observing, route
from searchsvc.web.card import Card, card
from searchsvc.web.filters import SHOWN_FACETS
from searchsvc.web.form import TEXT, Form
from searchsvc.web.languages import N_, Wording
from searchsvc.web.links import Link, Links
from searchsvc.web.pager import last_page, pager
from searchsvc.web.periods import periods
from searchsvc.web.querystring import Pairs, read_pairs
from searchsvc.web.response_cache import Body
from searchsvc.web.route import Route
from searchsvc.web.service import service

NEWEST_SHOWN = 5
TOPICS_SHOWN = 12
"""Articles and topics offered where nothing was found."""
WORDS_SHOWN = 120
"""Characters of the query that the heading repeats."""

_SIZE = SearchRequest().size

_SORT_LABELS = {
    "relevance": N_("Relevance"),
    "newest": N_("Newest"),
    "oldest": N_("Oldest"),
    "heat": N_("Popular"),
    "quality": N_("Best rated"),
}
_UNOFFERED = "quality"
"""A sort that only addresses ask for: what it goes by is the newsroom's own affair."""

_LISTED = {
    "newest": N_("Newest articles"),
    "oldest": N_("Oldest articles"),
    "heat": N_("Most popular articles"),
    "quality": N_("Best rated articles"),
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
        takes={**parameters.PARAMETERS, TEXT.name: TEXT, grouping.NAME: grouping.DECLARED},
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
    pairs, is_cut = _cut(read_pairs())
    asked = parameters.parse(grouping.of_page(pairs), ignore_unknown=True)
    asked = replace(asked, facets=(), facet_query=None, highlight=True, explain=False)

    def make() -> Body:
        view = _view(asked, service().links, service().wording) | {
            "cut_at": MAX_QUERY_LENGTH if is_cut else None
        }
        content = render_template("results.html", view=view, form=view["form"]).encode()
        result: SearchResult = view["result"]
        return Body(content, not result.partial, observing.outcome_of(asked, result))

    return caching.answer(("page", asked.key(), is_cut), "text/html", make)


def _cut(pairs: Pairs) -> tuple[Pairs, bool]:
    """Parameters with a text that is short enough, cut at a word, and whether it was cut."""
    cut = False
    kept = []
    for name, text in pairs:
        if name == "q" and len(text := parameters.clean(text).strip()) > MAX_QUERY_LENGTH:
            start = text[: MAX_QUERY_LENGTH + 1]
            text = start.rsplit(maxsplit=1)[0][:MAX_QUERY_LENGTH]
            cut = True
        kept.append((name, text))
    return kept, cut


def _view(asked: SearchRequest, links: Links, wording: Wording) -> dict[str, Any]:
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
        words=_shortened(asked.query),
        heading=_heading(asked, result, sort, wording),
        cards=tuple(card(hit, asked, links, result.index.as_of, wording) for hit in result.hits),
        left_out=_left_out(result),
        unfiltered_total=_unfiltered_total(asked, result),
        way_on=None if result.total else _way_on(links, wording),
        sorts=_sorts(asked, sort, result, links, wording),
        is_grouped=asked.collapse is not None,
        regrouped_url=_regrouped_url(asked, result, links),
        active=filters.active(asked, links, wording),
        groups=filters.groups(asked, result, links, wording),
        periods=periods(asked, result, links, wording),
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


def _heading(asked: SearchRequest, result: SearchResult, sort: str, wording: Wording) -> str:
    if not asked.query and result.total and not _is_filtered(asked):
        return wording.say(_LISTED[sort])
    words = _shortened(result.corrected or asked.query)
    if not result.total:
        return (
            wording.say("No articles for “%(words)s”", words=words)
            if words
            else wording.say("No articles")
        )
    count = wording.say_many("%(count)s article", "%(count)s articles", result.total_articles)
    if result.total != result.total_articles:
        stories = wording.say_many("%(count)s story", "%(count)s stories", result.total)
        count = wording.say("%(articles)s in %(stories)s", articles=count, stories=stories)
    if result.partial:
        count = wording.say("At least %(articles)s", articles=count)
    return (
        wording.say("%(articles)s for “%(words)s”", articles=count, words=words) if words else count
    )


def _shortened(words: str) -> str:
    """As much of a text as a heading has room for, cut at a word."""
    if len(words) <= WORDS_SHOWN:
        return words
    return words[: WORDS_SHOWN + 1].rsplit(maxsplit=1)[0][:WORDS_SHOWN] + "…"


def _is_filtered(asked: SearchRequest) -> bool:
    return bool(asked.filters) or asked.span != (None, None)


def _left_out(result: SearchResult) -> tuple[str, ...]:
    """The words of the query that no result of the page has."""
    lacking = [hit.missing for hit in result.hits]
    return (
        tuple(word for word in lacking[0] if all(word in words for words in lacking))
        if lacking
        else ()
    )


def _unfiltered_total(asked: SearchRequest, result: SearchResult) -> int:
    """How many articles the filters have left out where they have left nothing."""
    if result.total or not _is_filtered(asked):
        return 0
    plain = replace(filters.without_any(asked), size=1, collapse=None, highlight=False)
    return service().engine.search(plain).total


def _way_on(links: Links, wording: Wording) -> WayOn:
    plain = grouping.default(SearchRequest(size=NEWEST_SHOWN, sort="newest", highlight=False))
    facets = (FacetRequest("topic", TOPICS_SHOWN),)
    result = service().engine.search(replace(plain, facets=facets))
    plain = grouping.default(SearchRequest())
    return WayOn(
        topics=tuple(
            Link(topic.value, links.page(replace(plain, topic=(topic.value,))))
            for topic in result.facets["topic"]
        ),
        newest=tuple(card(hit, plain, links, result.index.as_of, wording) for hit in result.hits),
    )


def _sorts(
    asked: SearchRequest, current: str, result: SearchResult, links: Links, wording: Wording
) -> tuple[Link, ...]:
    """The sorts that change something, and the one in use; none if there is no other."""
    offered = [
        sort for sort in SORTS if sort == current or sort in result.orders and sort != _UNOFFERED
    ]
    if len(offered) < 2 or result.total < 2:
        return ()
    return tuple(
        Link(
            wording.say(_SORT_LABELS[sort]),
            links.page(replace(asked, page=1, sort=sort)),
            is_current=sort == current,
        )
        for sort in offered
    )


def _regrouped_url(asked: SearchRequest, result: SearchResult, links: Links) -> str | None:
    if result.total < 2 and not any(hit.also for hit in result.hits):
        return None
    return links.page(grouping.switched(asked))


def _with_words(asked: SearchRequest, query: str | None, links: Links) -> str | None:
    return links.page(replace(asked, page=1, query=query)) if query else None
