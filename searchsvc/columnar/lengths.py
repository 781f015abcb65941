"""How long a field is in each document, in tokens."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import byte_to_length

#: The length that each byte stands for: Whoosh's 256 steps, rising from 0 to 106,374.
BYTE_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.int64)


def length_bytes(lengths: NDArray[Any]) -> NDArray[np.uint8]:
    """Exact lengths as Whoosh's bytes (`length_to_byte`, for a whole array)."""
    steps = np.searchsorted(BYTE_LENGTHS, lengths, side="left")
    return np.minimum(steps, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class FieldLengths:
    """The lengths of one field.

    `quantised` is Whoosh's length byte of each document, 0 where the document lacks the field.
    `total`, `shortest` and `longest` are exact, over the documents that have it.
    """

    quantised: NDArray[np.uint8]
    total: int
    shortest: int
    longest: int

    @classmethod
    def of(cls, lengths: NDArray[Any]) -> "FieldLengths":
        """From exact lengths, one a document."""
        present = lengths[lengths > 0]
        shortest = int(present.min()) if len(present) else 0
        longest = int(present.max()) if len(present) else 0
        return cls(length_bytes(lengths), int(present.sum(dtype=np.int64)), shortest, longest)
