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
DIGIT, LETTER = 1, 2


@part
def kind_of(byte: Any) -> int:
    """DIGIT, LETTER or 0, of ASCII."""
    if 0x30 <= byte <= 0x39:
        return DIGIT
    return LETTER if 0x61 <= (byte | 0x20) <= 0x7A else 0


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
        byte = text[i]
        if byte == keys[start] or (kind_of(byte) == LETTER and byte | 0x20 == keys[start]):
            start += 1
            i += 1
        elif is_punctuation(text, i):
            i += 3
        elif byte <= LAST_ASCII and kind_of(byte) == 0:
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
    n = i = 0
    while i < len(text):
        if text[i] <= SPACE:
            i += 1
            continue
        start = i
        is_candidate, is_signs, before = False, True, 0
        while i < len(text) and text[i] > SPACE:
            byte = text[i]
            if byte > LAST_ASCII:
                if not is_punctuation(text, i):
                    is_candidate, is_signs = True, False
                before = 0
                i += 1
                while i < len(text) and text[i] & 0xC0 == 0x80:
                    i += 1
                continue
            kind = kind_of(byte)
            if kind:
                is_signs = False
                # A word of letters and digits may be read as two.
                if kind != before and not is_candidate:
                    folded = byte | 0x20 if kind == LETTER else byte
                    is_candidate = firsts[folded] == 1 and begins_with_any(text, i, keys)
            before = kind
            i += 1
        if is_candidate or (is_signs and with_signs):
            found[n, 0], found[n, 1] = start, i
            n += 1
    return found[:n]
