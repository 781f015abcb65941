"""Plain words, straight to the best articles, without a call for each step to them."""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    DOCS,
    FLOAT,
    IMPACTS,
    INT,
    SHARD_DOCS,
    column,
    kernel,
)
from searchsvc.scoring.kernels.galloping import WINDOW, advance
from searchsvc.scoring.kernels.selecting import Best, best_among, emptied, new_heap, offer
from searchsvc.scoring.kernels.windows import lists_of, lowest
from searchsvc.scoring.kernels.words import with_all
from searchsvc.scoring.shards import SHARD

STRETCH = 128
"""Documents whose greatest score is found at once; WINDOW is a multiple."""
SPARSE = 8
"""With less than one posting for so many documents, those that are touched are listed: most of a
window is empty."""
ROUNDED = 1.000001
"""More than what a product in single precision can be below the true one."""


_SIGNATURE = (SHARD_DOCS, IMPACTS, column(types.int64, 3), FLOAT, IMPACTS, DOCS, DOCS, FLOAT, INT)


@kernel(_SIGNATURE)
def best_of_all(
    docs: NDArray[np.uint16],
    impacts: NDArray[np.float32],
    extents: NDArray[np.int64],
    boost_exact: float,
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    lifted: NDArray[np.int32],
    lift: float,
    count: int,
) -> Best:
    """The best of the documents that hold every word: otherwise as `best_of_any`."""
    found, scores = with_all(docs, impacts, extents, boost_exact)
    i = 0
    for doc in lifted:
        i = advance(found, i, len(found), doc)
        if i < len(found) and found[i] == doc:
            scores[i] += np.float32(lift)
    return best_among(found, scores, priors, ranks, count)


@kernel(_SIGNATURE)
def best_of_any(
    docs: NDArray[np.uint16],
    impacts: NDArray[np.float32],
    extents: NDArray[np.int64],
    boost_exact: float,
    priors: NDArray[np.float32],
    ranks: NDArray[np.int32],
    lifted: NDArray[np.int32],
    lift: float,
    count: int,
) -> Best:
    """The best `count` of the documents that hold any word.

    Words come as in `any_words`; `lifted` are documents, ascending, whose score is `lift` higher
    if they match. The order is that of `best`.
    """
    documents = len(priors)
    values, heap, best_docs, texts = new_heap(count)
    window = np.zeros(WINDOW, np.float32)
    touched = np.empty(WINDOW + 1, np.int32)
    products = np.empty(WINDOW, np.float32)
    # Positive numbers are in the order of their bits, and integers are compared many at once.
    bits = products.view(np.int32)
    bar = np.zeros(1, np.float32)
    bar_bits = bar.view(np.int32)
    last = values[0]
    total = at = 0
    for shard in range(len(extents)):
        start = shard * SHARD
        stop = min(start + SHARD, documents)
        here, stops, factors, lists, postings = lists_of(extents[shard], boost_exact)
        is_sparse = postings * SPARSE < stop - start
        base = start + lowest(docs, here, stops, lists)
        while base < stop:
            end = min(base + WINDOW, start + SHARD)
            within = base - start
            n = 0
            for row in range(lists):
                factor = factors[row]
                until = advance(docs, here[row], stops[row], end - start)
                for i in range(here[row], until):
                    # Unsigned, or each access would ask whether to count from the end.
                    j = np.uint64(i)
                    place = np.uint32(docs[j] - within)
                    score = window[place]
                    window[place] = score + impacts[j] * factor
                    if is_sparse:
                        touched[n] = place
                        n += score == 0
                here[row] = until
            at = advance(lifted, at, len(lifted), base)
            while at < len(lifted) and lifted[at] < end:
                place = np.uint32(lifted[at] - base)
                window[place] += np.float32(lift) if window[place] > 0 else np.float32(0)
                at += 1
            if is_sparse:
                total += n
                for i in range(n):
                    place = np.uint32(touched[i])
                    doc, text = np.uint32(base + place), window[place]
                    window[place] = 0
                    value = np.float64(text) * np.float64(priors[doc])
                    if value >= last:
                        last = offer(doc, text, value, ranks[doc], values, heap, best_docs, texts)
                base = start + lowest(docs, here, stops, lists)
                continue
            scores, priors_here = window[: stop - base], priors[base : min(end, stop)]
            matched = np.int32(0)
            for i in range(len(scores)):
                products[i] = scores[i] * priors_here[i]
                matched += np.int32(scores[i] > 0)
            products[len(scores) :] = 0
            total += int(matched)
            for stretch in range(0, WINDOW, STRETCH):
                greatest = np.int32(0)
                for i in range(STRETCH):
                    greatest = max(greatest, bits[np.uint32(stretch + i)])
                if greatest == 0 or greatest < bar_bits[0]:
                    continue
                for i in range(stretch, min(stretch + STRETCH, len(scores))):
                    value = np.float64(scores[i]) * np.float64(priors_here[i])
                    if value >= last and scores[i] > 0:
                        doc = base + i
                        last = offer(
                            doc, scores[i], value, ranks[doc], values, heap, best_docs, texts
                        )
                bar[0] = max(last, 0.0) / ROUNDED
            window[:] = 0
            base = start + lowest(docs, here, stops, lists)
    return emptied(values, heap, best_docs, texts, total)
