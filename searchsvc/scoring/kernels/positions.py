"""Where the positions of postings start, and how many each has: numbers kept in mapped bytes."""

from __future__ import annotations

from typing import Any

import numpy as np

from searchsvc.columnar.weights import STRIDE
from searchsvc.scoring.kernels.compiling import part


@part
def number_in(data: Any, width: int, i: Any) -> Any:
    """Number i of those that lie end to end in bytes, `width` each, the lowest byte first."""
    # Unsigned, or each access would ask whether to count from the end.
    first = np.uint64(i) * np.uint64(width)
    if width == 1:
        return np.int64(data[first])
    number = np.int64(data[first]) | np.int64(data[first + np.uint64(1)]) << 8
    if width == 2:
        return number
    number |= np.int64(data[first + np.uint64(2)]) << 16
    return np.int64(np.int32(number | np.int64(data[first + np.uint64(3)]) << 24))


@part
def eight_bytes(data: Any, first: Any) -> Any:
    """As a number, the first byte the lowest."""
    number = np.uint64(0)
    for i in range(np.uint64(8)):
        number |= np.uint64(data[first + i]) << (np.uint64(8) * i)
    return number


@part
def sum_of_bytes(eight: Any) -> Any:
    """Of the eight in a number."""
    odd = np.uint64(0x00FF00FF00FF00FF)
    pairs = (eight & odd) + (eight >> np.uint64(8) & odd)
    return np.int64(pairs * np.uint64(0x0001000100010001) >> np.uint64(48))


@part
def sum_of(counts: Any, width: int, first: Any, count: Any) -> Any:
    """The sum of so many counts."""
    total = np.int64(0)
    if width == 1 and first + count + 8 <= len(counts):
        # Eight at a time: where to stop would be guessed, and mostly wrong.
        at = np.uint64(first)
        while count >= 8:
            total += sum_of_bytes(eight_bytes(counts, at))
            at += np.uint64(8)
            count -= 8
        wanted = (np.uint64(1) << np.uint64(8 * count)) - np.uint64(1)
        return total + sum_of_bytes(eight_bytes(counts, at) & wanted)
    for i in range(count):
        total += number_in(counts, width, first + i)
    return total


@part
def bits_set(bits: Any) -> Any:
    """Of 64 (Warren, "Hacker's Delight", 2nd edition, 5-1)."""
    bits -= bits >> np.uint64(1) & np.uint64(0x5555555555555555)
    twos = np.uint64(0x3333333333333333)
    bits = (bits & twos) + (bits >> np.uint64(2) & twos)
    bits = bits + (bits >> np.uint64(4)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(bits * np.uint64(0x0101010101010101) >> np.uint64(56))


@part
def write_places(
    counts: Any,
    are_others: Any,
    ranks: Any,
    width: int,
    places: Any,
    first: int,
    postings: Any,
    starts: Any,
    sizes: Any,
) -> None:
    """Where the positions of some postings start, and how many each has.

    The postings are counted from `first`.
    """
    for k in range(len(postings)):
        posting = np.uint64(first + np.int64(postings[k]))
        place = posting // np.uint64(STRIDE)
        known = place * np.uint64(STRIDE)
        before = np.int64(posting - known)
        start, size = np.int64(places[place]), np.int64(1)
        if len(are_others):
            # The bits from the known posting's to this one's, which is the lowest.
            byte, bits = known >> np.uint64(3), np.uint64(0)
            if byte + np.uint64(8) <= np.uint64(len(are_others)):
                for i in range(8):
                    bits = bits << np.uint64(8) | np.uint64(are_others[byte + np.uint64(i)])
                bits >>= np.uint64(STRIDE - 1 - before)
            else:
                for i in range(before // 8 + 1):
                    bits = bits << np.uint64(8) | np.uint64(are_others[byte + np.uint64(i)])
                bits >>= np.uint64(7 - before % 8)
            others = bits_set(bits >> np.uint64(1))
            rank = np.int64(ranks[place])
            start += before - others
            start += sum_of(counts, width, rank, others)
            if bits & np.uint64(1):
                size = number_in(counts, width, rank + others)
        else:
            start += sum_of(counts, width, np.int64(known), before)
            size = number_in(counts, width, np.int64(posting))
        starts[k], sizes[k] = start, size
