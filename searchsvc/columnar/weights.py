"""The weights of postings: how often, or how heavily, a term occurs in a document."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter

FEW = 4
"""Where less than one in so many weights is not 1, only those others are kept."""
FREQUENCY_TYPES = (np.uint8, np.uint16, np.uint32)
STRIDE = 64
"""Postings between two for which it is known what stands before them."""
_BITS_SET = np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).sum(
    axis=1, dtype=np.uint8
)


@dataclass(frozen=True, slots=True, eq=False)
class MostlyOnes:
    """Reads as an array of weights, but only what is asked for is made.

    others      the weights that are not 1: uint8, uint16 or uint32
    are_others  uint8, a bit for each weight, the highest of a byte first
    ranks       uint32, how many of the others stand before every STRIDE-th weight
    """

    others: NDArray[Any]
    are_others: NDArray[np.uint8]
    ranks: NDArray[np.uint32]
    count: int

    @classmethod
    def of(cls, others: NDArray[Any], are_others: NDArray[np.uint8], count: int) -> "MostlyOnes":
        """Raises ValueError if the bits do not place all of the others."""
        if len(are_others) != -(-count // 8):
            raise ValueError(f"{len(are_others)} bytes for a bit of each of {count} weights")
        firsts = np.arange(0, len(are_others), STRIDE // 8)
        sums = np.add.reduceat(_BITS_SET[are_others], firsts, dtype=np.uint32) if count else firsts
        ranks = np.concatenate(([0], np.cumsum(sums))).astype(np.uint32)
        unused = int(are_others[-1]) & 0xFF >> (count - 1) % 8 + 1 if count else 0
        if unused or ranks[-1] != len(others):
            raise ValueError(f"does not place {len(others)} weights")
        return cls(others, are_others, ranks[:-1], count)

    @property
    def dtype(self) -> np.dtype[Any]:
        dtype: np.dtype[Any] = self.others.dtype
        return dtype

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int | slice) -> Any:
        """One weight, or an array of neighbours."""
        if not isinstance(index, slice):
            index = range(self.count)[index]
            return self._between(index, index + 1)[0]
        start, stop, step = index.indices(self.count)
        return self._between(start, stop) if step == 1 else np.asarray(self)[index]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self._between(0, self.count).astype(dtype or self.dtype, copy=False)

    def _between(self, start: int, stop: int) -> NDArray[Any]:
        known = start - start % STRIDE
        weights = np.ones(max(stop - known, 0), self.dtype)
        if start < stop:
            bits = np.unpackbits(self.are_others[known // 8 : -(-stop // 8)], count=len(weights))
            are_others, rank = bits.view(np.bool_), int(self.ranks[known // STRIDE])
            weights[are_others] = self.others[rank : rank + np.count_nonzero(are_others)]
        return weights[start - known :]


Weights = NDArray[Any] | MostlyOnes


def ones(count: int) -> NDArray[np.uint8]:
    """So many weights of 1, in the memory of one."""
    return np.broadcast_to(np.uint8(1), count)


def narrow_weights(weights: NDArray[Any]) -> NDArray[Any]:
    """Whole weights as the smallest unsigned integers that hold them, all others as float32."""
    largest = weights.max(initial=0)
    whole = weights.min(initial=0) >= 0 and largest <= np.iinfo(np.uint32).max
    is_integer = np.issubdtype(weights.dtype, np.integer)
    if whole and (is_integer or np.array_equal(weights, np.floor(weights))):
        return weights.astype(np.min_scalar_type(int(largest)))
    return weights.astype(np.float32)


def write_weights(writer: ArrayWriter, part: str, weights: NDArray[Any]) -> None:
    """Writes `<part>.weights`, or which are not 1 (a bit each) and these."""
    others = weights != 1
    if weights.dtype not in FREQUENCY_TYPES or FEW * np.count_nonzero(others) > len(weights):
        writer.write(f"{part}.weights", weights)
        return
    writer.write(f"{part}.weights.others", weights[others])
    writer.write(f"{part}.weights.are_others", np.packbits(others))


def open_weights(reader: ArrayReader, part: str, count: int) -> Weights:
    """The weights of so many postings; all 1 if none were written."""
    if reader.has(f"{part}.weights"):
        return reader.read(f"{part}.weights", *FREQUENCY_TYPES, np.float32)
    if not reader.has(f"{part}.weights.others"):
        return ones(count)
    others = reader.read(f"{part}.weights.others", *FREQUENCY_TYPES)
    bits = reader.read(f"{part}.weights.are_others", np.uint8)
    try:
        return MostlyOnes.of(others, bits, count)
    except ValueError as error:
        raise reader.damaged(f"{part}.weights.are_others", error) from error
