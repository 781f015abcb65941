"""Turning the values Whoosh hands over, posting by posting, into a payload."""

from array import array
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Frequency, Positions

from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.payload import (
    POSITIONS_FORMAT,
    BytesPayload,
    FrequencyPayload,
    NoPayload,
    Payload,
    PositionsPayload,
)
from searchsvc.columnar.ragged import offsets_of

_INT32 = range(-(2**31), 2**31)


class PayloadBuilder:
    """Collects the values of a field's postings in the order of the postings.

    Positions are decoded as they come. A value that is not just what the format would have
    encoded (anyone may index what they like) turns the whole field to kept bytes.
    """

    def __init__(self, format_: Any) -> None:
        self._format = format_
        self._decodes = type(format_) is Positions
        self._drops = format_ is not None and format_.fixed_value_size() == 0
        self._sizes = array("q")
        self._positions = array("i")
        self._bytes = bytearray()

    def append(self, value: bytes) -> None:
        """Adds the value of the next posting."""
        if self._drops:
            return
        if self._decodes:
            positions = decode_positions(value)
            if positions is not None:
                self._sizes.append(len(positions))
                self._positions.extend(positions)
                return
            self._keep_bytes()
        self._sizes.append(len(value))
        self._bytes += value

    def finish(self, weights: NDArray[Any]) -> Payload:
        """The payload of the postings that have the given weights."""
        if self._decodes:
            return PositionsPayload.of(
                np.frombuffer(self._positions, np.int32), np.frombuffer(self._sizes, np.int64)
            )
        if not self._bytes:
            return NoPayload()
        if type(self._format) is Frequency and self._is_weight(weights):
            return FrequencyPayload(weights)
        return BytesPayload(ByteStrings(np.frombuffer(self._bytes, np.uint8), self._offsets()))

    def _offsets(self) -> NDArray[Any]:
        return offsets_of(np.frombuffer(self._sizes, np.int64))

    def _is_weight(self, weights: NDArray[Any]) -> bool:
        if set(self._sizes) != {4}:
            return False
        return np.array_equal(np.frombuffer(self._bytes, ">u4"), weights)

    def _keep_bytes(self) -> None:
        sizes, self._sizes = self._sizes, array("q")
        positions, self._positions = self._positions.tolist(), array("i")
        self._decodes = False
        start = 0
        for size in sizes:
            self.append(POSITIONS_FORMAT.encode(positions[start : start + size]))
            start += size


@lru_cache(maxsize=65536)
def decode_positions(value: bytes) -> tuple[int, ...] | None:
    """The positions a value encodes; None if it isn't what Positions encodes them to.

    Cached, since most postings have one position, and a low one.
    """
    try:
        positions = POSITIONS_FORMAT.decode_positions(value)
        plain = all(type(position) is int and position in _INT32 for position in positions)
        if plain and POSITIONS_FORMAT.encode(positions) == value:
            return tuple(positions)
    except Exception:  # Whoosh's decoder raises whatever strange bytes lead it to
        return None
    return None
