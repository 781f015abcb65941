"""Clauses that only match, without frequencies: which documents hold any of many terms.

Each clause is a bit of a byte for each document, so that a document counts once for a clause
however many of its terms it holds.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, DOCS, IMPACTS, INT, column, kernel

STRIDE = 8
"""Documents skipped at once where none is marked; the marks are padded to a multiple."""


@kernel((column(types.uint8, writable=True), INT, DOCS, column(types.int64, 2), INT))
def mark(
    marks: NDArray[np.uint8],
    bit: int,
    docs: NDArray[np.int32],
    extents: NDArray[np.int64],
    base: int,
) -> None:
    """Sets a bit for the documents of the postings in `extents`, [ranges, 2]."""
    value = np.uint8(bit)
    for row in range(len(extents)):
        for i in range(extents[row, 0], extents[row, 1]):
            marks[base + docs[i]] |= value


@kernel((BYTES, BYTES, IMPACTS, INT))
def collect(
    marks: NDArray[np.uint8],
    states: NDArray[np.uint8],
    scores: NDArray[np.float32],
    most: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The marked documents that are not deleted, ascending; `scores` is by mark, [256].

    `most` bounds how many there are.
    """
    found_docs = np.empty(most + STRIDE, np.int32)
    found_scores = np.empty(most + STRIDE, np.float32)
    strides = marks.view(np.uint64)
    n = 0
    for stride in range(len(strides)):
        if strides[stride] == 0:
            continue
        first = stride * STRIDE
        for doc in range(first, min(first + STRIDE, len(states))):
            found_docs[n] = doc
            found_scores[n] = scores[marks[doc]]
            n += (marks[doc] != 0) & (states[doc] != 0)
    return found_docs[:n], found_scores[:n]
