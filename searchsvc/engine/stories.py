"""Results one a story: which match stands for it, and which others are listed with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchsvc.index.columns import Columns
from searchsvc.index.stories import Stories
from searchsvc.scoring import kernels
from searchsvc.scoring.matches import NOTHING, Matches


def leaders(
    stories: Stories,
    columns: Columns,
    matches: Matches,
    priors: NDArray[np.float32],
    sort: str,
) -> Matches:
    """The first match of each story in the order asked for."""
    if not len(stories):
        return matches
    by_score = sort == "relevance"
    docs, scores = kernels.lead(
        matches.docs,
        matches.scores,
        priors,
        columns.ranks["newest" if by_score else sort],
        stories.numbers,
        len(stories),
        by_score,
    )
    return Matches(docs, scores, matches.partial)


def others(stories: Stories, matches: Matches, leader: int) -> Matches:
    """The other matches of a leader's story."""
    if stories.numbers[leader] < 0:
        return NOTHING
    members = stories.members(leader)
    members = members[members != leader]
    return Matches(members, np.zeros(len(members), np.float32)).intersect(matches)
