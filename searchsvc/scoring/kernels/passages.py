"""Texts as HTML: escaped, with the matches in `<mark>`, and of long ones the passage worth showing.

A match comes as three numbers: from where to where, in bytes, and which term of the query it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring.kernels.compiling import INT, INTS, TEXT, kernel, part

LENGTH = 200
"""Characters of a text that are shown, more or less a word."""
WINDOW = LENGTH - 40
"""How near to each other matches must be to be shown together, after some words before them."""
BEFORE, UNMOVED = 40, 60
"""Characters shown before the first match; so far from the beginning nothing is left out."""
WORD = 30
"""Characters within which a passage begins and ends between words."""
END = 0xFF
"""The byte after each text: in no UTF-8."""

_SPACE = 0x20
_OPENED, _CLOSED = b"<mark>", b"</mark>"
_LEAD, _TAIL = "… ".encode(), " …".encode()
_MARK_ROOM = len(_OPENED) + len(_CLOSED)
_ESCAPE_ROOM = len(b"&quot;")
_LONGEST_CHARACTER = 4


@part
def put(out: Any, n: int, text: Any) -> int:
    for i in range(len(text)):
        out[n + i] = text[i]
    return n + len(text)


@part
def put_escaped(out: Any, n: int, text: Any, start: int, stop: int) -> int:
    """As html.escape has it."""
    for i in range(start, stop):
        byte = text[i]
        if byte == 0x26:
            n = put(out, n, b"&amp;")
        elif byte == 0x3C:
            n = put(out, n, b"&lt;")
        elif byte == 0x3E:
            n = put(out, n, b"&gt;")
        elif byte == 0x22:
            n = put(out, n, b"&quot;")
        elif byte == 0x27:
            n = put(out, n, b"&#x27;")
        else:
            out[n] = byte
            n += 1
    return n


@part
def put_marked(
    out: Any, n: int, text: Any, start: int, stop: int, marks: Any, first: int, last: int
) -> int:
    """text[start:stop] with those of the marks that lie within it."""
    done = start
    for mark in range(first, last):
        begin, end = marks[3 * mark], marks[3 * mark + 1]
        if done <= begin and end <= stop:
            n = put_escaped(out, n, text, done, begin)
            n = put(out, n, _OPENED)
            n = put_escaped(out, n, text, begin, end)
            n = put(out, n, _CLOSED)
            done = end
    return put_escaped(out, n, text, done, stop)


@part
def characters_of(text: Any, start: int, stop: int) -> Any:
    """Where each character begins, and where the last ends."""
    places = np.empty(stop - start + 1, np.int64)
    n = 0
    for i in range(start, stop):
        if text[i] & 0xC0 != 0x80:
            places[n] = i
            n += 1
    places[n] = stop
    return places[: n + 1]


@part
def densest(marks: Any, first: int, last: int, places: Any) -> int:
    """The character at which the earliest of the windows begins that hold most different terms."""
    terms = 0
    for mark in range(first, last):
        terms = max(terms, marks[3 * mark + 2] + 1)
    inside = np.zeros(terms, np.int64)
    best = best_count = count = 0
    following = first
    for mark in range(first, last):
        start = np.searchsorted(places, marks[3 * mark])
        following = max(following, mark)
        while following < last:
            if np.searchsorted(places, marks[3 * following + 1]) > start + WINDOW:
                break
            term = marks[3 * following + 2]
            count += inside[term] == 0
            inside[term] += 1
            following += 1
        if count > best_count:
            best, best_count = start, count
        if mark < following:
            term = marks[3 * mark + 2]
            inside[term] -= 1
            count -= inside[term] == 0
    return best


@part
def passage(text: Any, places: Any, best: int) -> tuple[int, int]:
    """From which character to which: some words before the first match tell what it is about."""
    length = len(places) - 1
    start = max(0, min(best - BEFORE, length - LENGTH)) if best > UNMOVED else 0
    if start:
        for at in range(start, min(start + WORD, length)):
            if text[places[at]] == _SPACE:
                start = at + 1
                break
    end = min(length, start + LENGTH)
    if end < length:
        for at in range(end, end - WORD - 1, -1):
            if text[places[at]] == _SPACE:
                end = at
                break
    return start, end


@kernel((TEXT, INTS, INTS, INT))
def show_marked(
    text: bytes, lengths: NDArray[np.int64], marks: NDArray[np.int64], whole: int
) -> NDArray[np.uint8]:
    """Each of some texts, the first `whole` of them whole; UTF-8, an END after each.

    `text` is UTF-8, one text after the other with a byte between; `lengths` are theirs in bytes;
    `marks` are all matches end to end, in order: none overlaps another or reaches over an end.
    """
    room = len(lengths) * (len(_LEAD) + len(_TAIL) + 1) + len(marks) // 3 * _MARK_ROOM
    for number in range(len(lengths)):
        length = lengths[number]
        if number >= whole:
            length = min(length, _LONGEST_CHARACTER * (LENGTH + 1))
        room += length * _ESCAPE_ROOM
    out = np.empty(room, np.uint8)
    n = start = last = 0
    for number in range(len(lengths)):
        stop = start + lengths[number]
        first = last
        while last < len(marks) // 3 and marks[3 * last] < stop:
            last += 1
        if number < whole or stop - start <= LENGTH:
            n = put_marked(out, n, text, start, stop, marks, first, last)
        else:
            places = characters_of(text, start, stop)
            begin, end = 0, len(places) - 1
            if end > LENGTH:
                begin, end = passage(text, places, densest(marks, first, last, places))
            if begin:
                n = put(out, n, _LEAD)
            n = put_marked(out, n, text, places[begin], places[end], marks, first, last)
            if end < len(places) - 1:
                n = put(out, n, _TAIL)
        out[n] = END
        n += 1
        start = stop + 1
    return out[:n]
