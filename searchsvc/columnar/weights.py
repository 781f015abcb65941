"""The weights of postings: how often, or how heavily, a term occurs in a document."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter

FEW = 4
"""Where less than one in so many weights is not 1, only those others are kept."""
FREQUENCY_TYPES = (np.uint8, np.uint16, np.uint32)


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


def open_weights(reader: ArrayReader, part: str, count: int) -> NDArray[Any]:
    """The weights of so many postings; all 1 if none were written."""
    if reader.has(f"{part}.weights"):
        return reader.read(f"{part}.weights", *FREQUENCY_TYPES, np.float32)
    if not reader.has(f"{part}.weights.others"):
        return ones(count)
    others = reader.read(f"{part}.weights.others", *FREQUENCY_TYPES)
    bits = reader.read(f"{part}.weights.are_others", np.uint8)
    are_others = np.unpackbits(bits, count=count).view(np.bool_)
    if len(bits) != -(-count // 8) or np.count_nonzero(are_others) != len(others):
        raise reader.damaged(f"{part}.weights.are_others", f"does not place {len(others)} weights")
    weights = np.ones(count, others.dtype)
    weights[are_others] = others
    weights.flags.writeable = False
    return weights
