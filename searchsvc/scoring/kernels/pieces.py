"""Finding the few pieces of a text, between spaces, that may hold a word one looks for.

A condition that is cheap and necessary: a word begins with one of some keys. It is decided on
ASCII and on the punctuation of U+2000; a piece with any other character may hold anything.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import TEXT, kernel, part
from searchsvc.scoring.kernels.strings import end_of

SPACE, LAST_ASCII = 0x20, 0x7F
SIGN, DIGIT, LETTER, BLANK, OTHER = range(5)


def _kinds() -> NDArray[np.uint8]:
    """The kind of each byte; OTHER is what is not ASCII."""
    kinds = np.full(256, OTHER, np.uint8)
    kinds[: LAST_ASCII + 1] = SIGN
    kinds[: SPACE + 1] = BLANK
    kinds[ord("0") : ord("9") + 1] = DIGIT
    for first, last in ("AZ", "az"):
        kinds[ord(first) : ord(last) + 1] = LETTER
    return kinds


KINDS = _kinds()


@part
def kind_at(text: Any, i: int) -> Any:
    # Unsigned, or each access would ask whether to count from the end.
    return KINDS[text[np.uint64(i)]]


@part
def folded_at(text: Any, i: int) -> Any:
    """A letter in lower case, a digit as it is: digits have that bit already."""
    return text[np.uint64(i)] | np.uint8(0x20)


@part
def is_punctuation(text: Any, i: int) -> bool:
    """Whether one of U+2000 to U+203F begins here: curly quotes, dashes, an ellipsis."""
    return i + 2 < len(text) and text[i] == 0xE2 and text[i + 1] == 0x80


@part
def begins_with(text: Any, i: int, keys: Any, start: int, stop: int) -> bool:
    """Whether text[i:] begins with a key, but for case and for signs within a word: `e-mail`."""
    while start < stop:
        if i >= len(text) or text[i] <= SPACE:
            return False
        kind = kind_at(text, i)
        if text[i] == keys[start] or (kind == LETTER and folded_at(text, i) == keys[start]):
            start += 1
            i += 1
        elif is_punctuation(text, i):
            i += 3
        elif kind == SIGN:
            i += 1
        else:
            return False
    return True


@part
def begins_with_any(text: Any, i: int, keys: Any) -> bool:
    start = 0
    while start < len(keys):
        stop = end_of(keys, start)
        if begins_with(text, i, keys, start, stop):
            return True
        start = stop + 1
    return False


@part
def first_bytes(keys: Any) -> Any:
    """Which bytes a key begins with; most words begin with another."""
    found = np.zeros(LAST_ASCII + 1, np.uint8)
    start = 0
    while start < len(keys):
        found[keys[start] & LAST_ASCII] = 1
        start = end_of(keys, start) + 1
    return found


@kernel((TEXT, TEXT, types.boolean))
def find_pieces(text: bytes, keys: bytes, with_signs: bool) -> NDArray[np.int64]:
    """Start and stop of the pieces that may hold a word that begins so, in bytes; [pieces, 2].

    `text` is UTF-8; `keys` are folded, joined by SEPARATOR. `with_signs`: those without any letter
    or digit as well, over which phrases reach.
    """
    firsts = first_bytes(keys)
    found = np.empty((len(text) // 2 + 1, 2), np.int64)
    size = len(text)
    n = i = 0
    while i < size:
        if kind_at(text, i) == BLANK:
            i += 1
            continue
        start = i
        is_candidate, is_signs = False, True
        while i < size:
            kind = kind_at(text, i)
            if kind == BLANK:
                break
            if kind == LETTER or kind == DIGIT:
                is_signs = False
                # A word of letters and digits may be read as two.
                if not is_candidate:
                    is_candidate = firsts[folded_at(text, i)] == 1 and begins_with_any(
                        text, i, keys
                    )
                i += 1
                while i < size and kind_at(text, i) == kind:
                    i += 1
            elif kind == OTHER:
                if not is_punctuation(text, i):
                    is_candidate, is_signs = True, False
                i += 1
                while i < size and text[i] & 0xC0 == 0x80:
                    i += 1
            else:
                i += 1
        if is_candidate or (is_signs and with_signs):
            found[n, 0], found[n, 1] = start, i
            n += 1
    return found[:n]
