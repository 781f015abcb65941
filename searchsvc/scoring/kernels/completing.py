"""What a word begun may become: the best of a range, and words that stand beside others."""

from __future__ import annotations

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import (
    DOCS,
    IMPACTS,
    INT,
    INTS,
    column,
    kernel,
)
from searchsvc.scoring.kernels.galloping import advance


@kernel((IMPACTS, INT, INT, INT))
def best_of_range(
    scores: NDArray[np.float32], start: int, stop: int, count: int
) -> NDArray[np.int64]:
    """The places of the `count` highest scores above 0 in scores[start:stop], ties by place."""
    places = np.empty(count, np.int64)
    bests = np.empty(count, np.float32)
    size = 0
    bar = np.float32(0.0)
    for place in range(start, stop):
        score = scores[place]
        if score <= bar:
            continue
        hole = size if size < count else count - 1
        while hole > 0 and bests[hole - 1] < score:
            bests[hole], places[hole] = bests[hole - 1], places[hole - 1]
            hole -= 1
        bests[hole], places[hole] = score, place
        size = min(size + 1, count)
        if size == count:
            bar = bests[count - 1]
    return places[:size]


@kernel(
    (
        column(types.uint8, writable=True),
        IMPACTS,
        INTS,
        DOCS,
        DOCS,
        INT,
        INT,
        INT,
        column(types.float32, writable=True),
        column(types.int32, writable=True),
        column(types.int32, writable=True),
    )
)
def weigh_beside(
    marks: NDArray[np.uint8],
    weights: NDArray[np.float32],
    starts: NDArray[np.int64],
    docs: NDArray[np.int32],
    words: NDArray[np.int32],
    base: int,
    floor: int,
    first_word: int,
    sums: NDArray[np.float32],
    examples: NDArray[np.int32],
    found: NDArray[np.int32],
) -> int:
    """Adds up, for terms of a segment, the weights of the marked documents that hold each.

    Term t has the documents `docs[starts[t]:starts[t + 1]]`, numbered from `base`, and is word
    `words[t]`. A document of mark 1 counts a quarter of its weight, one of mark 2 all of it. `sums`
    and `examples` are by word, from `first_word` on; an example is a document with the word.
    Documents of mark 2 are written to `found`, as far as there is room, and get mark 3; returns how
    many were. No document below `floor` is marked.
    """
    n = 0
    for term in range(len(words)):
        word = words[term] - first_word
        if word < 0 or word >= len(sums):
            continue
        stop = starts[term + 1]
        for i in range(advance(docs, starts[term], stop, floor - base), stop):
            doc = docs[i] + base
            mark = marks[doc]
            if mark == 0 or weights[doc] == 0:
                continue
            if mark == 1:
                if sums[word] == 0:
                    examples[word] = doc
                sums[word] += np.float32(0.25) * weights[doc]
                continue
            sums[word] += weights[doc]
            examples[word] = doc
            if mark == 2 and n < len(found):
                found[n] = doc
                marks[doc] = 3
                n += 1
    return n
