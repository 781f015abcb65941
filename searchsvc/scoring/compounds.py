"""Which words the texts of an index write with a hyphen."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from searchsvc.analysis import compound_key
from searchsvc.scoring.openindex import OpenIndex, place_of
from searchsvc.scoring.statistics import DELETED

WORDS_KEPT = 1 << 14


class IndexCompounds:
    """Looked up in the field `compound`, which holds `email e mail`; each answer is kept.

    `common` are known without a text: the parts by the word written as one.
    """

    def __init__(self, index: OpenIndex, common: Mapping[str, tuple[str, ...]]) -> None:
        self._index = index
        self._common = common
        self.parts = lru_cache(maxsize=WORDS_KEPT)(self._parts)
        self.are_one = lru_cache(maxsize=WORDS_KEPT)(self._are_one)

    def _parts(self, solid: str) -> tuple[str, ...] | None:
        """The parts of a word written as one; the commonest, if there are several ways."""
        found = self._beginning(f"{solid} ")
        if found:
            return min(found, key=lambda parts: (-found[parts], parts))
        return self._common.get(solid)

    def _are_one(self, first: str, second: str) -> bool:
        solid, parts = first + second, (first, second)
        if self._common.get(solid) == parts:
            return True
        return bool(self._beginning(compound_key(solid, parts), is_whole=True))

    def _beginning(self, text: str, is_whole: bool = False) -> dict[tuple[str, ...], int]:
        """The parts of each compound whose key begins so, and in how many articles it stands."""
        counts: dict[tuple[str, ...], int] = {}
        key = text.encode("utf-8", "surrogatepass")
        for segment, postings in self._index.fields("compound"):
            terms, states = postings.terms, self._index.states(segment)
            for place in range(place_of(terms, key), len(terms)):
                term = terms[place]
                if term != key if is_whole else not term.startswith(key):
                    break
                start, stop = postings.extent(place)
                count = int((states[postings.doc_ids[start:stop]] != DELETED).sum())
                if count:
                    _, *parts = term.decode("utf-8", "surrogatepass").split(" ")
                    counts[tuple(parts)] = counts.get(tuple(parts), 0) + count
        return counts
