"""Documents into stories at publish, and matches into one a story in a query."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import DOCS, IMPACTS, INT, kernel, part
from searchsvc.scoring.kernels.selecting import is_behind


@part
def root_of(parents: Any, doc: int) -> int:
    """Where a document's chain of parents ends; shortens it."""
    while parents[doc] != doc:
        parents[doc] = parents[parents[doc]]
        doc = parents[doc]
    return doc


@kernel((DOCS, DOCS, INT, INT, INT))
def tie(
    first: NDArray[np.int32], second: NDArray[np.int32], free: int, most: int, documents: int
) -> NDArray[np.int32]:
    """The root of each document's group, when pairs are tied in order; [documents].

    The first `free` pairs always are, the others where the group has no more than `most` members.
    """
    parents = np.arange(documents).astype(np.int32)
    sizes = np.ones(documents, np.int32)
    for pair in range(len(first)):
        a, b = root_of(parents, first[pair]), root_of(parents, second[pair])
        if a != b and (pair < free or sizes[a] + sizes[b] <= most):
            if sizes[a] < sizes[b]:
                a, b = b, a
            parents[b] = a
            sizes[a] += sizes[b]
    for doc in range(documents):
        parents[doc] = root_of(parents, doc)
    return parents


@kernel((DOCS, IMPACTS, IMPACTS, DOCS, DOCS, INT, types.boolean))
def lead(
    docs: NDArray[np.int32],
    scores: NDArray[np.float32],
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    stories: NDArray[np.int32],
    count: int,
    by_score: bool,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The first match of each story, and all matches of none, ascending, with their scores.

    First is by score x prior if `by_score`, then by rank, the lowest first. `stories` is by
    document, below `count`, negative for none.
    """
    leaders = np.full(count, -1, np.int64)
    values = np.zeros(count)
    lowest = np.zeros(count, np.int32)
    for i in range(len(docs)):
        doc = docs[i]
        story = stories[doc]
        if story >= 0:
            value = np.float64(scores[i]) * np.float64(priors[doc]) if by_score else 0.0
            rank = ranks[doc]
            if leaders[story] < 0 or is_behind(values[story], lowest[story], value, rank):
                leaders[story], values[story], lowest[story] = i, value, rank
    kept_docs = np.empty(len(docs) + 1, np.int32)
    kept_scores = np.empty(len(docs) + 1, np.float32)
    n = 0
    for i in range(len(docs)):
        story = stories[docs[i]]
        # Without a branch: what is not kept is overwritten by the next.
        kept_docs[n] = docs[i]
        kept_scores[n] = scores[i]
        n += story < 0 or leaders[max(story, 0)] == i
    return kept_docs[:n], kept_scores[:n]
