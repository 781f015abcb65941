"""Phrases: in any of the fields with words as typed, by one kernel call a segment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.payload import STRIDE
from searchsvc.query.tree import DefaultPhrase
from searchsvc.schema import EXACT
from searchsvc.scoring import kernels
from searchsvc.scoring.budget import Budget
from searchsvc.scoring.matches import Matches, end_to_end
from searchsvc.scoring.openindex import OpenIndex


def default_phrase(index: OpenIndex, budget: Budget, query: DefaultPhrase) -> Matches | None:
    """`phrase` of a query for one in the default fields."""
    boosts = {EXACT[name]: boost for name, boost in query.boosts.items()}
    return phrase(index, budget, boosts, query.words, slop=1)


def phrase(
    index: OpenIndex, budget: Budget, boosts: Mapping[str, float], words: Sequence[str], slop: int
) -> Matches | None:
    """The documents with the words in this order, each at most `slop` after the one before it.

    In any of the fields, given with their boosts; the score is the sum over fields of boost x the
    words' BM25. None where a field or its arrays are not those that the kernel knows.
    """
    if not boosts.keys() <= _FIELDS:
        return None
    texts = "\0".join(words).encode("utf-8", "surrogatepass")
    by_field = np.array([boosts.get(name, math.nan) for name in EXACT.values()])
    statistics, segments = index.statistics, index.segments
    frequencies = _NOT_COUNTED
    if len(segments) > 1 or statistics.live < len(index):
        frequencies = _frequencies(index, texts, len(words))
    parts = []
    for segment in segments:
        if segment.exact is None:
            return None
        is_wanted = segment.base < budget.horizon
        spent, docs, scores = kernels.phrase_in_fields(
            *segment.exact,
            STRIDE,
            statistics.states,
            statistics.lengths,
            statistics.norms,
            segment.base,
            statistics.documents,
            texts,
            len(words),
            by_field,
            slop,
            frequencies,
            budget.limit - budget.spent if is_wanted else -1,
        )
        budget.spend(spent)
        parts.append(Matches(docs, scores))
    return end_to_end(parts)


_FIELDS = set(EXACT.values())
_NOT_COUNTED = np.zeros((0, 0), np.int64)


def _frequencies(index: OpenIndex, texts: bytes, words: int) -> NDArray[np.int64]:
    """How many live articles hold each word in each field; [fields, words]."""
    total = np.zeros((len(_FIELDS), words), np.int64)
    for segment in index.segments:
        if segment.exact is None:
            continue
        total += kernels.count_in_fields(
            segment.exact.blobs,
            segment.exact.offsets,
            segment.exact.starts,
            segment.exact.docs,
            index.statistics.states,
            segment.base,
            texts,
            words,
        )
    return total
