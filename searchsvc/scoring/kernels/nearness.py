"""Words that begin with what was typed but for one typing mistake.

A mistake is a letter too many, one too few, another one, or two neighbours swapped; a letter is a
code point.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import BYTES, IMPACTS, INT, INTS, TEXT, kernel, part
from searchsvc.scoring.kernels.strings import lower_bound

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

    Word w is `blob[offsets[w]:offsets[w + 1]]`, sorted. If `whole`, the text is all of a word, else
    its start. The words that begin with the text's first letter, or its second one, are gone
    through; every other letter is tried in place of the first one and before it.
    """
    size = len(text)
    places = np.empty(count, np.int64)
    bests = np.zeros(count, np.float32)
    found = 0
    tried = np.empty(size + 4, np.uint8)
    words = len(offsets) - 1
    second = letter_size(text[0])
    letter = 0
    while letter < words:
        width = letter_size(blob[offsets[letter]])
        for k in range(width):
            tried[k] = blob[offsets[letter] + k]
        tried[width - 1] += 1
        after = lower_bound(blob, offsets, tried, 0, width)
        tried[width - 1] -= 1
        all_of_it = goes_on(text, 0, size, tried, 0, width, False) or goes_on(
            text, second, size, tried, 0, width, False
        )
        for skipped in (second, 0):
            start, stop = letter, after
            if not all_of_it:
                length = width + size - skipped
                for k in range(skipped, size):
                    tried[width + k - skipped] = text[k]
                start = lower_bound(blob, offsets, tried, 0, length)
                stop = start
                while stop < after and goes_on(
                    blob, offsets[stop], offsets[stop + 1], tried, 0, length, False
                ):
                    stop += 1
            elif skipped == 0:
                break
            for word in range(start, stop):
                if scores[word] <= bests[count - 1]:
                    continue
                near = nearness(blob, offsets[word], offsets[word + 1], text, size, whole != 0)
                score = scores[word] * (UNLIKELY if near == 1 else np.float32(1.0))
                if near == 0 or score <= bests[count - 1]:
                    continue
                hole = found if found < count else count - 1
                while hole > 0 and bests[hole - 1] < score:
                    bests[hole], places[hole] = bests[hole - 1], places[hole - 1]
                    hole -= 1
                bests[hole], places[hole] = score, word
                found = min(found + 1, count)
        letter = after
    return places[:found]
