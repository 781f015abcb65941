"""Two sets of matches into one: each is ascending documents and a score for each of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import DOCS, FLOAT, IMPACTS, MASK, kernel, part
from searchsvc.scoring.kernels.galloping import advance

Docs = NDArray[np.int32]
Scores = NDArray[np.float32]
Pair = tuple[Docs, Scores]


@kernel((DOCS, IMPACTS, DOCS, IMPACTS))
def intersect(docs: Docs, scores: Scores, other_docs: Docs, other_scores: Scores) -> Pair:
    """The documents of both, their scores summed."""
    most = min(len(docs), len(other_docs))
    found_docs = np.empty(most, np.int32)
    found_scores = np.empty(most, np.float32)
    i = j = n = 0
    while i < len(docs) and j < len(other_docs):
        if docs[i] < other_docs[j]:
            i = advance(docs, i, len(docs), other_docs[j])
        elif docs[i] > other_docs[j]:
            j = advance(other_docs, j, len(other_docs), docs[i])
        else:
            found_docs[n] = docs[i]
            found_scores[n] = scores[i] + other_scores[j]
            n += 1
            i += 1
            j += 1
    return found_docs[:n], found_scores[:n]


@part
def united(docs: Any, scores: Any, other_docs: Any, other_scores: Any, lesser: float) -> Pair:
    """`unite`, for other kernels."""
    most = len(docs) + len(other_docs)
    found_docs = np.empty(most, np.int32)
    found_scores = np.empty(most, np.float32)
    i = j = n = 0
    while i < len(docs) and j < len(other_docs):
        if docs[i] < other_docs[j]:
            found_docs[n], found_scores[n] = docs[i], scores[i]
            i += 1
        elif docs[i] > other_docs[j]:
            found_docs[n], found_scores[n] = other_docs[j], other_scores[j]
            j += 1
        else:
            a, b = scores[i], other_scores[j]
            found_docs[n], found_scores[n] = docs[i], max(a, b) + lesser * min(a, b)
            i += 1
            j += 1
        n += 1
    while i < len(docs):
        found_docs[n], found_scores[n] = docs[i], scores[i]
        i += 1
        n += 1
    while j < len(other_docs):
        found_docs[n], found_scores[n] = other_docs[j], other_scores[j]
        j += 1
        n += 1
    return found_docs[:n], found_scores[:n]


@kernel((DOCS, IMPACTS, DOCS, IMPACTS, FLOAT))
def unite(
    docs: Docs, scores: Scores, other_docs: Docs, other_scores: Scores, lesser: float
) -> Pair:
    """The documents of either. In both: the greater score plus `lesser` times the other.

    1 is the sum of Or, 0 the maximum of DisMax.
    """
    return united(docs, scores, other_docs, other_scores, lesser)


@kernel((DOCS, IMPACTS, DOCS, IMPACTS))
def add_optional(docs: Docs, scores: Scores, other_docs: Docs, other_scores: Scores) -> Scores:
    """The scores of the first, raised where the second matches as well."""
    raised = scores.copy()
    i = j = 0
    while i < len(docs) and j < len(other_docs):
        if docs[i] < other_docs[j]:
            i = advance(docs, i, len(docs), other_docs[j])
        elif docs[i] > other_docs[j]:
            j = advance(other_docs, j, len(other_docs), docs[i])
        else:
            raised[i] += other_scores[j]
            i += 1
            j += 1
    return raised


@kernel((DOCS, DOCS))
def which_are_in(docs: Docs, other_docs: Docs) -> NDArray[np.bool_]:
    """For each document of the first whether it is in the second."""
    found = np.zeros(len(docs), np.bool_)
    i = j = 0
    while i < len(docs) and j < len(other_docs):
        if docs[i] < other_docs[j]:
            i = advance(docs, i, len(docs), other_docs[j])
        elif docs[i] > other_docs[j]:
            j = advance(other_docs, j, len(other_docs), docs[i])
        else:
            found[i] = True
            i += 1
            j += 1
    return found


@kernel((DOCS, IMPACTS, MASK))
def keep(docs: Docs, scores: Scores, mask: NDArray[np.bool_]) -> Pair:
    """The matches for which mask[document] is true; [documents]."""
    kept_docs = np.empty(len(docs) + 1, np.int32)
    kept_scores = np.empty(len(docs) + 1, np.float32)
    n = 0
    for i in range(len(docs)):
        # Without a branch: what is not kept is overwritten by the next. Unsigned, or each access
        # would ask whether to count from the end.
        place = np.uint64(i)
        kept_docs[n] = docs[place]
        kept_scores[n] = scores[place]
        n += mask[np.uint32(docs[place])]
    return kept_docs[:n], kept_scores[:n]
