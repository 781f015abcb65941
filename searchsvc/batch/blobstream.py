"""Byte strings of documents, laid end to end as they come."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from searchsvc.columnar import ByteStrings
from searchsvc.columnar.ragged import narrow_offsets


class BlobStream:
    """Collects one byte string a document."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._lengths = array("q", [0])

    @property
    def memory(self) -> int:
        """How many bytes it takes."""
        return len(self._blob) + 8 * len(self._lengths)

    def extend(self, strings: Sequence[bytes]) -> None:
        """The next documents' strings."""
        self._blob += b"".join(strings)
        self._lengths.extend(map(len, strings))

    def strings(self) -> ByteStrings:
        """All of them, without a copy: nothing can be added afterwards."""
        ends = np.cumsum(np.frombuffer(self._lengths, np.int64))
        return ByteStrings(np.frombuffer(self._blob, np.uint8), narrow_offsets(ends))
