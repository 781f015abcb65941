"""What suggestions are made of: a generation's files `suggest.*.npy`.

A word is known by its number among `impacts.words`, so that words that begin alike are one range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.index import Generation
from searchsvc.index.arrays import Int32, Int64, are_bounds, check, load, save
from searchsvc.index.strings import Terms
from searchsvc.suggest.request import Kind

NAMES: tuple[Kind, ...] = ("topic", "provider")
"""The columns whose values are suggested."""


@dataclass(frozen=True, slots=True, eq=False)
class Titles:
    """The words of titles by document, and the documents by word.

    words        int32, the title of document d in order: `words[starts[d]:starts[d + 1]]`
    docs         int32, those with word w in the title: `docs[word_starts[w]:word_starts[w + 1]]`,
                 ascending; also with the forms of a word that `words` leaves out
    """

    starts: Int64
    words: Int32
    word_starts: Int64
    docs: Int32

    def save(self, folder: Path) -> None:
        save(folder, "suggest.titles.starts", self.starts)
        save(folder, "suggest.titles.words", self.words)
        save(folder, "suggest.titles.word_starts", self.word_starts)
        save(folder, "suggest.titles.docs", self.docs)

    @classmethod
    def load(cls, folder: Path, words: int, documents: int) -> Titles:
        titles = cls(
            load(folder, "suggest.titles.starts", np.int64),
            load(folder, "suggest.titles.words", np.int32),
            load(folder, "suggest.titles.word_starts", np.int64),
            load(folder, "suggest.titles.docs", np.int32),
        )
        is_right = len(titles.starts) == documents + 1 and len(titles.word_starts) == words + 1
        is_right = is_right and are_bounds(titles.starts, len(titles.words))
        is_right = is_right and are_bounds(titles.word_starts, len(titles.docs))
        is_right = is_right and _are_within(titles.words, words)
        check(folder, is_right and _are_within(titles.docs, documents), "titles make no sense")
        return titles


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What words or phrases count, 0 where no live article has them; the rows of other tables.

    examples   int32, the hottest live article that has them, -1 if none
    """

    scores: NDArray[np.float32]
    examples: Int32

    def save(self, folder: Path, name: str) -> None:
        save(folder, f"suggest.{name}.scores", self.scores)
        save(folder, f"suggest.{name}.examples", self.examples)

    @classmethod
    def load(cls, folder: Path, name: str, rows: int, documents: int) -> Weighed:
        scores = load(folder, f"suggest.{name}.scores", np.float32)
        examples = load(folder, f"suggest.{name}.examples", np.int32)
        is_right = len(scores) == len(examples) == rows and _are_within(examples, documents, -1)
        check(folder, is_right, f"scores of {name} make no sense")
        return cls(scores, examples)


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """The values of a column by what they begin with, and by what each later word begins with.

    keys     folded and sorted; key k is a beginning of value `codes[k]`
    counts   int64 [values], in how many live articles each is
    """

    keys: Terms
    codes: Int32
    counts: Int64

    def save(self, folder: Path, kind: Kind) -> None:
        self.keys.save(folder, f"suggest.names.{kind}.keys")
        save(folder, f"suggest.names.{kind}.codes", self.codes)
        save(folder, f"suggest.names.{kind}.counts", self.counts)

    @classmethod
    def load(cls, folder: Path, kind: Kind, values: int) -> Names:
        codes = load(folder, f"suggest.names.{kind}.codes", np.int32)
        counts = load(folder, f"suggest.names.{kind}.counts", np.int64)
        is_right = len(counts) == values and _are_within(codes, values)
        check(folder, is_right, f"the names of {kind}s make no sense")
        return cls(Terms.load(folder, f"suggest.names.{kind}.keys", len(codes)), codes, counts)


@dataclass(frozen=True, slots=True, eq=False)
class SuggestTables:
    """All tables of a generation, as of the clock of its manifest.

    phrases   int32 [3, phrases] in the order of their words, the third -1 for a phrase of two
    """

    titles: Titles
    words: Weighed
    phrases: Int32
    phrases_weighed: Weighed
    names: Mapping[Kind, Names]

    @classmethod
    def load(cls, generation: Generation) -> SuggestTables:
        """Raises OSError or ValueError for files that are missing, damaged or make no sense."""
        folder, words, documents = generation.folder, len(generation.impacts.words), len(generation)
        phrases = load(folder, "suggest.phrases", np.int32, ndim=2)
        is_right = len(phrases) == 3 and _are_within(phrases[:2].ravel(), words)
        check(folder, is_right and _are_within(phrases[2], words, -1), "phrases of no words")
        return cls(
            Titles.load(folder, words, documents),
            Weighed.load(folder, "words", words, documents),
            phrases,
            Weighed.load(folder, "phrases", phrases.shape[1], documents),
            {
                kind: Names.load(folder, kind, len(generation.columns.values[kind].labels))
                for kind in NAMES
            },
        )


def _are_within(numbers: Int32, end: int, least: int = 0) -> bool:
    return not len(numbers) or bool(numbers.min() >= least and numbers.max() < end)
