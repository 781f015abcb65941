"""What suggestions are made of: a generation's files `suggest.*.npy`.

A word is known by its number among `impacts.words`, so that what begins alike is one range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from searchsvc.columnar import Terms
from searchsvc.columnar.mapping import open_as, save_narrow
from searchsvc.suggest.request import Kind

NAMES: tuple[Kind, ...] = ("topic", "provider")
"""The columns whose values are suggested."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What depends on who is live.

    scores    float32 [words], 0 for words that no live article has
    examples  int32 [words], a live article with the word, the hottest with it in its title; else -1
    counts    for each of NAMES int64 [values], in how many live articles
    """

    scores: NDArray[np.float32]
    examples: NDArray[np.int32]
    counts: Mapping[Kind, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sequences of two or three words that titles share, in the order of their words.

    words     int32 [3, phrases], the third -1 for a phrase of two
    scores    float32 [phrases], above 0
    examples  int32 [phrases], the hottest article with it
    """

    words: NDArray[np.int32]
    scores: NDArray[np.float32]
    examples: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Names:
    """The values of a column by what they begin with, and by what each later word begins with.

    Key k, folded, is a start of value `codes[k]`; keys are sorted.
    """

    keys: Terms
    codes: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SuggestTables:
    """All tables of a generation, as of the clock of its manifest.

    title_words  int32, the word of each term of the titles, segment after segment
    """

    weighed: Weighed
    phrases: Phrases
    names: Mapping[Kind, Names]
    title_words: NDArray[np.int32]

    def save(self, folder: Path) -> None:
        arrays: dict[str, NDArray[Any]] = {
            "scores": self.weighed.scores,
            "examples": self.weighed.examples,
            "phrases": self.phrases.words,
            "phrases.scores": self.phrases.scores,
            "phrases.examples": self.phrases.examples,
            "title_words": self.title_words,
        }
        for kind, names in self.names.items():
            arrays |= {
                f"{kind}.counts": self.weighed.counts[kind],
                f"{kind}.keys.bytes": names.keys.blob,
                f"{kind}.keys.offsets": names.keys.offsets,
                f"{kind}.codes": names.codes,
            }
        for name, array in arrays.items():
            save_narrow(_path(folder, name), array)

    @classmethod
    def open(cls, folder: Path, words: int) -> SuggestTables:
        """Maps what `save` wrote for so many words.

        Raises OSError or ValueError for what is missing or damaged.
        """

        def read(name: str, dtype: DTypeLike, dimensions: int = 1) -> NDArray[Any]:
            return open_as(_path(folder, name), dtype, dimensions)

        tables = cls(
            weighed=Weighed(
                read("scores", np.float32),
                read("examples", np.int32),
                {name: read(f"{name}.counts", np.int64) for name in NAMES},
            ),
            phrases=Phrases(
                read("phrases", np.int32, 2),
                read("phrases.scores", np.float32),
                read("phrases.examples", np.int32),
            ),
            names={
                name: Names(
                    Terms(
                        read(f"{name}.keys.bytes", np.uint8),
                        read(f"{name}.keys.offsets", np.int64),
                    ),
                    read(f"{name}.codes", np.int32),
                )
                for name in NAMES
            },
            title_words=read("title_words", np.int32),
        )
        phrases = len(tables.phrases.scores)
        if (
            len(tables.weighed.scores) != words
            or len(tables.weighed.examples) != words
            or tables.phrases.words.shape != (3, phrases)
            or len(tables.phrases.examples) != phrases
            or any(len(names.keys) != len(names.codes) for names in tables.names.values())
        ):
            raise ValueError(f"the suggestions in {folder} differ in length")
        return tables


def _path(folder: Path, name: str) -> Path:
    return folder / f"suggest.{name}.npy"
