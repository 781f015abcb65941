"""Stories in a cluster: articles that a link or their headline ties.

That articles say nearly the same ties none here: it would take the terms of all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from searchsvc.articles.article import Article
from searchsvc.cluster.documents import epoch, keys_of, language_of, title_hash
from searchsvc.index.columns import NEVER, NO_DATE, NO_VALUE, Columns, are_out, inverse
from searchsvc.index.stories import LinkKeys, Stories, Ties


@dataclass(frozen=True, slots=True)
class Tie:
    """What can tie one article to others: some hundred bytes."""

    id: str
    date: int | None
    title_hash: int | None
    addresses: tuple[int, ...]
    related: tuple[int, ...]
    expires: int = NEVER

    @classmethod
    def of(cls, article: Article, language: str) -> Tie:
        moment = article.published_at
        return cls(
            article.id,
            epoch(moment, NO_DATE) if moment else None,
            title_hash(article.title, language_of(article, language) or language),
            tuple(keys_of(article.urls)),
            tuple(keys_of(article.related)),
            epoch(article.expires_at, NEVER),
        )


def stories_of(ties: Sequence[Tie], now: float) -> dict[str, str]:
    """The story of each article that is in one, by ids: a story bears the first one's.

    Articles that are not live `now` are in none.
    """
    ids = [tie.id for tie in ties]
    dates = np.array([NO_DATE if tie.date is None else tie.date for tie in ties], np.int64)
    unrated = np.full(len(ties), NO_VALUE, np.int32)
    order = np.array(sorted(range(len(ids)), key=lambda place: ids[place].encode()), np.int32)
    columns = Columns.of(dates, unrated, unrated, {}, inverse(order))
    hashes = [tie.title_hash for tie in ties]
    numbers = {one: n for n, one in enumerate(dict.fromkeys(h for h in hashes if h is not None))}
    headlines = np.array([-1 if h is None else numbers[h] for h in hashes], np.int32)
    found = Stories.find(
        Ties(headlines, _links(tie.addresses for tie in ties), _links(tie.related for tie in ties)),
        columns,
        are_out(dates, np.array([tie.expires for tie in ties], np.int64), now),
    )
    first: dict[int, str] = {}
    for place in order.tolist():
        if (number := int(found.numbers[place])) >= 0:
            first.setdefault(number, ids[place])
    return {ids[p]: first[n] for p, n in enumerate(found.numbers.tolist()) if n >= 0}


def _links(rows: Iterable[tuple[int, ...]]) -> LinkKeys:
    listed = list(rows)
    keys = np.array([key for row in listed for key in row], np.int64).view(np.uint64)
    return LinkKeys(keys, np.repeat(np.arange(len(listed)), [len(row) for row in listed]))
