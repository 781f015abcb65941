"""What a field's format keeps of each posting besides document and weight.

Whoosh calls it the posting's value and passes it on as encoded bytes. The two common formats are
kept as plain numbers and encoded again when asked; every other format's bytes are kept as given.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from whoosh.formats import Positions
from whoosh.system import pack_uint

from searchsvc.columnar.arrays import ArrayReader, ArrayWriter
from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.ragged import take_ragged

POSITIONS_FORMAT = Positions()


class Payload(Protocol):
    """The values of postings 0..n of a field."""

    @property
    def kind(self) -> str:
        """The name that stands in the segment's description."""

    def value(self, posting: int) -> bytes:
        """A posting's value, byte for byte as Whoosh's format encoded it."""

    def take(self, postings: NDArray[Any]) -> "Payload":
        """The values of the given postings, in that order."""

    def write(self, writer: ArrayWriter, part: str) -> None:
        """Writes the arrays."""


@dataclass(frozen=True, slots=True)
class NoPayload:
    """Postings without values (ID, NUMERIC, ...)."""

    kind = "none"

    def value(self, posting: int) -> bytes:
        return b""

    def take(self, postings: NDArray[Any]) -> "NoPayload":
        return self

    def write(self, writer: ArrayWriter, part: str) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class FrequencyPayload:
    """Postings of the format Frequency: the value is the weight, which is kept already."""

    kind = "frequency"
    weights: NDArray[Any]

    def value(self, posting: int) -> bytes:
        return bytes(pack_uint(int(self.weights[posting])))

    def take(self, postings: NDArray[Any]) -> "FrequencyPayload":
        return FrequencyPayload(self.weights[postings])

    def write(self, writer: ArrayWriter, part: str) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class PositionsPayload:
    """Postings of the format Positions.

    The positions of posting i are `positions[offsets[i]:offsets[i + 1]]`, counted in tokens from
    the start of the field; `offsets` is uint32 or int64, `positions` int32.
    """

    kind = "positions"
    offsets: NDArray[Any]
    positions: NDArray[np.int32]

    def positions_of(self, posting: int) -> list[int]:
        """The positions of one posting."""
        start, stop = self.offsets[posting], self.offsets[posting + 1]
        positions: list[int] = self.positions[start:stop].tolist()
        return positions

    def value(self, posting: int) -> bytes:
        return bytes(POSITIONS_FORMAT.encode(self.positions_of(posting)))

    def take(self, postings: NDArray[Any]) -> "PositionsPayload":
        return PositionsPayload(*take_ragged(self.offsets, self.positions, postings))

    def write(self, writer: ArrayWriter, part: str) -> None:
        writer.write(f"{part}.position_offsets", self.offsets)
        writer.write(f"{part}.positions", self.positions)


@dataclass(frozen=True, slots=True, eq=False)
class BytesPayload:
    """Postings of any other format: the bytes it encoded."""

    kind = "bytes"
    values: ByteStrings

    def value(self, posting: int) -> bytes:
        return self.values[posting]

    def take(self, postings: NDArray[Any]) -> "BytesPayload":
        return BytesPayload(self.values.take(postings))

    def write(self, writer: ArrayWriter, part: str) -> None:
        self.values.write(writer, f"{part}.values")


def open_payload(reader: ArrayReader, part: str, kind: str, weights: NDArray[Any]) -> Payload:
    """Maps the payload of postings with the given weights."""
    match kind:
        case "none":
            return NoPayload()
        case "frequency":
            return FrequencyPayload(weights)
        case "positions":
            return _open_positions(reader, part, len(weights))
        case "bytes":
            return BytesPayload(ByteStrings.open(reader, f"{part}.values", len(weights)))
    raise reader.damaged(part, f"unknown payload {kind!r}")


def _open_positions(reader: ArrayReader, part: str, count: int) -> PositionsPayload:
    offsets = reader.read(f"{part}.position_offsets", np.uint32, np.int64)
    positions = reader.read(f"{part}.positions", np.int32)
    if len(offsets) != count + 1 or offsets[0] != 0 or offsets[-1] != len(positions):
        raise reader.damaged(f"{part}.position_offsets", f"does not divide into {count} postings")
    return PositionsPayload(offsets, positions)
