"""Lists of terms that belong together as one: a stem's, of the words as typed that have it."""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import DOCS, IMPACTS, INTS, column, kernel

NONE_LEFT = np.iinfo(np.int32).max


@kernel((INTS, column(types.uint32), INTS, DOCS, IMPACTS))
def unite_lists(
    bounds: NDArray[np.int64],
    forms: NDArray[np.uint32],
    starts: NDArray[np.int64],
    docs: NDArray[np.int32],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """One list for each group of forms: the documents with any of them, weights summed.

    Form f has `starts[f]:starts[f + 1]` of docs and weights; group g is `forms[bounds[g]:bounds[g +
    1]]`. Returns where each group's list starts, one more than there are groups, its documents and
    weights.
    """
    groups = len(bounds) - 1
    united_starts = np.zeros(groups + 1, np.int64)
    united_docs = np.empty(len(docs), np.int32)
    united_weights = np.empty(len(docs), np.float32)
    here = np.empty(len(forms), np.int64)
    n = 0
    for group in range(groups):
        first, last = bounds[group], bounds[group + 1]
        if last - first == 1:
            for i in range(starts[forms[first]], starts[forms[first] + 1]):
                united_docs[n], united_weights[n] = docs[i], weights[i]
                n += 1
            united_starts[group + 1] = n
            continue
        lowest = NONE_LEFT
        for k in range(first, last):
            here[k] = starts[forms[k]]
            lowest = min(lowest, docs[here[k]])
        while lowest != NONE_LEFT:
            following = NONE_LEFT
            weight = np.float32(0.0)
            for k in range(first, last):
                i, stop = here[k], starts[forms[k] + 1]
                if i < stop and docs[i] == lowest:
                    weight += weights[i]
                    i += 1
                    here[k] = i
                if i < stop:
                    following = min(following, docs[i])
            united_docs[n], united_weights[n] = lowest, weight
            n += 1
            lowest = following
        united_starts[group + 1] = n
    return united_starts, united_docs[:n].copy(), united_weights[:n].copy()
