"""The words of one text field in reading order, document after document."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from searchsvc.batch.inversion import (
    Stems,
    expanded,
    membership_postings,
    text_postings,
    value_postings,
)
from searchsvc.batch.wordtable import WordArrays
from searchsvc.columnar import ByteStrings, FieldPostings
from searchsvc.scoring import kernels

Int32 = NDArray[np.int32]


class WordStream:
    """Collects the entries of a field's texts."""

    def __init__(self) -> None:
        self._entries = array("i")
        self._counts = array("i")

    def __len__(self) -> int:
        return len(self._entries)

    def extend(self, entries: Int32, counts: Int32) -> None:
        """The entries of the next documents, and how many each has."""
        self._entries.frombytes(entries.view(np.uint8).data)
        self._counts.frombytes(counts.view(np.uint8).data)

    @property
    def entries(self) -> Int32:
        """Those of all texts, [entries]."""
        return np.frombuffer(self._entries, np.int32)

    @property
    def counts(self) -> Int32:
        """How many each document has, [documents]."""
        return np.frombuffer(self._counts, np.int32)

    def postings(self, words: WordArrays) -> tuple[FieldPostings, Stems, Int32]:
        """Those of the words as typed, their stems, and the exact lengths, [documents]."""
        return text_postings(words, self.entries, self.counts)

    def whole(self, words: WordArrays) -> FieldPostings | None:
        """The postings of whole texts, each as one term; None if all are empty."""
        keys = words.title_keys
        joined = kernels.join_chunks(
            self.entries, self.counts, keys.blob, keys.offsets.astype(np.int64)
        )
        return value_postings(ByteStrings(*joined))


def compound_postings(words: WordArrays, streams: Iterable[WordStream]) -> FieldPostings | None:
    """The field of the compounds in several fields' texts; None if there are none."""
    sizes = np.diff(words.compound_starts)
    entries, docs = [], []
    for stream in streams:
        having = np.flatnonzero(sizes[stream.entries])
        entries.append(stream.entries[having])
        ends = np.cumsum(stream.counts)
        docs.append(np.searchsorted(ends, having, side="right").astype(np.int32))
    ranks, owners = expanded(
        words.compound_starts, words.compounds, np.concatenate(entries), np.concatenate(docs)
    )
    return membership_postings(words.compound_keys, ranks, owners) if len(ranks) else None
