"""Plain words, by their lists of impacts: the documents that hold all of them.

A word comes, for each shard, as a row of `extents`, the answer of `find_words`: start and stop of
its stem's list in that shard, start and stop of its own, both in `docs` (numbered from the shard's
first document) and `impacts`. Its score in a document is

    impact(stem) + boost_exact x impact(word as typed)

A stem of one form has the same list for both, so that it is read once, with the factor
1 + boost_exact. A word's documents are always among its stem's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import FLOAT, IMPACTS, SHARD_DOCS, column, kernel, part
from searchsvc.scoring.kernels.galloping import DENSE, WINDOW, advance
from searchsvc.scoring.shards import SHARD

Pair = tuple[NDArray[np.int32], NDArray[np.float32]]


@part
def factor_of(extents: Any, word: int, boost_exact: float) -> Any:
    """What the stem's impacts count: more where its list is the word's own as well."""
    is_one_form = extents[word, 0] == extents[word, 2] and extents[word, 3] > extents[word, 2]
    return np.float32(1.0 + boost_exact) if is_one_form else np.float32(1.0)


@part
def has_own_list(extents: Any, word: int) -> bool:
    return bool(extents[word, 3] > extents[word, 2] and extents[word, 0] != extents[word, 2])


@part
def join(
    short_docs: Any,
    short_scores: Any,
    short_factor: Any,
    docs: Any,
    impacts: Any,
    factor: Any,
    window: Any,
    found_docs: Any,
    found_scores: Any,
) -> int:
    """Writes the documents of both lists and their summed scores; returns how many there are.

    `window` is scratch, float32 [WINDOW], all zero before and after.
    """
    n = 0
    if len(short_docs) == 0 or len(docs) == 0:
        return n
    if len(docs) > DENSE * len(short_docs):
        position = 0
        for i in range(len(short_docs)):
            doc = short_docs[i]
            position = advance(docs, position, len(docs), doc)
            if position == len(docs):
                break
            if docs[position] == doc:
                found_docs[n] = doc
                found_scores[n] = short_scores[i] * short_factor + impacts[position] * factor
                n += 1
        return n
    i = j = 0
    while i < len(short_docs) and j < len(docs):
        base = np.int64(short_docs[i])
        end = base + WINDOW
        first = i
        i = advance(short_docs, i, len(short_docs), end)
        for k in range(first, i):
            # Unsigned, or each access would ask whether to count from the end.
            at = np.uint64(k)
            window[np.uint32(short_docs[at] - base)] = short_scores[at] * short_factor
        j = advance(docs, j, len(docs), base)
        until = advance(docs, j, len(docs), end)
        for k in range(j, until):
            # Without a branch: what does not match is overwritten by the next.
            at = np.uint64(k)
            doc = docs[at]
            score = window[np.uint32(doc - base)]
            found_docs[n] = doc
            found_scores[n] = score + impacts[at] * factor
            n += score > 0
        j = until
        for k in range(first, i):
            window[np.uint32(short_docs[np.uint64(k)] - base)] = 0
    return n


@part
def add_where_present(
    docs: Any, scores: Any, added_docs: Any, added: Any, factor: Any, window: Any
) -> None:
    """Adds factor x added to the scores of the documents that are in both lists, in place."""
    if len(docs) == 0 or len(added_docs) == 0:
        return
    if len(added_docs) > DENSE * len(docs):
        position = 0
        for i in range(len(docs)):
            position = advance(added_docs, position, len(added_docs), docs[i])
            if position < len(added_docs) and added_docs[position] == docs[i]:
                scores[i] += added[position] * factor
        return
    if len(docs) > DENSE * len(added_docs):
        position = 0
        for i in range(len(added_docs)):
            position = advance(docs, position, len(docs), added_docs[i])
            if position < len(docs) and docs[position] == added_docs[i]:
                scores[position] += added[i] * factor
        return
    i = j = 0
    while i < len(docs) and j < len(added_docs):
        base = np.int64(docs[i])
        first = advance(added_docs, j, len(added_docs), base)
        j = advance(added_docs, first, len(added_docs), base + WINDOW)
        until = advance(docs, i, len(docs), base + WINDOW)
        for k in range(first, j):
            at = np.uint64(k)
            window[np.uint32(added_docs[at] - base)] = added[at] * factor
        for k in range(i, until):
            at = np.uint64(k)
            scores[at] += window[np.uint32(docs[at] - base)]
        for k in range(first, j):
            window[np.uint32(added_docs[np.uint64(k)] - base)] = 0
        i = until


@part
def shortest_first(extents: Any) -> Any:
    """The words by the length of their stems' lists."""
    order = np.arange(len(extents))
    for i in range(1, len(order)):
        word = order[i]
        length = extents[word, 1] - extents[word, 0]
        j = i
        while j > 0 and extents[order[j - 1], 1] - extents[order[j - 1], 0] > length:
            order[j] = order[j - 1]
            j -= 1
        order[j] = word
    return order


@part
def fewest(extents: Any) -> int:
    """The length of the shortest of the stems' lists."""
    least = extents[0, 1] - extents[0, 0]
    for word in range(1, len(extents)):
        least = min(least, extents[word, 1] - extents[word, 0])
    return int(least)


@part
def with_all_in(
    docs: Any,
    impacts: Any,
    extents: Any,
    boost_exact: float,
    base: int,
    window: Any,
    found_docs: Any,
    scores: Any,
) -> int:
    """Writes the documents of a shard that hold every word, and their scores; returns how many."""
    order = shortest_first(extents)
    word = order[0]
    start, stop = extents[word, 0], extents[word, 1]
    n: int = stop - start
    if n == 0:
        return 0
    held, held_scores = docs[start:stop], impacts[start:stop]
    factor = factor_of(extents, word, boost_exact)
    for step in range(1, len(order)):
        word = order[step]
        start, stop = extents[word, 0], extents[word, 1]
        joined = np.empty(n + 1, np.uint16)
        joined_scores = np.empty(n + 1, np.float32)
        n = join(
            held,
            held_scores,
            factor,
            docs[start:stop],
            impacts[start:stop],
            factor_of(extents, word, boost_exact),
            window,
            joined,
            joined_scores,
        )
        held, held_scores, factor = joined[:n], joined_scores[:n], np.float32(1.0)
    for i in range(n):
        found_docs[i] = base + held[i]
        scores[i] = held_scores[i] * factor
    for word in range(len(order)):
        if has_own_list(extents, word):
            start, stop = extents[word, 2], extents[word, 3]
            add_where_present(
                held,
                scores[:n],
                docs[start:stop],
                impacts[start:stop],
                np.float32(boost_exact),
                window,
            )
    return n


@part
def with_all(docs: Any, impacts: Any, extents: Any, boost_exact: float) -> Pair:
    """The documents that hold every word, ascending, and their scores."""
    most = 0
    for shard in range(len(extents)):
        most += fewest(extents[shard])
    found_docs = np.empty(most, np.int32)
    scores = np.empty(most, np.float32)
    window = np.zeros(WINDOW, np.float32)
    n = 0
    for shard in range(len(extents)):
        n += with_all_in(
            *(docs, impacts, extents[shard], boost_exact, shard * SHARD, window),
            *(found_docs[n:], scores[n:]),
        )
    return found_docs[:n], scores[:n]


@kernel((SHARD_DOCS, IMPACTS, column(types.int64, 3), FLOAT))
def all_words(
    docs: NDArray[np.uint16],
    impacts: NDArray[np.float32],
    extents: NDArray[np.int64],
    boost_exact: float,
) -> Pair:
    """The documents that hold every word, ascending, and their scores."""
    return with_all(docs, impacts, extents, boost_exact)
