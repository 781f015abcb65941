"""From all matches to what is shown of them: a page, facet counts, one article of each story."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import fold
from searchsvc.index.values import ValueColumn
from searchsvc.search.filters import DATE_FACET
from searchsvc.search.matches import NOTHING, Mask, Matches
from searchsvc.search.request import SORTS, FacetRequest, SearchRequest
from searchsvc.search.result import Facet
from searchsvc.search.view import IndexView

Priors = kernels.Array
_FEW = 64


class Page(NamedTuple):
    """The matches of one page in order: documents, text scores, scores."""

    docs: list[int]
    texts: list[float]
    scores: list[float]


def page_of(
    view: IndexView, matches: Matches, priors: Priors, sort: str, first: int, size: int
) -> Page:
    """The matches from `first` on in the order asked for.

    By relevance: the highest score x prior first, ties newest first, then by id.
    """
    if sort == "relevance":
        docs, texts, scores = kernels.best(
            matches.docs, matches.scores, priors, view.opened.newest, first + size
        )
        return Page(docs[first:].tolist(), texts[first:].tolist(), scores[first:].tolist())
    ranks = view.generation.columns.ranks[sort]
    places = kernels.lowest(matches.docs, ranks, first + size)[first:]
    docs, texts = matches.docs[places], matches.scores[places]
    scored = texts.astype(np.float64) * plain(priors)[docs]
    return Page(docs.tolist(), texts.tolist(), scored.tolist())


def plain(array: Priors) -> NDArray[np.float32]:
    return array.array if isinstance(array, kernels.LastingArray) else array


def leaders(view: IndexView, matches: Matches, priors: Priors, sort: str) -> Matches:
    """The first match of each story in the order asked for."""
    stories = view.generation.stories
    if not len(stories):
        return matches
    by_score = sort == "relevance"
    ranks = view.opened.newest if by_score else view.generation.columns.ranks[sort]
    return Matches(
        *kernels.leaders(
            *(matches.docs, matches.scores, priors, ranks),
            *(stories.numbers, len(stories), by_score),
        )
    )


def others_of_story(view: IndexView, matches: Matches, leader: int) -> Matches:
    """The other matches of a leader's story."""
    stories = view.generation.stories
    if stories.numbers[leader] < 0:
        return NOTHING
    members = stories.members(leader)
    members = members[(members != leader) & matches.holds(members)]
    return Matches(members, matches.scores_of(members))


def orders_of(view: IndexView, text: str, matches: Matches) -> tuple[str, ...]:
    """The sorts that may change how matches stand: there are a few, and their values differ."""
    columns = view.generation.columns
    values: dict[str, NDArray[np.int32] | NDArray[np.int64]] = {
        "newest": columns.published_at,
        "oldest": columns.published_at,
        "heat": columns.heat,
        "quality": columns.quality,
    }
    differ = {name: _differ(column, matches.docs) for name, column in values.items()}
    differ["relevance"] = bool(text) and len(matches) > 1
    return tuple(sort for sort in SORTS if differ[sort])


def _differ(column: NDArray[np.int32] | NDArray[np.int64], docs: NDArray[np.int32]) -> bool:
    for some in (docs[:_FEW], docs):  # mostly the first tell
        values = column[some]
        if len(values) > 1 and values.min() < values.max():
            return True
    return False


def facets_of(
    view: IndexView, request: SearchRequest, matches: Matches, masks: Mapping[str, Mask]
) -> dict[str, tuple[Facet, ...]]:
    """Each facet counts under all filters but its own, so that one can change the choice.

    `matches` are those before the filters.
    """
    wanted, narrowed = request.facets, request.facet_query
    if narrowed and all(facet.field != narrowed.field for facet in wanted):
        wanted += (FacetRequest(narrowed.field),)
    values = view.generation.columns.values
    found = {}
    for facet in wanted:
        counted = matches
        for name, mask in masks.items():
            if name != facet.field:
                counted = counted.where(mask)
        beginning = narrowed.text if narrowed and narrowed.field == facet.field else ""
        column = view.opened.months if facet.field == DATE_FACET else values[facet.field]
        found[facet.field] = _commonest(column, counted.docs, facet.size, beginning)
    return found


def _commonest(
    column: ValueColumn, docs: NDArray[np.int32], size: int, beginning: str
) -> tuple[Facet, ...]:
    """The commonest values among the documents, then by name.

    With a `beginning` only values that begin so; after them those of which a later word does.
    """
    counts = kernels.count_codes(docs, column.starts, column.codes, len(column.labels))
    codes = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]
    if beginning:
        codes = codes[beginning_with(beginning, [column.labels[code] for code in codes])]
    return tuple(Facet(column.labels[code], int(counts[code])) for code in codes[:size].tolist())


def beginning_with(beginning: str, labels: Sequence[str]) -> list[int]:
    """The places of labels that begin so, and behind them of those of which a later word does."""
    text = fold(beginning)
    in_word = re.compile(rf"(?<!\w){re.escape(text)}")
    folded = list(map(_folded, labels))
    first = [place for place, label in enumerate(folded) if label.startswith(text)]
    later = [
        place
        for place, label in enumerate(folded)
        if not label.startswith(text) and in_word.search(label)
    ]
    return first + later


_folded = lru_cache(maxsize=1 << 14)(fold)
