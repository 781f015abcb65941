"""The words of one text field in reading order, document after document."""

from __future__ import annotations

from array import array
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import BREAK
from searchsvc.batch.inversion import frequency_postings, position_postings
from searchsvc.batch.wordtable import WordArrays, WordTable
from searchsvc.columnar import FieldPostings

Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every term of a field where it occurs, in reading order; [occurrences] each.

    `terms` are ranks of exact terms, `lengths` [documents] counts them exactly.
    """

    terms: Int32
    docs: Int32
    positions: Int32
    lengths: Int32

    def exact_postings(self, words: WordArrays) -> FieldPostings:
        return position_postings(words.exact, self.terms, self.docs, self.positions)

    def stem_postings(self, words: WordArrays) -> FieldPostings:
        return frequency_postings(words.stems, words.stem_of[self.terms], self.docs)


class WordStream:
    """Collects the entries of a field's texts."""

    def __init__(self, table: WordTable) -> None:
        self._look_up = table.__getitem__
        self._entries = array("i")
        self._ends = array("i")

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, text: str) -> list[int]:
        """The next document's text; returns its entries."""
        if BREAK in text:
            # A break is white space itself: set apart, it is a chunk of its own.
            first, *others = text.split(BREAK)
            chunks = first.split()
            for line in others:
                chunks.append(BREAK)
                chunks += line.split()
        else:
            chunks = text.split()
        entries = list(map(self._look_up, chunks))
        self._entries.extend(entries)
        self._ends.append(len(self._entries))
        return entries

    def occurrences(self, words: WordArrays) -> Occurrences:
        entries = np.frombuffer(self._entries, np.int32)
        ends = np.frombuffer(self._ends, np.int32)
        counts = np.diff(words.starts)[entries]
        # Positions count from the start of each text: what stands before it is taken off.
        places = np.zeros(len(entries) + 1, np.int64)
        np.cumsum(words.advances[entries], out=places[1:])
        begins = np.concatenate((np.zeros(1, np.int32), ends[:-1]))
        sizes = ends - begins
        places = places[:-1] - np.repeat(places[begins], sizes)
        docs = np.repeat(np.arange(len(ends), dtype=np.int32), sizes)
        # From one item an entry to one item a term, of which an entry may have none or several.
        first = np.cumsum(counts) - counts
        source = np.repeat(words.starts[entries] - first, counts)
        source += np.arange(len(source), dtype=source.dtype)
        positions = np.repeat(places.astype(np.int32), counts) + words.offsets[source]
        docs = np.repeat(docs, counts)
        lengths = np.bincount(docs, minlength=len(ends)).astype(np.int32)
        return Occurrences(words.terms[source], docs, positions, lengths)
