"""Texts as the numbers of their chunks: what stands between white space, each distinct one once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, DOCS, INT, INTS, column, kernel, part

BREAK_CHUNK = 0
"""The number of a line break, which is a chunk of its own."""
FREE = -1
"""What a slot holds that no chunk has taken."""

_SPACE, _NEWLINE = 0x20, 0x0A
"""All characters up to the first are white space, or what words end at just as well."""
_QUOTE, _APOSTROPHE, _S, _CASE = 0x22, 0x27, 0x73, 0x20
_GENERAL, _PUNCTUATION = 0xE2, 0x80
"""What curly quotes begin with in UTF-8; then comes one of these."""
_OPENING, _CLOSING = (0x98, 0x9C), (0x99, 0x9D)


@part
def _is_curly(text: Any, place: int, one: int, other: int) -> bool:
    if text[place] != _GENERAL or text[place + 1] != _PUNCTUATION:
        return False
    return bool(text[place + 2] == one or text[place + 2] == other)


@part
def _sign_before(text: Any, start: int, stop: int) -> int:
    """The size of a sign that begins here and is part of no word: one of "'([ or a curly quote."""
    byte = text[start]
    if byte == _QUOTE or byte == _APOSTROPHE or byte == 0x28 or byte == 0x5B:
        return 1
    return 3 if stop - start >= 3 and _is_curly(text, start, *_OPENING) else 0


@part
def _sign_after(text: Any, start: int, stop: int) -> int:
    """The size of a sign that ends here and is part of no word: one of .,:;!?"')] or a quote."""
    byte = text[stop - 1]
    if byte < 0x40:
        is_sign = byte == 0x2E or byte == 0x2C or byte == 0x3A or byte == 0x3B or byte == 0x21
        is_sign |= byte == 0x3F or byte == _QUOTE or byte == _APOSTROPHE or byte == 0x29
        return 1 if is_sign else 0
    if byte == 0x5D:
        return 1
    return 3 if stop - start >= 3 and _is_curly(text, stop - 3, *_CLOSING) else 0


@part
def _is_plain(text: Any, start: int, stop: int) -> bool:
    """Whether there are only ASCII letters, or only ASCII digits."""
    letters = digits = 0
    for i in range(start, stop):
        byte = text[i] | _CASE
        letters += 0x61 <= byte <= 0x7A
        digits += 0x30 <= text[i] <= 0x39
    return letters == stop - start or digits == stop - start


@part
def _without_possessive(text: Any, start: int, stop: int) -> int:
    """Where a plain word ends that has an apostrophe and an s behind it."""
    if stop - start < 3 or text[stop - 1] | _CASE != _S:
        return stop
    word = stop - 2 if text[stop - 2] == _APOSTROPHE else stop - 4
    if word > start and (word == stop - 2 or _is_curly(text, word, _CLOSING[0], _CLOSING[0])):
        if _is_plain(text, start, word):
            return word
    return stop


@part
def _more_slots(hashes: Any, known: int, needed: int) -> Any:
    size = 1 << 12
    while size < needed:
        size *= 2
    slots = np.full(size, FREE, np.int32)
    for number in range(known):
        slot = np.int64(hashes[number] & np.uint64(size - 1))
        while slots[slot] != FREE:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
    return slots


_WRITABLE = (
    column(types.int32, writable=True),
    column(types.uint64, writable=True),
    column(types.int64, writable=True),
    column(types.uint8, writable=True),
)


@kernel((BYTES, INTS, *_WRITABLE, INT, types.uint64))
def number_chunks(
    text: NDArray[np.uint8],
    bounds: NDArray[np.int64],
    slots: NDArray[np.int32],
    hashes: NDArray[np.uint64],
    starts: NDArray[np.int64],
    blob: NDArray[np.uint8],
    known: int,
    seed: np.uint64,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], int]:
    """The numbers of the chunks of several texts; text t is `text[bounds[t]:bounds[t + 1]]`, UTF-8.

    Chunks are told apart without ASCII's case, without quotes, brackets and stops around them, and
    those of letters or digits alone without a possessive. What nothing is left of is no chunk.

    `known` chunks have been seen before: chunk c is `blob[starts[c]:starts[c + 1]]`, BREAK_CHUNK
    the first. `slots` is a hash table of their numbers, of a power of two in size, `hashes` are
    theirs, begun with `seed`. In these arrays there has to be room for as many chunks more as texts
    of this size can hold: len(text) // 2 + 1, of len(text) bytes. Returns the numbers, how many
    each text has, the slots, which are others where these were too few, and how many are known now.
    """
    most = known + len(text) // 2 + 1
    if len(slots) < 2 * most:
        slots = _more_slots(hashes, known, 4 * most)
    used = starts[known]
    mask = len(slots) - 1
    numbers = np.empty(len(text), np.int32)
    counts = np.empty(len(bounds) - 1, np.int32)
    n = 0
    for t in range(len(counts)):
        before = n
        here, end = bounds[t], bounds[t + 1]
        while here < end:
            if text[here] <= _SPACE:
                if text[here] == _NEWLINE:
                    numbers[n] = BREAK_CHUNK
                    n += 1
                here += 1
                continue
            start = here
            while here < end and text[here] > _SPACE:
                here += 1
            stop = here
            size = 1
            while start < stop and size:
                size = _sign_before(text, start, stop)
                start += size
            size = 1
            while start < stop and size:
                size = _sign_after(text, start, stop)
                stop -= size
            if start == stop:
                continue
            stop = _without_possessive(text, start, stop)
            length = stop - start
            hashed = seed
            for i in range(length):
                byte = text[start + i]
                if 0x41 <= byte <= 0x5A:
                    byte |= np.uint8(_CASE)
                blob[used + i] = byte
                hashed = (hashed ^ np.uint64(byte)) * np.uint64(0x100000001B3)
            hashed ^= hashed >> np.uint64(29)
            slot = np.int64(hashed & np.uint64(mask))
            while slots[slot] != FREE:
                number = slots[slot]
                first = starts[number]
                if hashes[number] == hashed and starts[number + 1] - first == length:
                    same = 0
                    while same < length and blob[first + same] == blob[used + same]:
                        same += 1
                    if same == length:
                        break
                slot = (slot + 1) & mask
            if slots[slot] == FREE:
                slots[slot] = known
                hashes[known] = hashed
                known += 1
                used += length
                starts[known] = used
            numbers[n] = slots[slot]
            n += 1
        counts[t] = n - before
    return numbers[:n], counts, slots, known


@kernel((DOCS, DOCS, BYTES, INTS))
def join_chunks(
    numbers: NDArray[np.int32],
    counts: NDArray[np.int32],
    blob: NDArray[np.uint8],
    bounds: NDArray[np.int64],
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """What texts of so many chunks each are as one string: blob and offsets.

    Chunk c stands for `blob[bounds[c]:bounds[c + 1]]`; those that are not empty are put together
    with a space between them.
    """
    offsets = np.zeros(len(counts) + 1, np.int64)
    most = len(numbers)
    for number in numbers:
        most += bounds[number + 1] - bounds[number]
    joined = np.empty(most, np.uint8)
    here = done = 0
    for t in range(len(counts)):
        for number in numbers[done : done + counts[t]]:
            start, stop = bounds[number], bounds[number + 1]
            if start == stop:
                continue
            if here > offsets[t]:
                joined[here] = _SPACE
                here += 1
            for i in range(start, stop):
                joined[here] = blob[i]
                here += 1
        done += counts[t]
        offsets[t + 1] = here
    return joined[:here], offsets
