"""An index opened for scoring: what every part of the evaluator reads, and none changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import KeyTerms, PackedTerms, Postings
from searchsvc.scoring import kernels
from searchsvc.scoring.impacts import Impacts
from searchsvc.scoring.segments import ExactFields, Segment, open_segments
from searchsvc.scoring.statistics import LIVE, Statistics, field_number
from searchsvc.search import ranking

CHOICES_KEPT = 64


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """Shared by all threads. `reader` is Whoosh's, of all segments.

    `exact` has what phrases are found by, of each segment: its base, its fields, and its states, of
    no documents if all are live; None if one has other arrays than kernels know.

    `chosen` keeps which terms the queries that look at each of them chose.
    """

    reader: Any
    segments: tuple[Segment, ...]
    statistics: Statistics
    impacts: Impacts
    exact: tuple[tuple[int, ExactFields, NDArray[np.uint8]], ...] | None
    _are_live: tuple[bool, ...]
    chosen: dict[Any, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, reader: Any, statistics: Statistics, impacts: Impacts) -> OpenIndex:
        segments = open_segments(reader)
        documents = sum(segment.documents for segment in segments)
        if documents != len(statistics):
            raise ValueError(
                f"statistics of {len(statistics)} documents, the index has {documents}"
            )
        live = statistics.states == LIVE
        are_live = [bool(live[s.base : s.base + s.documents].all()) for s in segments]
        exact = []
        for segment, all_live in zip(segments, are_live, strict=True):
            if segment.exact:
                last = segment.base + (0 if all_live else segment.documents)
                exact.append((segment.base, segment.exact, statistics.states[segment.base : last]))
        are_known = len(exact) == len(segments)
        return cls(
            *(reader, segments, statistics, impacts),
            tuple(exact) if are_known else None,
            tuple(are_live),
        )

    @classmethod
    def open(cls, reader: Any, folder: Path) -> OpenIndex:
        """With the impacts saved in a folder. Raises OSError or ValueError if they are damaged."""
        statistics = Statistics.open(folder)
        return cls.of(reader, statistics, Impacts.open(folder, len(statistics)))

    def __len__(self) -> int:
        return len(self.statistics)

    def keep_chosen(self, query: Any, terms: Any) -> None:
        if len(self.chosen) >= CHOICES_KEPT:
            self.chosen.clear()
        self.chosen[query] = terms

    def fields(self, name: str) -> Iterator[tuple[Segment, Postings]]:
        """The segments that have a field, with its postings."""
        for segment in self.segments:
            postings = segment.fields.get(name)
            if postings is not None:
                yield segment, postings

    def term(self, name: str, text: object) -> bytes | None:
        """A term of a field as its bytes; None where the field can hold no such term."""
        field = self.reader.schema[name] if name in self.reader.schema else None
        if field is None:
            return None
        try:
            term: bytes = field.to_bytes(text)
        except (ValueError, TypeError):
            return None
        return term

    def states(self, segment: Segment) -> NDArray[np.uint8]:
        return self.statistics.states[segment.base : segment.base + segment.documents]

    def lengths(self, segment: Segment, field: int) -> NDArray[np.uint8]:
        """The length bytes of a text field in a segment's documents."""
        return self.statistics.lengths[field, segment.base : segment.base + segment.documents]

    def norms(self, field: int) -> NDArray[np.float64]:
        norms: NDArray[np.float64] = self.statistics.norms[field]
        return norms

    def factor(self, frequency: int) -> float:
        """idf x (K1 + 1) of a term that so many live articles hold."""
        idf = ranking.inverse_document_frequency(self.statistics.documents, frequency)
        return idf * (ranking.K1 + 1.0)

    def live_frequency(self, segment: Segment, postings: Postings, start: int, stop: int) -> int:
        """How many of the postings start:stop are of live articles."""
        if start == stop or self._are_live[self.segments.index(segment)]:
            return stop - start
        count: int = kernels.count_live(postings.doc_ids[start:stop], self.states(segment))
        return count

    def is_scored(self, name: str) -> bool:
        """Whether a term of the field scores by BM25."""
        return field_number(name) >= 0


def place_of(terms: KeyTerms, term: bytes) -> int:
    """The index of the first term not below a given one: `Terms.lower_bound`, faster."""
    if isinstance(terms, PackedTerms):
        after = kernels.first_not_below(terms.heads.blob, terms.heads.offsets, term + b"\0")
        return terms.lower_bound_in(after - 1, term)
    place: int = kernels.first_not_below(terms.blob, terms.offsets, term)
    return place


def find_term(terms: KeyTerms, term: bytes) -> int:
    """The index of a term, -1 if there is no such term: `Terms.find`, faster."""
    if isinstance(terms, PackedTerms):
        after = kernels.first_not_below(terms.heads.blob, terms.heads.offsets, term + b"\0")
        return terms.find_in(after - 1, term)
    place: int = kernels.first_not_below(terms.blob, terms.offsets, term)
    return place if place < len(terms) and terms[place] == term else -1


def prefixed(terms: KeyTerms, prefix: bytes) -> tuple[int, int]:
    """`Terms.prefix_range`, faster: where the terms that begin so start and stop."""
    stem = prefix.rstrip(b"\xff")
    if not stem:
        return place_of(terms, prefix), len(terms)
    # The first string above all that begin so: the last byte one higher.
    return place_of(terms, prefix), place_of(terms, stem[:-1] + bytes([stem[-1] + 1]))
