"""The distinct chunks of the texts, numbered as they come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from secrets import randbits
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import BREAK
from searchsvc.columnar import ByteStrings
from searchsvc.scoring import kernels

Int32 = NDArray[np.int32]


class ChunkTable:
    """Tells chunks of text (what stands between white space) apart by their bytes.

    A chunk is without ASCII's case, and without signs around it that are part of no word:
    "supercomputer," and "Supercomputer's" are one. So most of a text is done with before Python
    looks at any of it. Number 0 is `analysis.BREAK`.
    """

    def __init__(self) -> None:
        self._known = 1
        self._slots = np.zeros(0, np.int32)
        self._hashes = np.zeros(1, np.uint64)
        self._starts = np.array([0, 1], np.int64)
        self._blob = np.array([ord(BREAK)], np.uint8)
        self._seed = np.uint64(randbits(64))  # nobody can write texts that collide

    def __len__(self) -> int:
        return self._known

    def number(self, texts: Sequence[str]) -> tuple[Int32, Int32]:
        """The numbers of the texts' chunks, and how many each text has."""
        encoded = ByteStrings.of(text.encode("utf-8", "surrogatepass") for text in texts)
        size, known = len(encoded.blob), self._known
        self._hashes = _with_room(self._hashes, known + size // 2 + 1)
        self._starts = _with_room(self._starts, known + size // 2 + 2)
        self._blob = _with_room(self._blob, int(self._starts[known]) + size)
        numbers, counts, self._slots, self._known = kernels.number_chunks(
            encoded.blob,
            encoded.offsets.astype(np.int64),
            self._slots,
            self._hashes,
            self._starts,
            self._blob,
            known,
            self._seed,
        )
        return numbers, counts

    def since(self, first: int) -> Iterator[str]:
        """The chunks of the numbers from `first` on."""
        bounds = self._starts[first : self._known + 1].tolist()
        data = self._blob[: bounds[-1]].tobytes()
        for start, stop in zip(bounds, bounds[1:], strict=False):
            yield data[start:stop].decode("utf-8", "surrogatepass")


def _with_room(array: NDArray[Any], needed: int) -> NDArray[Any]:
    """The array, or a copy that is longer."""
    if needed <= len(array):
        return array
    longer = np.empty(2 * needed, array.dtype)
    longer[: len(array)] = array
    return longer
