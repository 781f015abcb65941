"""Links to the other pages of the results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from searchsvc.search import MAX_DEPTH, SearchRequest, SearchResult, pages_of
from searchsvc.web.links import Link, Links

AROUND = 2
"""Pages named before and after the one that is shown."""


@dataclass(frozen=True, slots=True)
class Pager:
    """The row of pages; None stands for a gap in it."""

    previous: str | None
    next: str | None
    steps: tuple[Link | None, ...]


def pager(asked: SearchRequest, result: SearchResult, links: Links) -> Pager | None:
    """The pager of the results; None if one page holds everything."""
    last = last_page(result)
    current = asked.page
    if last < 2 or current > last:
        return None

    def url(number: int) -> str:
        return links.page(replace(asked, page=number))

    return Pager(
        url(current - 1) if current > 1 else None,
        url(current + 1) if current < last else None,
        tuple(
            Link(str(number), url(number), is_current=number == current) if number else None
            for number in _numbers(current, last)
        ),
    )


def last_page(result: SearchResult) -> int:
    """The last page that may be asked for: pages end at MAX_DEPTH results."""
    return min(result.pages, pages_of(MAX_DEPTH, result.size))


def _numbers(current: int, last: int) -> list[int | None]:
    """The numbers of the first, the last and the nearest pages; None for each gap."""
    near = range(max(1, current - AROUND), min(last, current + AROUND) + 1)
    shown = sorted({1, *near, last})
    numbers: list[int | None] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before == 2:
            numbers.append(number - 1)  # a gap of one page is that page
        elif number - before > 2:
            numbers.append(None)
        numbers.append(number)
    return numbers
