"""Words within some edits of one that is not in the vocabulary.

An edit puts in, leaves out or replaces a letter, or swaps two neighbours; a letter is edited once
at most (optimal string alignment). A signature of each word, its letters as a set of bits and its
length, tells almost all words apart from those near a given one without reading them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, INTS, column, kernel, part

LETTER_BITS = 26
MAX_LENGTH = 63
"""Letters of a word that has neighbours: what the bits above the letters' can count."""
_LETTERS = (1 << LETTER_BITS) - 1
END_LETTERS, END_BITS = 2, 8
"""Letters at the beginning and at the end of a word that are kept, and bits of each."""
END_MASK = (1 << END_BITS) - 1
ENDS_MASK = (1 << END_LETTERS * END_BITS) - 1
STRIDE = 8
"""Words passed over at once where none may be near."""


@part
def letter_at(blob: Any, place: int) -> tuple[Any, int]:
    """The code point of UTF-8 that begins there, and where the next begins."""
    first = np.int64(blob[place])
    if first < 0x80:
        return first, place + 1
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    letter = first & (0x7F >> size)
    for i in range(1, size):
        letter = (letter << 6) | (np.int64(blob[place + i]) & 0x3F)
    return letter, place + size


@kernel((BYTES, INTS))
def signatures(
    blob: NDArray[np.uint8], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Of each word of a vocabulary its signature, and how it begins and ends.

    A signature is 0 where a word is too long or holds digits or signs.
    """
    found = np.zeros(len(offsets) - 1, np.uint32)
    ends = np.zeros(len(offsets) - 1, np.uint32)
    for word in range(len(found)):
        place = offsets[word]
        letters = length = begins = finishes = 0
        while place < offsets[word + 1]:
            letter, place = letter_at(blob, place)
            if letter < 97 or 122 < letter < 128:
                length = 0
                break
            letters |= 1 << (letter % LETTER_BITS)
            if length < END_LETTERS:
                begins |= (letter & END_MASK) << (END_BITS * length)
            finishes = ((finishes << END_BITS) | (letter & END_MASK)) & ENDS_MASK
            length += 1
        if 0 < length <= MAX_LENGTH:
            found[word] = np.uint32(length << LETTER_BITS | letters)
            ends[word] = np.uint32(begins << (END_BITS * END_LETTERS) | finishes)
    return found, ends


@part
def distance(word: Any, blob: Any, start: int, stop: int, limit: int, rows: Any) -> int:
    """Edits from the code points of `word` to blob[start:stop]; limit + 1 if there are more.

    `rows` is room for three rows of one number more than the word has letters.
    """
    size = len(word)
    above, last, row = rows[0], rows[1], rows[2]
    for i in range(size + 1):
        last[i] = i
    before: Any = np.int64(-1)
    place, count = start, 0
    while place < stop:
        letter, place = letter_at(blob, place)
        count += 1
        row[0] = lowest = count
        for i in range(1, size + 1):
            edits = min(last[i - 1] + (word[i - 1] != letter), last[i] + 1, row[i - 1] + 1)
            if i > 1 and count > 1 and word[i - 1] == before and word[i - 2] == letter:
                edits = min(edits, above[i - 2] + 1)
            row[i] = edits
            lowest = min(lowest, edits)
        if lowest > limit:
            return limit + 1
        above, last, row = last, row, above
        before = letter
    edits_in_all: int = min(last[size], limit + 1)
    return edits_in_all


@part
def without_lowest(bits: Any) -> Any:
    """All bits set but the lowest."""
    return np.uint32(bits & np.uint32(bits - np.uint32(1)))


@part
def may_be_near(
    letters: Any, ends: Any, size: int, limit: int, signatures: Any, theirs: Any
) -> Any:
    """For each word of about that length whether its letters allow it to be so near; padded with 0.

    Without a branch, so that many words are looked at together.
    """
    has_two, is_any = limit > 1, limit > 2
    # One edit leaves the first letters as they are, or the last: two of five, one of three.
    kept = ENDS_MASK if size > 2 * END_LETTERS else END_MASK
    finish, start = np.uint32(kept), np.uint32(kept << (END_BITS * END_LETTERS))
    any_end = has_two or size <= END_LETTERS
    near = np.zeros((len(signatures) // STRIDE + 1) * STRIDE, np.uint8)
    for index in range(len(signatures)):
        at = np.uint64(index)
        other = np.uint32(signatures[at] & np.uint32(_LETTERS))
        # An edit brings in one letter at most, and one at most is lost.
        brought = without_lowest(np.uint32(other & ~letters))
        lost = without_lowest(np.uint32(letters & ~other))
        if has_two:
            brought, lost = without_lowest(brought), without_lowest(lost)
        apart = np.uint32(ends ^ theirs[at])
        has_end = ((apart & finish) == 0) | ((apart & start) == 0) | any_end
        near[at] = (((brought | lost) == 0) | is_any) & has_end
    return near


@part
def first_of_length(signatures: Any, length: int) -> int:
    """Where words of so many letters, or more, begin among sorted signatures."""
    low, high = 0, len(signatures)
    while low < high:
        middle = (low + high) >> 1
        if np.int64(signatures[middle]) >> LETTER_BITS < length:
            low = middle + 1
        else:
            high = middle
    return low


@part
def ends_of(word: Any) -> Any:
    """How it begins and ends, as `signatures` has it."""
    begins = finishes = 0
    for place in range(len(word)):
        letter = word[place] & END_MASK
        if place < END_LETTERS:
            begins |= letter << (END_BITS * place)
        finishes = ((finishes << END_BITS) | letter) & ENDS_MASK
    return np.uint32(begins << (END_BITS * END_LETTERS) | finishes)


_SIGNATURES = column(types.uint32)


@kernel((INTS, types.int64, _SIGNATURES, _SIGNATURES, column(types.int32), BYTES, INTS))
def neighbours(
    word: NDArray[np.int64],
    limit: int,
    signatures: NDArray[np.uint32],
    ends: NDArray[np.uint32],
    order: NDArray[np.int32],
    blob: NDArray[np.uint8],
    offsets: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The words of a vocabulary at most `limit` edits from the code points of `word`.

    `signatures` are sorted, so that words of one length are side by side; `ends` go with them and
    `order` tells whose each is. Returns the words' indices, in that order, and the edits to each.
    """
    letters = np.uint32(0)
    for letter in word:
        letters |= np.uint32(1 << (letter % LETTER_BITS))
    first = first_of_length(signatures, max(len(word) - limit, 1))
    last = first_of_length(signatures, len(word) + limit + 1)
    near = may_be_near(
        letters, ends_of(word), len(word), limit, signatures[first:last], ends[first:last]
    )
    strides = near.view(np.uint64)
    rows = np.empty((3, len(word) + 1), np.int64)
    found = np.empty(64, np.int64)
    edits = np.empty(64, np.int64)
    count = 0
    for stride in range(len(strides)):
        if strides[stride] == 0:
            continue
        for place in range(stride * STRIDE, (stride + 1) * STRIDE):
            if not near[place]:
                continue
            index = order[first + place]
            distant = distance(word, blob, offsets[index], offsets[index + 1], limit, rows)
            if distant > limit:
                continue
            if count == len(found):
                found = np.concatenate((found, np.empty(count, np.int64)))
                edits = np.concatenate((edits, np.empty(count, np.int64)))
            found[count], edits[count] = index, distant
            count += 1
    return found[:count].copy(), edits[:count].copy()
