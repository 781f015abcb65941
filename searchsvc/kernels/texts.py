"""The functions of the library over strings: dictionaries of terms, and texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from sys import byteorder
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.kernels.arrays import INT32, UINT8, UINT32, address_of, new_array
from searchsvc.kernels.library import LIBRARY

_CODES = "0123456789abcdefghijklmnopqrstuvwxyz"
_UTF_32 = "utf-32-le" if byteorder == "little" else "utf-32-be"


class SortedStrings:
    """Strings in byte order, string i of which is `blob[offsets[i]:offsets[i + 1]]`.

    blob is uint8, offsets uint32 [strings + 1]; both stay where they are.
    """

    __slots__ = ("_arrays", "_at")

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[Any]) -> None:
        self._arrays = blob, offsets  # kept alive
        self._at = address_of(blob, UINT8), address_of(offsets, UINT32), len(offsets) - 1

    def lower_bound(self, text: bytes) -> int:
        """The index of the first string that is not below the text."""
        found: int = LIBRARY.lower_bound(*self._at, text, len(text))
        return found

    def find(self, text: bytes) -> int:
        """The index of the text; -1 where it is absent."""
        found: int = LIBRARY.find_term(*self._at, text, len(text))
        return found

    def edits(
        self, typed: str, places: NDArray[np.int32], cutoff: int, *, is_beginning: bool = False
    ) -> NDArray[np.uint8]:
        """How many edits lie between what was typed and the strings of these numbers, UTF-8.

        An edit adds, drops or replaces a letter or swaps two neighbours, none twice. Past the
        cutoff, below 255, it is cutoff + 1: always for words of more than 64 letters. With
        `is_beginning`, the edits to the nearest beginning of each string.
        """
        if not 0 <= cutoff < 255:
            raise ValueError("a cutoff is 0 to 254")
        letters = typed.encode(_UTF_32, "surrogatepass")
        found, at = new_array(len(places), UINT8)
        LIBRARY.count_edits(
            *(letters, len(typed), *self._at[:2], address_of(places, INT32), len(places)),
            *(cutoff, is_beginning, at),
        )
        return found


def pairs_table(pairs: Iterable[str]) -> bytes:
    """What `pieces_with` takes: pairs of small letters or digits, and single ones for all pairs
    that hold them.
    """
    table = bytearray(len(_CODES) ** 2)
    for pair in pairs:
        first, last = (_CODES.index(letter) for letter in (pair[0], pair[-1]))
        if len(pair) > 1:
            table[first * len(_CODES) + last] = 1
        else:
            table[first * len(_CODES) : (first + 1) * len(_CODES)] = bytes([1] * len(_CODES))
            table[first :: len(_CODES)] = bytes([1] * len(_CODES))
    return bytes(table)


def pieces_with(text: str, pairs: bytes | None) -> Iterator[tuple[int, int]]:
    """Where the pieces of a text between white space start and end that may hold a word.

    Those in which two letters or digits, signs between them aside, are one of `pairs` in any case;
    and all of one letter, and those with `+`, `#`, `&` or what is no sign and not ASCII. All if it
    is None.
    """
    if pairs is not None and len(pairs) != len(_CODES) ** 2:
        raise ValueError("no table of pairs")
    found, at = new_array(len(text) + 2, INT32)
    n = LIBRARY.pieces_with(text.encode(_UTF_32, "surrogatepass"), len(text), pairs, at)
    places = iter(found[: 2 * n].tolist())
    return zip(places, places, strict=True)
