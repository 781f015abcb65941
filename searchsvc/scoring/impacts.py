"""What each word adds to the score of each article: computed when a generation is published.

The impact of a term in a document is the sum over the text fields of boost x BM25. A query then
only adds numbers (Anh and Moffat, "Pruned query evaluation using pre-computed impacts", SIGIR
2006), and the fields of a word are one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Terms
from searchsvc.scoring import kernels
from searchsvc.scoring.arrays import open_array, save_array
from searchsvc.vocabulary import TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Impacts:
    """The merged lists of a generation.

    Stem t has the postings `stem_starts[t]:stem_starts[t + 1]` of `docs` and `impacts`, word w as
    typed has `word_extents[w, 0]:word_extents[w, 1]`. A word that is the one form of its stem has
    the very same list: its BM25 is the stem's, since frequencies, lengths and idf are. Words'
    impacts are not yet multiplied by boost_exact.

    boosts        float64 [fields], as the impacts were built with, in the order of TEXT_FIELDS
    stem_starts   int64 [stems + 1]
    word_extents  int64 [words, 2]
    docs          int32 [postings], global and ascending within a list
    impacts       float32 [postings], above 0
    """

    boosts: NDArray[np.float64]
    stems: Terms
    stem_starts: NDArray[np.int64]
    words: Terms
    word_extents: NDArray[np.int64]
    docs: NDArray[np.int32]
    impacts: NDArray[np.float32]

    def are_boosted_by(self, boosts: Mapping[str, float]) -> bool:
        """Whether these field boosts are those the impacts were built with."""
        return tuple(boosts.get(name) for name in TEXT_FIELDS) == tuple(self.boosts.tolist())

    def find(self, pairs: Sequence[str]) -> NDArray[np.int64]:
        """Where stems and words as typed lie, given by turns; [pairs / 2, 4].

        Start and stop of the stem's list, then of the word's; empty for what is not there.
        """
        extents: NDArray[np.int64] = kernels.find_words(
            "\0".join(pairs).encode("utf-8", "surrogatepass"),
            len(pairs) // 2,
            self.stems.blob,
            self.stems.offsets,
            self.stem_starts,
            self.words.blob,
            self.words.offsets,
            self.word_extents,
        )
        return extents

    def save(self, folder: Path) -> None:
        """Writes `impacts.*.npy`."""
        save_array(folder, "boosts", self.boosts)
        save_array(folder, "stems.bytes", self.stems.blob)
        save_array(folder, "stems.offsets", self.stems.offsets)
        save_array(folder, "stems.starts", self.stem_starts)
        save_array(folder, "words.bytes", self.words.blob)
        save_array(folder, "words.offsets", self.words.offsets)
        save_array(folder, "words.extents", self.word_extents)
        save_array(folder, "docs", self.docs)
        save_array(folder, "impacts", self.impacts)

    @classmethod
    def open(cls, folder: Path) -> Impacts:
        """Maps what `save` wrote. Raises OSError or ValueError for what is missing or damaged."""
        opened = cls(
            boosts=open_array(folder, "boosts", np.float64),
            stems=_open_terms(folder, "stems"),
            stem_starts=open_array(folder, "stems.starts", np.int64),
            words=_open_terms(folder, "words"),
            word_extents=open_array(folder, "words.extents", np.int64, dimensions=2),
            docs=open_array(folder, "docs", np.int32),
            impacts=open_array(folder, "impacts", np.float32),
        )
        if (
            len(opened.stem_starts) != len(opened.stems) + 1
            or opened.word_extents.shape != (len(opened.words), 2)
            or len(opened.docs) != len(opened.impacts)
            or max(opened.stem_starts[-1], opened.word_extents.max(initial=0)) > len(opened.docs)
        ):
            raise ValueError(f"the impacts in {folder} differ in length")
        return opened


def _open_terms(folder: Path, name: str) -> Terms:
    return Terms(
        open_array(folder, f"{name}.bytes", np.uint8),
        open_array(folder, f"{name}.offsets", np.int64),
    )
