"""One answer, over what an engine finds: how a query is put right, and what else it may mean."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from searchsvc.articles.article import stored_texts
from searchsvc.articles.cleaning import clean_text
from searchsvc.editorial import EditorialRules
from searchsvc.editorial.curation import Chosen
from searchsvc.query.nodes import AllOf, Node, Phrase, Prefix, Variants, Word
from searchsvc.query.reading import ANY_FROM
from searchsvc.search.budget import Budget
from searchsvc.search.highlights import Highlighter
from searchsvc.search.query_cache import ParsedQuery
from searchsvc.search.reader import Found, FoundT, QueryReader
from searchsvc.search.request import SearchRequest, pages_of
from searchsvc.search.result import Facet, Highlights, Hit, IndexStatus, SearchResult
from searchsvc.search.spelling import RARE

FEW = 10
"""With no more results than this, something else may have been meant."""


class ChosenArticles(Protocol):
    """What editors chose for a query, as the engine knows articles."""

    @property
    def pinned(self) -> Sequence[object]: ...


@dataclass(slots=True, kw_only=True)
class Shown:
    """What passes the filters: `articles`, and in `total` stories where these are collapsed."""

    total: int = 0
    articles: int = 0
    is_pinned: bool = False
    facets: dict[str, tuple[Facet, ...]] = field(default_factory=dict)
    orders: tuple[str, ...] = ()


ChosenT = TypeVar("ChosenT", bound=ChosenArticles)
ShownT = TypeVar("ShownT", bound=Shown)


class SearchSource(Protocol[FoundT, ChosenT, ShownT]):
    """What an engine finds for one request."""

    @property
    def reader(self) -> QueryReader[FoundT, Any]: ...

    def chosen(self, parsed: ParsedQuery) -> ChosenT:
        """What editors chose for the query's text."""

    def count(self, found: FoundT, chosen: ChosenT) -> int:
        """How many articles pass the filters."""

    def did_you_mean(self, parsed: ParsedQuery, found: FoundT, least: int) -> str | None:
        """Another query with more than so many articles that have all words and pass."""

    def shown(self, parsed: ParsedQuery, found: FoundT, chosen: ChosenT) -> ShownT: ...

    def hits(
        self, parsed: ParsedQuery, found: FoundT, chosen: ChosenT, shown: ShownT
    ) -> Sequence[Hit]:
        """The page; `parsed` says what is highlighted."""


def answer(
    source: SearchSource[FoundT, ChosenT, ShownT],
    request: SearchRequest,
    status: IndexStatus,
    started: float,
) -> SearchResult:
    """Answers a request, which began at `started` of `time.perf_counter`."""
    reader = source.reader
    parsed = reader.parse(clean_text(request.query), request.typing)
    found, corrected = reader.find(parsed), None
    chosen = source.chosen(parsed)
    if found.unknown and not chosen.pinned:
        if better := reader.corrected(parsed, found):
            corrected, found = better
            chosen = source.chosen(reader.parse(corrected, request.typing))
    shown = source.shown(parsed, found, chosen)
    meant = None
    if parsed.text and not corrected and not shown.is_pinned and _is_doubtful(found, shown.total):
        meant = _meant(source, parsed, found, shown.articles)
    marked = reader.reread(found) if corrected else parsed
    hits = source.hits(marked, found, chosen, shown)
    return SearchResult(
        query=request.query,
        total=shown.total,
        total_articles=shown.articles,
        page=request.page,
        pages=pages_of(shown.total, request.size),
        size=request.size,
        took_ms=(time.perf_counter() - started) * 1000,
        corrected=corrected,
        relaxed=found.is_relaxed and shown.total > 0,
        ignored=found.ignored,
        did_you_mean=meant,
        partial=reader.budget.is_spent,
        parsed=(str(found.node) if parsed.text else "") if request.explain else None,
        hits=tuple(hits),
        facets=shown.facets,
        orders=shown.orders,
        index=status,
    )


def nothing_in_time(request: SearchRequest, status: IndexStatus, started: float) -> SearchResult:
    """Where the time was up before anything was found."""
    return SearchResult(
        query=request.query,
        page=request.page,
        size=request.size,
        took_ms=(time.perf_counter() - started) * 1000,
        partial=True,
        parsed="" if request.explain else None,
        facets={facet.field: () for facet in request.facets},
        index=status,
    )


def _is_doubtful(found: Found, total: int) -> bool:
    """Whether another query may have been meant: few articles have all words, or one of them."""
    return not total or (total <= FEW or found.is_relaxed) and found.rarest <= RARE


def _meant(
    source: SearchSource[FoundT, ChosenT, ShownT], parsed: ParsedQuery, found: FoundT, shown: int
) -> str | None:
    """Another query that shows more than so many articles, or any with all of its words instead."""
    least = min(shown, max(found.complete, 1)) if found.is_relaxed else shown
    text = source.did_you_mean(parsed, found, least)
    if text is None:
        return None
    other = source.reader.parse(text)
    read = source.reader.find(other)
    more = source.count(read, source.chosen(other))
    is_better = more > shown or found.is_relaxed and more and not read.is_relaxed
    return text if is_better else None


def chosen_by(rules: EditorialRules, parsed: ParsedQuery, now: float) -> Chosen | None:
    """What editors chose for a query; None where that is nothing."""
    chosen = rules.curation.chosen(parsed.text, now) if parsed.text else None
    return chosen if chosen is not None and _may_be_curated(parsed.node) else None


def _may_be_curated(node: Node) -> bool:
    """Whether a query is nothing but words, quoted or not: what editors choose queries by."""
    match node:
        case AllOf(nodes=nodes):
            return all(map(_may_be_curated, nodes))
        case Variants(nodes=(Word(), Prefix(), *_)):  # an unfinished word
            return True
    return isinstance(node, Word | Phrase)


def highlighted(
    highlighter: Highlighter,
    stored: Sequence[bytes],
    bodies: Iterable[Callable[[], bytes] | None],
    budget: Budget,
) -> list[Highlights | None]:
    """Of stored articles and their bodies; those after the deadline are shown without."""
    marked: list[Highlights | None] = []
    for (title, excerpt), body in zip(map(stored_texts, stored), bodies, strict=True):
        if budget.is_over():
            return marked + [None] * (len(stored) - len(marked))
        marked.append(highlighter.highlights(title, excerpt, body))
    return marked


def telling(request: SearchRequest, found: Found) -> Sequence[Node]:
    """The words of which hits say that they lack them; of a sentence nobody needs to know."""
    if not (found.is_relaxed and request.highlight) or len(found.factors) >= ANY_FROM:
        return ()
    return tuple(found.factors)
