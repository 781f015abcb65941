"""Plain words, by their lists of impacts: the documents that hold any of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    FLOAT,
    IMPACTS,
    INT,
    SHARD_DOCS,
    column,
    kernel,
    part,
)
from searchsvc.scoring.kernels.galloping import WINDOW, advance
from searchsvc.scoring.kernels.words import factor_of, has_own_list
from searchsvc.scoring.shards import SHARD

BLOCK, SKIP = 16, 256
"""Documents looked at together, and skipped together, where none of them matched; WINDOW is a
multiple of both."""


@part
def is_empty(bits: Any) -> bool:
    """Whether none of the documents has a score; `bits` are the scores, two in a number."""
    matched = np.uint64(0)
    for pair in bits:
        matched |= pair
    return bool(matched == 0)


@part
def lowest(docs: Any, here: Any, stops: Any, lists: int) -> Any:
    """The start of the BLOCK of the first document left in any list; beyond all if none is."""
    first = np.int64(np.iinfo(np.int32).max)
    for row in range(lists):
        if here[row] < stops[row]:
            first = min(first, np.int64(docs[here[row]]))
    return first // BLOCK * BLOCK


@part
def lists_of(extents: Any, boost_exact: float) -> Any:
    """The lists that the words' scores are the sums of in a shard, stems' and words' own.

    Where each starts and stops, what its impacts count, how many lists there are, and the
    postings of the stems.
    """
    words = len(extents)
    here = np.empty(2 * words, np.int64)
    stops = np.empty(2 * words, np.int64)
    factors = np.empty(2 * words, np.float32)
    lists = postings = 0
    for word in range(words):
        here[lists], stops[lists] = extents[word, 0], extents[word, 1]
        factors[lists] = factor_of(extents, word, boost_exact)
        postings += stops[lists] - here[lists]
        lists += here[lists] < stops[lists]
        if has_own_list(extents, word):
            here[lists], stops[lists] = extents[word, 2], extents[word, 3]
            factors[lists] = boost_exact
            lists += 1
    return here, stops, factors, lists, postings


@kernel((SHARD_DOCS, IMPACTS, column(types.int64, 3), FLOAT, INT))
def any_words(
    docs: NDArray[np.uint16],
    impacts: NDArray[np.float32],
    extents: NDArray[np.int64],
    boost_exact: float,
    documents: int,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The documents that hold any word, ascending, and their scores.

    Words come as in `all_words`. Goes through the documents by windows, adding each list's impacts
    to the window's scores.
    """
    most = min(int((extents[:, :, 1] - extents[:, :, 0]).sum()), documents)
    found_docs = np.empty(most + BLOCK, np.int32)
    found_scores = np.empty(most + BLOCK, np.float32)
    window = np.zeros(WINDOW, np.float32)
    bits = window.view(np.uint64)
    n = 0
    for shard in range(len(extents)):
        first = shard * SHARD
        last = min(SHARD, documents - first)
        here, stops, factors, lists, _ = lists_of(extents[shard], boost_exact)
        base = lowest(docs, here, stops, lists)
        while base < last:
            end = base + WINDOW
            for row in range(lists):
                factor = factors[row]
                until = advance(docs, here[row], stops[row], end)
                for i in range(here[row], until):
                    # Unsigned, or each access would ask whether to count from the end.
                    at = np.uint64(i)
                    window[np.uint32(docs[at] - base)] += impacts[at] * factor
                here[row] = until
            for stretch in range(0, min(WINDOW, last - base), SKIP):
                if is_empty(bits[stretch // 2 : (stretch + SKIP) // 2]):
                    continue
                for block in range(stretch, stretch + SKIP, BLOCK):
                    matched = np.uint64(0)
                    for i in range(BLOCK // 2):
                        matched |= bits[np.uint32(block // 2 + i)]
                    if matched == 0:
                        continue
                    for i in range(BLOCK):
                        # Without a branch: what did not match is overwritten by the next.
                        place = np.uint32(block + i)
                        found_docs[n] = first + base + place
                        found_scores[n] = window[place]
                        n += window[place] > 0
                        window[place] = 0
            base = lowest(docs, here, stops, lists)
    return found_docs[:n], found_scores[:n]
