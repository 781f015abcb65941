"""What has changed between the last run's state and this one's, and whether that may go live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.listing import Outcome, id_of
from searchsvc.articles.rejection import Rejection
from searchsvc.publish.report import Counts
from searchsvc.publish.state import CorpusState
from searchsvc.settings import Allowance, Settings

FEW = 20
"""A share is of so many at least: on a site of three, one file gone is no half-synced folder."""

Mask = NDArray[np.bool_]
Pairs = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class CorpusChanges:
    """What became of the articles that were live.

    gone      how many have no file any more, or one that is no article
    emptied   how many of these have a file, without front matter
    lost      the ids of those, and of articles that are now rejected
    """

    counts: Counts
    gone: int
    emptied: int
    live_before: int
    lost: tuple[str, ...]
    rejects: tuple[Rejection, ...]

    @property
    def changes_who_is_live(self) -> bool:
        counts = self.counts
        return bool(counts.added or counts.changed or counts.removed)


def compare(before: CorpusState, then: float, after: CorpusState, now: float) -> CorpusChanges:
    """Compare two states at the times they are of (epoch seconds)."""
    were_live, are_live = before.are_live(then), after.are_live(now)
    old, new = _pairs(before, were_live, after, are_live)
    changed = int((before.digests[old] != after.digests[new]).sum())
    were_live[old] = False
    left = set(before.ids(np.flatnonzero(were_live).tolist()))
    rejects = [
        after[place].rejection for place in np.flatnonzero(after.having(Outcome.REJECTED)).tolist()
    ]
    skipped = after.having(Outcome.SKIPPED)
    there = set(after.ids(np.flatnonzero(~skipped).tolist())) if left else set()
    emptied = (left - there).intersection(after.ids(np.flatnonzero(skipped).tolist()))
    lost = sorted(emptied | left & {rejection.id for rejection in rejects})
    rejects.sort(key=lambda rejection: (rejection.id not in lost, rejection.path))
    articles = int(are_live.sum())
    published = after.having(Outcome.PUBLISHED)
    held = int((published & (after.dates > now)).sum())
    expired = int(published.sum()) - articles - held
    return CorpusChanges(
        counts=Counts(
            articles=articles,
            added=articles - len(new),
            changed=changed,
            removed=len(left),
            unchanged=len(new) - changed,
            unpublished=int(after.having(Outcome.UNPUBLISHED).sum()) + expired,
            held=held,
            rejected=len(rejects),
            skipped=int(skipped.sum()),
        ),
        gone=len(left - there),
        emptied=len(emptied),
        live_before=len(old) + len(left),
        lost=tuple(lost),
        rejects=tuple(rejects),
    )


def _pairs(before: CorpusState, were_live: Mask, after: CorpusState, are_live: Mask) -> Pairs:
    """The places, before and after, of every article that is live in both."""
    places = before.places_of(after.paths)
    new = np.flatnonzero(are_live & (places >= 0))
    new = new[were_live[places[new]]]
    old = places[new]
    # Those whose file has another suffix now.
    others = were_live.copy()
    others[old] = False
    missing = np.flatnonzero(others).tolist()
    if not missing:
        return old, new
    place_of = dict(zip(before.ids(missing), missing, strict=True))
    others = are_live.copy()
    others[new] = False
    pairs = [
        (place_of[article_id], place)
        for place in np.flatnonzero(others).tolist()
        if (article_id := id_of(after.paths[place])) in place_of
    ]
    more = np.array(pairs, np.int64).reshape(-1, 2)
    return np.append(old, more[:, 0]), np.append(new, more[:, 1])


def withdrawn(before: CorpusState, after: CorpusState) -> Iterator[str]:
    """The ids of articles that are published no longer."""
    were, are = before.having(Outcome.PUBLISHED), after.having(Outcome.PUBLISHED)
    places = before.places_of(after.paths)
    were[places[(places >= 0) & are]] = False
    others = before.ids(np.flatnonzero(were).tolist())
    kept = set(after.ids(np.flatnonzero(are).tolist())) if others else ()
    return (article_id for article_id in others if article_id not in kept)


def refusal(comparison: CorpusChanges, settings: Settings, kept: int = 0) -> str | None:
    """Why this must not go live without a person's word, else None.

    `kept` files could not be read, and stay in the index as they were.
    """
    counts, gone, before = comparison.counts, comparison.gone, comparison.live_before
    total = counts.with_front_matter
    if before and not total:
        return f"the corpus {settings.corpus} holds no articles, the live index holds {before:,}"
    if _exceeds(settings.max_rejects, counts.rejected + kept, total):
        unread = f", and {kept:,} cannot be read" if kept else ""
        return (
            f"{counts.rejected:,} of {total:,} files would be rejected{unread}, more than "
            f"max_rejects {settings.max_rejects}; mend them (`searchsvc check` lists them) or try "
            f"again with --max-rejects {counts.rejected + kept}"
        )
    allowed = settings.max_removals
    if _exceeds(allowed, gone, before):
        emptied = comparison.emptied
        left = f" ({emptied:,} are there without front matter)" if emptied else ""
        return (
            f"the files of {gone:,} of {before:,} live articles are gone{left}, more than "
            f"max_removals {allowed}; if that is meant, try again with --max-removals {gone}"
        )
    return None


def _exceeds(allowed: Allowance, count: int, of: int) -> bool:
    """All of them are too many for any share, however few they are."""
    is_all = count == of > 0 and allowed.is_share and allowed.amount < 100
    return is_all or allowed.exceeded(count, max(of, FEW))
