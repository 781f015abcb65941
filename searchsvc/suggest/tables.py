"""What suggestions are made of: a generation's files `suggest.<table>.<array>.npy`.

A word is known by its number among `impacts.words`, so that words that begin alike are one range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from searchsvc.index import Generation
from searchsvc.index.arrays import Bounds, Int32, Int64, are_bounds, check, load, save
from searchsvc.suggest.request import Kind

NAMES: tuple[Kind, ...] = ("topic", "provider")
"""The columns whose values are suggested."""

Float32 = NDArray[np.float32]
Uint32 = NDArray[np.uint32]
Bytes = NDArray[np.uint8]
_DTYPES = {
    "Int32": np.int32,
    "Uint32": np.uint32,
    "Int64": np.int64,
    "Float32": np.float32,
    "Bytes": np.uint8,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """Arrays of one dimension, of the types that their annotations name."""

    def save(self, folder: Path, name: str) -> None:
        for field in fields(self):
            save(folder, f"suggest.{name}.{field.name}", getattr(self, field.name))

    @classmethod
    def load(cls, folder: Path, name: str) -> Self:
        """Raises OSError or ValueError for what is missing or is something else."""
        return cls(
            **{
                field.name: load(folder, f"suggest.{name}.{field.name}", _DTYPES[str(field.type)])
                for field in fields(cls)
            }
        )


@dataclass(frozen=True, slots=True, eq=False)
class Titles(_Table):
    """The words of titles: those of document d in order are `words[starts[d]:starts[d + 1]]`."""

    starts: Uint32
    words: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Weighed(_Table):
    """What each row of another table counts: 0 without a live article that has it.

    `examples` has the hottest such article, -1 if there is none.
    """

    scores: Float32
    examples: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Phrases(_Table):
    """Words side by side, in their order; the third is -1 in a phrase of two."""

    first: Int32
    second: Int32
    third: Int32
    scores: Float32
    examples: Int32


@dataclass(frozen=True, slots=True, eq=False)
class Names(_Table):
    """The values of a column by what they begin with, and by what each later word begins with.

    `blob` and `offsets` are the sorted, folded beginnings, `codes` the values that begin so;
    `counts` has how many live articles each value is in.
    """

    blob: Bytes
    offsets: Uint32
    codes: Int32
    counts: Int64


@dataclass(frozen=True, slots=True, eq=False)
class SuggestTables:
    """All tables of a generation, as of the clock of its manifest."""

    titles: Titles
    words: Weighed
    phrases: Phrases
    names: Mapping[Kind, Names]

    @classmethod
    def load(cls, generation: Generation) -> SuggestTables:
        """Raises OSError or ValueError for files that are missing, damaged or make no sense."""
        folder, words, documents = generation.folder, len(generation.impacts.words), len(generation)
        titles, weighed = Titles.load(folder, "titles"), Weighed.load(folder, "words")
        phrases = Phrases.load(folder, "phrases")
        names = {kind: Names.load(folder, f"names.{kind}") for kind in NAMES}
        lists: tuple[tuple[Bounds, int, int], ...] = (
            (titles.starts, documents, len(titles.words)),
            *((of.offsets, len(of.codes), len(of.blob)) for of in names.values()),
        )
        for bounds, rows, end in lists:
            is_right = len(bounds) == rows + 1 and are_bounds(bounds, end)
            check(folder, is_right, "suggestions without bounds")
        values = {kind: len(generation.columns.values[kind].labels) for kind in NAMES}
        for numbers, least, end in (
            (titles.words, 0, words),
            (weighed.examples, -1, documents),
            (phrases.first, 0, words),
            (phrases.second, 0, words),
            (phrases.third, -1, words),
            (phrases.examples, 0, documents),
            *((names[kind].codes, 0, values[kind]) for kind in NAMES),
        ):
            is_right = not len(numbers) or numbers.min() >= least and numbers.max() < end
            check(folder, is_right, "suggestions out of range")
        is_right = len(weighed.scores) == len(weighed.examples) == words
        is_right &= len({len(getattr(phrases, field.name)) for field in fields(phrases)}) == 1
        is_right &= all(len(names[kind].counts) == values[kind] for kind in NAMES)
        check(folder, is_right, "suggestions of another length")
        return cls(titles, weighed, phrases, names)
