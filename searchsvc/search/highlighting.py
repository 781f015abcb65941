"""Escaped HTML with the matched words in `<mark>`, and the passage of a text worth showing."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.query.nodes import Node, positive
from searchsvc.scoring import kernels
from searchsvc.search.marking import Finder

_END = b"\xff"
"""After each text that the kernel writes: in no UTF-8."""


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Shows titles whole, and of excerpts the best passage, with what a query matches in each.

    The best passage is the part that holds most different matches, the earliest such.
    """

    title: Finder
    excerpt: Finder

    @classmethod
    def of(cls, node: Node, language: str) -> Highlighter:
        leaves = positive(node)
        everywhere = Finder.of(leaves, language)
        if all(leaf.field is None for leaf in leaves):
            return cls(everywhere, everywhere)
        title, excerpt = (
            Finder.of([leaf for leaf in leaves if leaf.field in (None, field)], language)
            for field in ("title", "excerpt")
        )
        return cls(title, excerpt)

    def highlights(self, titles: Sequence[bytes], excerpts: Sequence[bytes]) -> list[str]:
        """All titles, then all excerpts, highlighted; they are UTF-8."""
        texts = [*titles, *excerpts]
        if not texts:
            return []
        text = b"\n".join(texts)
        if self.title is self.excerpt:
            marks = self.title.marks(text)
        else:
            marks = self._in_each(titles, excerpts)
        shown = kernels.show_marked(text, _ints(map(len, texts)), _ints(marks), len(titles))
        parts = shown.tobytes().split(_END)
        return [part.decode("utf-8", "surrogatepass") for part in parts[:-1]]

    def _in_each(self, titles: Sequence[bytes], excerpts: Sequence[bytes]) -> list[int]:
        marks = self.title.marks(b"\n".join(titles))
        moved = sum(map(len, titles)) + len(titles)
        for number, place in enumerate(self.excerpt.marks(b"\n".join(excerpts))):
            is_term = number % 3 == 2
            marks.append(place if is_term else place + moved)
        return marks


def _ints(numbers: Iterable[int]) -> NDArray[np.int64]:
    return np.frombuffer(array("q", numbers), np.int64)
