"""Sorting terms, and merging the sorted vocabularies of several fields and segments into one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, INTS, kernel, part


@part
def key_of(blob: Any, start: int, stop: int) -> Any:
    """The first eight bytes as a number, so that most comparisons take one instruction."""
    key = np.uint64(0)
    for i in range(8):
        key = key << np.uint64(8)
        if start + i < stop:
            key |= np.uint64(blob[start + i])
    return key


@part
def compare(blob: Any, a: int, a_stop: int, b: int, b_stop: int) -> int:
    """-1, 0 or 1 as blob[a:a_stop] is below, equal to or above blob[b:b_stop]."""
    while a < a_stop and b < b_stop:
        if blob[a] != blob[b]:
            return -1 if blob[a] < blob[b] else 1
        a += 1
        b += 1
    return (1 if a < a_stop else 0) - (1 if b < b_stop else 0)


@kernel((BYTES, INTS, INTS))
def merge_vocabularies(
    blob: NDArray[np.uint8], bounds: NDArray[np.int64], firsts: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
    """Equal terms of P sorted vocabularies brought together, in byte order.

    The vocabularies lie end to end: entry e is the term `blob[bounds[e]:bounds[e + 1]]`, those of
    vocabulary p are `firsts[p]:firsts[p + 1]`. Returns the entries in merged order, the
    vocabulary of each, and where each distinct term's entries start, one more than there are
    distinct terms. Equal terms stand in the order of their vocabularies.
    """
    count = len(bounds) - 1
    vocabularies = len(firsts) - 1
    entries = np.empty(count, np.int64)
    owners = np.empty(count, np.int32)
    groups = np.empty(count + 1, np.int64)
    heads = firsts[:-1].copy()
    keys = np.zeros(vocabularies, np.uint64)
    for p in range(vocabularies):
        if heads[p] < firsts[p + 1]:
            keys[p] = key_of(blob, bounds[heads[p]], bounds[heads[p] + 1])
    distinct = done = 0
    while done < count:
        lowest = -1
        for p in range(vocabularies):
            if heads[p] == firsts[p + 1]:
                continue
            if lowest < 0 or keys[p] < keys[lowest]:
                lowest = p
            elif keys[p] == keys[lowest]:
                a, b = heads[p], heads[lowest]
                if compare(blob, bounds[a], bounds[a + 1], bounds[b], bounds[b + 1]) < 0:
                    lowest = p
        entry = heads[lowest]
        previous = entries[done - 1] if done else entry
        if done == 0 or compare(
            blob, bounds[previous], bounds[previous + 1], bounds[entry], bounds[entry + 1]
        ):
            groups[distinct] = done
            distinct += 1
        entries[done] = entry
        owners[done] = lowest
        done += 1
        heads[lowest] += 1
        if heads[lowest] < firsts[lowest + 1]:
            keys[lowest] = key_of(blob, bounds[heads[lowest]], bounds[heads[lowest] + 1])
    groups[distinct] = count
    return entries, owners, groups[: distinct + 1].copy()


@part
def _is_below(blob: Any, bounds: Any, key: Any, one: int, other_key: Any, other: int) -> bool:
    if key != other_key:
        return bool(key < other_key)
    return compare(blob, bounds[one], bounds[one + 1], bounds[other], bounds[other + 1]) < 0


@kernel((BYTES, INTS))
def sort_strings(
    blob: NDArray[np.uint8], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8], NDArray[np.int64]]:
    """The strings `blob[bounds[i]:bounds[i + 1]]` in byte order, equal ones in the order given.

    Returns the order, where in it each distinct string starts (one more), and these, as blob and
    offsets. By merging, so that what is in order, or nearly, takes little time.
    """
    count = len(bounds) - 1
    order, merged_order = np.arange(count), np.empty(count, np.int64)
    keys, merged_keys = np.empty(count, np.uint64), np.empty(count, np.uint64)
    for i in range(count):
        keys[i] = key_of(blob, bounds[i], bounds[i + 1])
    width = 1
    while width < count:
        for left in range(0, count, 2 * width):
            middle, right = min(left + width, count), min(left + 2 * width, count)
            is_in_order = middle == right or not _is_below(
                blob, bounds, keys[middle], order[middle], keys[middle - 1], order[middle - 1]
            )
            a, b = left, middle
            for k in range(left, right):
                if a == middle:
                    is_second = True
                elif is_in_order or b == right:
                    is_second = False
                elif keys[a] != keys[b]:
                    is_second = keys[b] < keys[a]
                else:
                    is_second = _is_below(blob, bounds, keys[b], order[b], keys[a], order[a])
                if is_second:
                    source = b
                    b += 1
                else:
                    source = a
                    a += 1
                merged_order[k], merged_keys[k] = order[source], keys[source]
        order, merged_order = merged_order, order
        keys, merged_keys = merged_keys, keys
        width *= 2
    groups = np.empty(count + 1, np.int64)
    strings = np.empty(bounds[-1] - bounds[0], np.uint8)
    offsets = np.zeros(count + 1, np.int64)
    distinct = n = 0
    for k in range(count):
        one = order[k]
        if k and not _is_below(blob, bounds, keys[k - 1], order[k - 1], keys[k], one):
            continue
        groups[distinct] = k
        for i in range(bounds[one], bounds[one + 1]):
            strings[n] = blob[i]
            n += 1
        distinct += 1
        offsets[distinct] = n
    groups[distinct] = count
    return (
        order,
        groups[: distinct + 1],
        strings[:n],
        offsets[: distinct + 1],
    )
