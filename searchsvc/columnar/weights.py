"""The weights of postings: how often, or how heavily, a term occurs in a document."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
