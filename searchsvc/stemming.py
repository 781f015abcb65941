"""Snowball's stemmers, with their slowest step made fast.

Snowball in Python finds the longest of a list of endings by a binary search that compares letter by
letter, and does so five to ten times a word. A dict per list gives the same ending in half the
time; stemming is a third of what indexing costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import snowballstemmer
from snowballstemmer.basestemmer import BaseStemmer


def snowball(algorithm: str) -> Any:
    """A stemmer by Snowball's name: `.stemWord("running")`. One thread at a time may use it."""
    stemmer = snowballstemmer.stemmer(algorithm)
    # Where PyStemmer is installed it comes in C, and needs no help.
    return _quick(algorithm)() if isinstance(stemmer, BaseStemmer) else stemmer


@cache
def _quick(algorithm: str) -> type[Any]:
    base: Any = type(snowballstemmer.stemmer(algorithm))

    class QuickStemmer(base):
        """Snowball's generated class with its two searches replaced."""

        cursor: int

        def __init__(self) -> None:
            super().__init__()
            self._tables: dict[int, _Affixes] = {}

        def find_among(self, affixes: Sequence[Any]) -> int:
            """The number of the longest prefix that follows the cursor, which moves past it."""
            start = self.cursor
            text, room = self.current, self.limit - start
            lengths, found = self._table(affixes)
            for length in lengths:
                if length <= room and (affix := found.get(text[start : start + length])):
                    self.cursor = start + length
                    if affix.method is None:
                        return int(affix.result)
                    if affix.method(self):
                        self.cursor = start + length
                        return int(affix.result)
            return 0

        def find_among_b(self, affixes: Sequence[Any]) -> int:
            """The number of the longest suffix before the cursor, which moves to its start."""
            end = self.cursor
            text, room = self.current, end - self.limit_backward
            lengths, found = self._table(affixes)
            for length in lengths:
                if length <= room and (affix := found.get(text[end - length : end])):
                    self.cursor = end - length
                    if affix.method is None:
                        return int(affix.result)
                    if affix.method(self):
                        self.cursor = end - length
                        return int(affix.result)
            return 0

        def _table(self, affixes: Sequence[Any]) -> _Affixes:
            # By identity: the lists are constants of the class.
            table = self._tables.get(id(affixes))
            if table is None:
                found = {affix.s: affix for affix in affixes}
                table = sorted(set(map(len, found)), reverse=True), found
                self._tables[id(affixes)] = table
            return table

    return QuickStemmer


_Affixes = tuple[list[int], dict[str, Any]]
"""The lengths of a list's affixes, longest first, and each by its text."""
