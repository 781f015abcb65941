"""What BM25 has to know besides postings: who is live, and how long fields are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.columnar import document_arrays, numbers
from searchsvc.columnar.lengths import BYTE_LENGTHS, length_bytes
from searchsvc.index.schema import EXACT, LENGTH
from searchsvc.scoring.arrays import open_array, save_array
from searchsvc.scoring.segments import Segment
from searchsvc.search.ranking import K1, B

DELETED, HELD, LIVE = 0, 1, 2
"""The states of a document: held ones can be found once their time comes, but don't count."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of live articles only; fields in the order of TEXT_FIELDS.

    states   uint8 [documents]: DELETED, HELD or LIVE
    lengths  uint8 [fields, documents]: Whoosh's length bytes
    totals   int64 [fields]: terms in the field in all live articles, exactly
    """

    states: NDArray[np.uint8]
    lengths: NDArray[np.uint8]
    totals: NDArray[np.int64]
    live: int = field(init=False)
    norms: NDArray[np.float64] = field(init=False)
    are_all_present: bool = field(init=False)

    def __post_init__(self) -> None:
        live = int(np.count_nonzero(self.states == LIVE))
        object.__setattr__(self, "live", live)
        object.__setattr__(self, "norms", _norms(self.totals, live))
        object.__setattr__(self, "are_all_present", bool(self.states.all()))

    def __len__(self) -> int:
        return len(self.states)

    @property
    def documents(self) -> int:
        """The number that BM25 counts with: of live articles, but at least one."""
        return max(self.live, 1)

    @classmethod
    def of(
        cls,
        segments: Sequence[Segment],
        live: NDArray[np.bool_],
        lengths: NDArray[np.integer],
    ) -> Statistics:
        """From the exact lengths, [fields, documents], and who is live, [documents]."""
        states = np.where(live, LIVE, HELD).astype(np.uint8)
        for segment in segments:
            states[segment.base + segment.deleted] = DELETED
        totals = (lengths * (states == LIVE)).sum(axis=1, dtype=np.int64)
        return cls(states, length_bytes(lengths), totals)

    @classmethod
    def at(cls, segments: Sequence[Segment], now: float) -> Statistics:
        """Of the articles that are live at a time (epoch seconds)."""
        documents = [document_arrays(segment.leaf) for segment in segments]

        def joined(name: str, dtype: type[np.generic]) -> NDArray[Any]:
            return np.concatenate(
                [np.zeros(0, dtype), *(numbers(d.columns[name]) for d in documents)]
            )

        dates = joined("published_seconds", np.int64)  # NO_DATE is before all
        lengths = np.stack([joined(LENGTH[field], np.int32) for field in TEXT_FIELDS])
        return cls.of(segments, dates <= now, lengths)

    def save(self, folder: Path) -> None:
        save_array(folder, "states", self.states)
        save_array(folder, "lengths", self.lengths)
        save_array(folder, "totals", self.totals)

    @classmethod
    def open(cls, folder: Path) -> Statistics:
        return cls(
            open_array(folder, "states", np.uint8),
            open_array(folder, "lengths", np.uint8, dimensions=2),
            open_array(folder, "totals", np.int64),
        )


def _norms(totals: NDArray[np.int64], live: int) -> NDArray[np.float64]:
    """K1 x (1 - B + B x length / mean length) by field and length byte; [fields, 256]."""
    means = totals / max(live, 1)
    means[means == 0] = 1.0
    norms: NDArray[np.float64] = K1 * ((1.0 - B) + B * BYTE_LENGTHS / means[:, np.newaxis])
    return norms


_FIELD_NUMBERS = {
    name: number for number, field in enumerate(TEXT_FIELDS) for name in (field, EXACT[field])
}


def field_number(name: str) -> int:
    """The row of a text field, or of its exact twin, in lengths and norms; -1 for others."""
    return _FIELD_NUMBERS.get(name, -1)
