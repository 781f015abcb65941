"""What each word adds to the score of each article: computed when a generation is published.

The impact of a term in a document is the sum over the text fields of boost x BM25. A query then
only adds numbers (Anh and Moffat, "Pruned query evaluation using pre-computed impacts", SIGIR
2006), and the fields of a word are one list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.columnar import Terms
from searchsvc.columnar.ragged import offsets_of
from searchsvc.scoring import kernels
from searchsvc.scoring.arrays import open_array, save_array
from searchsvc.scoring.shards import SHARD, shards_of


@dataclass(frozen=True, slots=True)
class Impacts:
    """The merged lists of a generation, first of the stems, then of words as typed.

    Stem t has list t, word w as typed has list `lists[w]`. A word that is the one form of its stem
    has the very same list: its BM25 is the stem's, since frequencies, lengths and idf are. Words'
    impacts are not yet multiplied by boost_exact.

    Of the documents of shard s, list l has `bounds[l * shards + s]:bounds[l * shards + s + 1]` of
    `docs` and `impacts`.

    boosts   float64 [fields], as the impacts were built with, in the order of TEXT_FIELDS
    lists    int32 [words]
    bounds   uint32 [lists * shards + 1]
    docs     uint16 [postings], numbered from the shard's first, ascending within a list and shard
    impacts  float32 [postings], above 0
    """

    boosts: NDArray[np.float64]
    stems: Terms
    words: Terms
    lists: NDArray[np.int32]
    bounds: NDArray[np.uint32]
    docs: NDArray[np.uint16]
    impacts: NDArray[np.float32]
    shards: int
    _by_field: dict[str, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_field = dict(zip(TEXT_FIELDS, self.boosts.tolist(), strict=True))
        object.__setattr__(self, "_by_field", by_field)

    def are_boosted_by(self, boosts: Mapping[str, float]) -> bool:
        """Whether these field boosts are those the impacts were built with."""
        return boosts == self._by_field

    def find(self, pairs: Sequence[str]) -> NDArray[np.int64]:
        """Where stems and words as typed lie, given by turns; [shards, pairs / 2, 4].

        Start and stop of the stem's list, then of the word's; empty for what is not there.
        """
        extents: NDArray[np.int64] = kernels.find_words(
            "\0".join(pairs).encode("utf-8", "surrogatepass"),
            len(pairs) // 2,
            self.stems.blob,
            self.stems.offsets,
            self.words.blob,
            self.words.offsets,
            self.lists,
            self.bounds,
            self.shards,
        )
        return extents

    def extents_of_words(self, shard: int) -> NDArray[np.int64]:
        """Where each word's list lies in a shard; [words, 2]."""
        firsts = self.lists.astype(np.int64) * self.shards + shard
        return np.stack([self.bounds[firsts], self.bounds[firsts + 1]], axis=1).astype(np.int64)

    def frequencies(self, words: Any) -> NDArray[np.int64]:
        """How many documents hold each of some words: `words` indexes them all."""
        firsts = self.lists[words].astype(np.int64) * self.shards
        frequencies: NDArray[np.int64] = (
            self.bounds[firsts + self.shards].astype(np.int64) - self.bounds[firsts]
        )
        return frequencies

    def documents(self, extents: Sequence[tuple[int, int]], floor: int = 0) -> NDArray[np.int32]:
        """The documents, from one on, of a list that lies so in each shard."""
        parts = []
        for shard, (start, stop) in enumerate(extents):
            docs = self.docs[start:stop]
            within = floor - shard * SHARD
            if within >= SHARD:
                continue
            if within > 0:
                docs = docs[docs.searchsorted(np.uint16(within)) :]
            parts.append(docs + np.int32(shard * SHARD))
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def save(self, folder: Path) -> None:
        """Writes `impacts.*.npy`."""
        save_array(folder, "boosts", self.boosts)
        save_array(folder, "stems.bytes", self.stems.blob)
        save_array(folder, "stems.lengths", np.diff(self.stems.offsets))
        save_array(folder, "words.bytes", self.words.blob)
        save_array(folder, "words.lengths", np.diff(self.words.offsets))
        save_array(folder, "lists", self.lists)
        save_array(folder, "bounds", self.bounds)
        save_array(folder, "docs", self.docs)
        save_array(folder, "impacts", self.impacts)

    @classmethod
    def open(cls, folder: Path, documents: int) -> Impacts:
        """Maps what `save` wrote for so many documents.

        Raises OSError or ValueError for what is missing or damaged.
        """
        opened = cls(
            boosts=open_array(folder, "boosts", np.float64),
            stems=_open_terms(folder, "stems"),
            words=_open_terms(folder, "words"),
            lists=open_array(folder, "lists", np.int32),
            bounds=open_array(folder, "bounds", np.uint32),
            docs=open_array(folder, "docs", np.uint16),
            impacts=open_array(folder, "impacts", np.float32),
            shards=shards_of(documents),
        )
        lists, rest = divmod(len(opened.bounds) - 1, opened.shards)
        if (
            rest
            or len(opened.lists) != len(opened.words)
            or lists < max(len(opened.stems), int(opened.lists.max(initial=-1)) + 1)
            or not len(opened.docs) == len(opened.impacts) == opened.bounds[-1]
        ):
            raise ValueError(f"the impacts in {folder} differ in length")
        return opened


def _open_terms(folder: Path, name: str) -> Terms:
    blob = open_array(folder, f"{name}.bytes", np.uint8)
    offsets = offsets_of(open_array(folder, f"{name}.lengths", np.int64)).astype(np.int64)
    if offsets[-1] != len(blob):
        raise ValueError(f"the {name} in {folder} differ in length")
    return Terms(blob, offsets)
