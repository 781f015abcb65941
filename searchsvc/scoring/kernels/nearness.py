"""Words that begin with what was typed but for one typing mistake.

A mistake is a letter too many, one too few, another one, or two neighbours swapped; a letter is a
code point.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, IMPACTS, INT, INTS, TEXT, kernel, part

UNLIKELY = np.float32(0.01)
"""What a score counts where the mistake is in the last letter: nothing after it confirms it."""


@part
def letter_size(lead: int) -> int:
    """Bytes of the code point that begins with this one."""
    if lead < 0x80:
        return 1
    if lead < 0xE0:
        return 2
    return 3 if lead < 0xF0 else 4


@part
def goes_on(blob: Any, here: int, end: int, text: Any, i: int, stop: int, whole: bool) -> bool:
    """Whether blob[here:end] begins with text[i:stop], or is it."""
    if end - here < stop - i or (whole and end - here != stop - i):
        return False
    for k in range(stop - i):
        if blob[here + k] != text[i + k]:
            return False
    return True


@part
def nearness(blob: Any, start: int, end: int, text: Any, size: int, whole: bool) -> int:
    """2 if one mistake explains the text as the start of the word, 1 if only in its last letter."""
    same = 0
    while start + same < end and same < size and blob[start + same] == text[same]:
        same += 1
    if same == size:
        is_one_more = start + same < end and start + same + letter_size(blob[start + same]) == end
        return 2 if whole and is_one_more else 0
    while same > 0 and (
        text[same] & 0xC0 == 0x80 or (start + same < end and blob[start + same] & 0xC0 == 0x80)
    ):
        same -= 1
    typed_next = same + letter_size(text[same])
    here = start + same
    strong = 2 if typed_next < size or whole else 1
    if goes_on(blob, here, end, text, typed_next, size, whole):
        return strong  # one too many
    if here == end:
        return 0
    next_here = here + letter_size(blob[here])
    if goes_on(blob, next_here, end, text, same, size, whole):
        return 2  # one too few
    if goes_on(blob, next_here, end, text, typed_next, size, whole):
        return strong  # another one
    if typed_next < size and next_here < end:
        after = typed_next + letter_size(text[typed_next])
        first, second = typed_next - same, after - typed_next
        if (
            here + first + second <= end
            and goes_on(blob, here, here + second, text, typed_next, after, True)
            and goes_on(blob, here + second, here + second + first, text, same, typed_next, True)
            and goes_on(blob, here + second + first, end, text, after, size, whole)
        ):
            return 2  # swapped
    return 0


@part
def first_from(blob: Any, offsets: Any, text: Any, size: int, low: int, high: int) -> int:
    """The first of the words low:high that is not below text[:size]; near ones are found faster."""
    step = 1
    while low + step < high and is_below(blob, offsets, low + step, text, size):
        low += step
        step *= 2
    high = min(high, low + step)
    while low < high:
        middle = (low + high) >> 1
        if is_below(blob, offsets, middle, text, size):
            low = middle + 1
        else:
            high = middle
    return low


@part
def is_below(blob: Any, offsets: Any, word: int, text: Any, size: int) -> bool:
    here, end, i = offsets[word], offsets[word + 1], 0
    while here < end and i < size and blob[here] == text[i]:
        here += 1
        i += 1
    return bool(i < size and (here == end or blob[here] < text[i]))


@part
def sift(
    blob: Any,
    offsets: Any,
    scores: Any,
    text: Any,
    whole: bool,
    words: tuple[int, int],
    places: Any,
    bests: Any,
    found: int,
) -> int:
    """Puts those of a range of words that are near among the best; returns how many these are."""
    for word in range(words[0], words[1]):
        if scores[word] <= bests[-1]:
            continue
        near = nearness(blob, offsets[word], offsets[word + 1], text, len(text), whole)
        score = scores[word] * (UNLIKELY if near == 1 else np.float32(1.0))
        if near == 0 or score <= bests[-1]:
            continue
        is_new = True
        for i in range(found):
            is_new = is_new and places[i] != word
        if is_new:
            hole = found if found < len(bests) else found - 1
            while hole > 0 and bests[hole - 1] < score:
                bests[hole], places[hole] = bests[hole - 1], places[hole - 1]
                hole -= 1
            bests[hole], places[hole] = score, word
            found = min(found + 1, len(bests))
    return found


@part
def joined(tried: Any, size: int, text: Any, start: int) -> int:
    """Writes text[start:] behind the first `size` bytes; returns how many there are then."""
    for i in range(start, len(text)):
        tried[size + i - start] = text[i]
    return size + max(len(text) - start, 0)


@part
def range_of(
    blob: Any, offsets: Any, tried: Any, size: int, low: int, high: int
) -> tuple[int, int]:
    """Which of the words low:high begin with tried[:size]."""
    start = first_from(blob, offsets, tried, size, low, high)
    # Above all that begin so; no UTF-8 byte is ff.
    tried[size] = 0xFF
    return start, first_from(blob, offsets, tried, size + 1, start, high)


@kernel((BYTES, INTS, IMPACTS, TEXT, INT, INT))
def near_words(
    blob: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    scores: NDArray[np.float32],
    text: bytes,
    whole: int,
    count: int,
) -> NDArray[np.int64]:
    """The `count` best words that one mistake explains, of those with a score above 0.

    Word w is `blob[offsets[w]:offsets[w + 1]]`, sorted. If `whole`, the text, of two letters at
    least, is all of a word, else its start. Words with the same first two letters are gone
    through; for a mistake in one of these two, each letter that stands there in any word is tried.
    """
    places = np.empty(count, np.int64)
    bests = np.zeros(count, np.float32)
    found = 0
    tried = np.empty(2 * len(text) + 16, np.uint8)
    first, last = 0, len(offsets) - 1
    kept = 0
    for _ in range(2):
        # `kept` bytes stand fast, words first:last begin with them; the next letter is in doubt.
        here = kept + letter_size(text[kept])
        there = here + letter_size(text[here]) if here < len(text) else here
        for k in range(kept):
            tried[k] = text[k]
        size = joined(tried, kept, text, here)  # one too many
        words = range_of(blob, offsets, tried, size, first, last)
        found = sift(blob, offsets, scores, text, whole != 0, words, places, bests, found)
        size = kept
        for k in range(here, there):
            tried[size] = text[k]
            size += 1
        for k in range(kept, here):
            tried[size] = text[k]
            size += 1
        size = joined(tried, size, text, there)  # swapped
        words = range_of(blob, offsets, tried, size, first, last)
        found = sift(blob, offsets, scores, text, whole != 0, words, places, bests, found)
        word = first
        while word < last:
            begin = offsets[word] + kept
            if begin == offsets[word + 1]:
                word += 1
                continue
            size = kept + letter_size(blob[begin])
            for k in range(kept, size):
                tried[k] = blob[begin + k - kept]
            after = range_of(blob, offsets, tried, size, word, last)[1]
            for start in (here, kept):  # another letter, or one too few
                longer = joined(tried, size, text, start)
                words = range_of(blob, offsets, tried, longer, word, after)
                found = sift(blob, offsets, scores, text, whole != 0, words, places, bests, found)
            word = after
        for k in range(kept, here):
            tried[k] = text[k]
        first, last = range_of(blob, offsets, tried, here, first, last)
        kept = here
        if kept == len(text):
            return places[:found]
    words = (first, last)
    found = sift(blob, offsets, scores, text, whole != 0, words, places, bests, found)
    return places[:found]
