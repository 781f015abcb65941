"""Topics and providers whose name, or a later word of it, begins as typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.scoring import kernels
from searchsvc.scoring.openindex import prefixed
from searchsvc.suggest.tables import Names


@dataclass(frozen=True, slots=True)
class NameFinder:
    """The values of one column; `counts` by value, in how many live articles."""

    labels: Sequence[str]
    names: Names
    counts: NDArray[np.int64]
    _by_key: NDArray[np.float32]
    _by_label: NDArray[np.float32]

    @classmethod
    def of(cls, labels: Sequence[str], names: Names, counts: NDArray[np.int64]) -> NameFinder:
        by_label = counts.astype(np.float32)
        return cls(labels, names, counts, by_label[names.codes], by_label)

    def find(self, typed: str, count: int) -> list[str]:
        """The names, those of most articles first."""
        first, last = prefixed(self.names.keys, typed.strip().encode("utf-8", "replace"))
        keys = kernels.best_of_range(self._by_key, first, last, 2 * count)
        codes = dict.fromkeys(self.names.codes[keys].tolist())
        return [self.labels[code] for code in codes][:count]

    def commonest(self, count: int) -> list[str]:
        codes = kernels.best_of_range(self._by_label, 0, len(self._by_label), count)
        return [self.labels[code] for code in codes.tolist()]
