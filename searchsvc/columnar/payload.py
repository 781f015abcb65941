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
from searchsvc.columnar.mapping import narrow
from searchsvc.columnar.ragged import narrow_offsets
from searchsvc.columnar.weights import FREQUENCY_TYPES, STRIDE, Weights

POSITIONS_FORMAT = Positions()


class Payload(Protocol):
    """The values of postings 0..n of a field."""

    @property
    def kind(self) -> str:
        """The name that stands in the segment's description."""

    def value(self, posting: int) -> bytes:
        """A posting's value, byte for byte as Whoosh's format encoded it."""

    def write(self, writer: ArrayWriter, part: str, weights: Weights) -> None:
        """Writes what does not follow from the weights."""


@dataclass(frozen=True, slots=True)
class NoPayload:
    """Postings without values (ID, NUMERIC, ...)."""

    kind = "none"

    def value(self, posting: int) -> bytes:
        return b""

    def write(self, writer: ArrayWriter, part: str, weights: Weights) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class FrequencyPayload:
    """Postings of the format Frequency: the value is the weight, which is kept already."""

    kind = "frequency"
    weights: Weights

    def value(self, posting: int) -> bytes:
        return bytes(pack_uint(int(self.weights[posting])))

    def write(self, writer: ArrayWriter, part: str, weights: Weights) -> None:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class PositionsPayload:
    """Postings of the format Positions, counted in tokens from the start of the field.

    positions  of all postings end to end: uint8 or uint16 where all fit, else int32
    counts     how many each posting has: uint32 with int32, else uint8; in most fields it is the
               weights that count them, and these are not kept twice
    places     uint32 or int64, where the positions of every STRIDE-th posting start
    """

    kind = "positions"
    positions: NDArray[Any]
    counts: Weights
    places: NDArray[Any]

    @classmethod
    def of(cls, positions: NDArray[Any], counts: NDArray[Any]) -> "PositionsPayload":
        """From all positions, and how many each posting has."""
        wide = (
            counts.max(initial=0) > np.iinfo(np.uint8).max
            or positions.max(initial=0) > np.iinfo(np.uint16).max
            or positions.min(initial=0) < 0
        )
        most = np.uint8 if positions.max(initial=0) <= np.iinfo(np.uint8).max else np.uint16
        return cls(
            positions.astype(np.int32 if wide else most, copy=False),
            counts.astype(np.uint32 if wide else np.uint8, copy=False),
            _places(counts),
        )

    def starts(self) -> NDArray[np.int64]:
        """Where the positions of each posting start, and where all end."""
        starts = np.zeros(len(self.counts) + 1, np.int64)
        np.cumsum(np.asarray(self.counts), out=starts[1:])
        return starts

    def positions_of(self, posting: int) -> list[int]:
        """The positions of one posting."""
        place = posting // STRIDE
        before = self.counts[place * STRIDE : posting]
        start = int(self.places[place]) + int(before.sum(dtype=np.int64))
        positions: list[int] = self.positions[start : start + int(self.counts[posting])].tolist()
        return positions

    def value(self, posting: int) -> bytes:
        return bytes(POSITIONS_FORMAT.encode(self.positions_of(posting)))

    def write(self, writer: ArrayWriter, part: str, weights: Weights) -> None:
        writer.write(f"{part}.positions", self.positions)
        writer.write(f"{part}.position_places", narrow(self.places))
        if weights.dtype != self.counts.dtype or not np.array_equal(weights, self.counts):
            writer.write(f"{part}.position_counts", np.asarray(self.counts))


def _places(counts: NDArray[Any]) -> NDArray[Any]:
    if not len(counts):
        return np.zeros(0, np.uint32)
    sums = np.add.reduceat(counts, np.arange(0, len(counts), STRIDE), dtype=np.int64)
    return narrow_offsets(np.cumsum(sums) - sums)


@dataclass(frozen=True, slots=True, eq=False)
class BytesPayload:
    """Postings of any other format: the bytes it encoded."""

    kind = "bytes"
    values: ByteStrings

    def value(self, posting: int) -> bytes:
        return self.values[posting]

    def write(self, writer: ArrayWriter, part: str, weights: Weights) -> None:
        self.values.write(writer, f"{part}.values")


def open_payload(reader: ArrayReader, part: str, kind: str, weights: Weights) -> Payload:
    """Maps the payload of postings with the given weights."""
    match kind:
        case "none":
            return NoPayload()
        case "frequency":
            return FrequencyPayload(weights)
        case "positions":
            return _open_positions(reader, part, weights)
        case "bytes":
            return BytesPayload(ByteStrings.open(reader, f"{part}.values", len(weights)))
    raise reader.damaged(part, f"unknown payload {kind!r}")


def _open_positions(reader: ArrayReader, part: str, weights: Weights) -> PositionsPayload:
    positions = reader.read(f"{part}.positions", np.uint8, np.uint16, np.int32)
    places = reader.read(f"{part}.position_places", *FREQUENCY_TYPES, np.int64)
    places = places.astype(np.promote_types(places.dtype, np.uint32), copy=False)
    counts = weights
    if reader.has(f"{part}.position_counts"):
        counts = reader.read(f"{part}.position_counts", np.uint8, np.uint32)
    if len(counts) != len(weights):
        raise reader.damaged(f"{part}.position_counts", f"{len(counts)} of {len(weights)}")
    if len(places) != -(-len(counts) // STRIDE):
        raise reader.damaged(f"{part}.position_places", f"{len(places)} for {len(counts)} postings")
    if (counts.dtype == np.uint32) != (positions.dtype == np.int32):
        raise reader.damaged(f"{part}.positions", f"{positions.dtype}, counted by {counts.dtype}")
    end = 0
    if len(places):
        last = counts[(len(places) - 1) * STRIDE :]
        end = int(places[-1]) + int(last.sum(dtype=np.int64))
    if end != len(positions):
        raise reader.damaged(f"{part}.positions", f"{len(positions)} of {end} positions")
    return PositionsPayload(positions, counts, places)
