"""Which words the articles of a generation write with a hyphen."""

from __future__ import annotations

from searchsvc.analysis import compound_key, english
from searchsvc.index import Generation
from searchsvc.index.strings import decoded, encoded
from searchsvc.remembering import remembering

_WORDS_KEPT = 1 << 12


class IndexCompounds:
    """Looked up in the segments' compounds, `email e mail`; the last answers are kept.

    English ones that are common are known without an article.
    """

    def __init__(self, generation: Generation) -> None:
        self._tables = [
            (segment.data.compounds, segment.data.compound_counts)
            for segment in generation.segments
        ]
        self._common = english.COMPOUNDS if generation.manifest.language == "en" else {}
        self.parts = remembering(self._parts, _WORDS_KEPT)
        self.are_one = remembering(self._are_one, _WORDS_KEPT)

    def _parts(self, solid: str) -> tuple[str, ...] | None:
        """The parts of a word written as one; the commonest, if there are several ways."""
        counts: dict[tuple[str, ...], int] = {}
        for keys, of_keys in self._tables:
            start = encoded(f"{solid} ")
            place = keys.lower_bound(start)
            while place < len(keys) and (key := keys[place]).startswith(start):
                _, *parts = decoded(key).split(" ")
                counts[tuple(parts)] = counts.get(tuple(parts), 0) + int(of_keys[place])
                place += 1
        if counts:
            return min(counts, key=lambda parts: (-counts[parts], parts))
        return self._common.get(solid)

    def _are_one(self, first: str, second: str) -> bool:
        """Whether two words are the parts of one."""
        solid, parts = first + second, (first, second)
        if self._common.get(solid) == parts:
            return True
        key = encoded(compound_key(solid, parts))
        return any(keys.find(key) >= 0 for keys, _ in self._tables)
