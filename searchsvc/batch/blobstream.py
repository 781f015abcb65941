"""Byte strings of documents, laid end to end as they come."""

from __future__ import annotations

from array import array

import numpy as np

from searchsvc.columnar import ByteStrings


class BlobStream:
    """Collects one byte string a document."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._ends = array("q", [0])

    @property
    def memory(self) -> int:
        """How many bytes it takes."""
        return len(self._blob) + 8 * len(self._ends)

    def add(self, data: bytes) -> None:
        self._blob += data
        self._ends.append(len(self._blob))

    def strings(self) -> ByteStrings:
        """All of them, without a copy: nothing can be added afterwards."""
        ends = np.array(self._ends, np.int64)
        narrow = ends.astype(np.uint32) if ends[-1] <= np.iinfo(np.uint32).max else ends
        return ByteStrings(np.frombuffer(self._blob, np.uint8), narrow)
