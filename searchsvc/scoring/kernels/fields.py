"""One term in one field of a segment, scored from its postings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, DOCS, FLOAT, FLOATS, IMPACTS, INT, kernel
from searchsvc.scoring.kernels.merging import document_frequency


@kernel((DOCS, BYTES))
def count_live(docs: NDArray[np.int32], states: NDArray[np.uint8]) -> int:
    """How many of the documents are live."""
    return document_frequency(docs, 0, len(docs), states)


@kernel((DOCS, IMPACTS, BYTES, BYTES, FLOATS, INT, FLOAT))
def score_postings(
    docs: NDArray[np.int32],
    weights: NDArray[np.float32],
    states: NDArray[np.uint8],
    lengths: NDArray[np.uint8],
    norms: NDArray[np.float64],
    base: int,
    factor: float,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """factor x tf / (tf + norm) for the postings of documents that are not deleted.

    `docs`, `states` and `lengths` (length bytes) are the segment's; the documents returned are
    global. `norms` is by length byte, [256]; `factor` is boost x idf x (K1 + 1).
    """
    found_docs = np.empty(len(docs) + 1, np.int32)
    scores = np.empty(len(docs) + 1, np.float32)
    n = 0
    for i in range(len(docs)):
        doc = docs[i]
        tf = weights[i]
        found_docs[n] = base + doc
        scores[n] = factor * tf / (tf + norms[lengths[doc]])
        n += states[doc] != 0
    return found_docs[:n], scores[:n]
