from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import fields, formats
from whoosh.filedb.filestore import RamStorage
from whoosh.system import pack_uint

from searchsvc.columnar import (
    ColumnarCodec,
    FieldPostings,
    PositionsPayload,
    Terms,
    merge_fields,
)
from searchsvc.columnar.payload import Payload
from searchsvc.columnar.payloadbuilder import PayloadBuilder
from searchsvc.columnar.weights import STRIDE

POSITIONS = formats.Positions()


def build(format_: formats.Format, values: Sequence[bytes], weight: float = 1) -> Payload:
    builder = PayloadBuilder(format_)
    for value in values:
        builder.append(value)
    return builder.finish(np.full(len(values), weight))


int32 = st.integers(-(2**31), 2**31 - 1)
encoded_positions = st.lists(int32, max_size=4).map(POSITIONS.encode)


@given(st.lists(encoded_positions))
def test_positions_are_kept_as_numbers(values: list[bytes]) -> None:
    payload = build(POSITIONS, values)
    assert payload.kind == "positions"
    assert [payload.value(i) for i in range(len(values))] == values


@given(st.lists(encoded_positions), st.binary(max_size=8), st.lists(encoded_positions))
def test_one_strange_value_and_all_are_kept_as_bytes(
    before: list[bytes], strange: bytes, after: list[bytes]
) -> None:
    values = [*before, strange, *after]
    payload = build(POSITIONS, values)
    assert [payload.value(i) for i in range(len(values))] == values


@pytest.mark.parametrize(
    ("positions", "dtypes"),
    [
        ([[1, 65535], [0]], (np.uint16, np.uint8)),
        ([[1, 65536], [0]], (np.int32, np.uint32)),
        ([[-1]], (np.int32, np.uint32)),
        ([list(range(256))], (np.int32, np.uint32)),
    ],
)
def test_positions_are_narrow_where_all_of_a_field_are(
    positions: list[list[int]], dtypes: tuple[type[np.generic], ...]
) -> None:
    payload = build(POSITIONS, [POSITIONS.encode(of) for of in positions])
    assert isinstance(payload, PositionsPayload)
    assert (payload.positions.dtype, payload.counts.dtype) == dtypes
    assert [payload.positions_of(i) for i in range(len(positions))] == positions


@pytest.mark.parametrize("boost", [1.0, 2.0, 0.5])
def test_counts_of_positions_are_written_where_they_are_not_the_weights(boost: float) -> None:
    """A field's boost is part of Whoosh's weights."""
    ix = RamStorage().create_index(fields.Schema(title=fields.TEXT(field_boost=boost)))
    texts = ["alfa bravo alfa", "bravo"] * STRIDE
    with ix.writer(codec=ColumnarCodec()) as writer:
        for text in texts:
            writer.add_document(title=text)
    files = [name for name in ix.storage.list() if "position_counts" in name]
    assert len(files) == (boost != 1.0)
    with ix.reader() as reader:
        matcher = reader.postings("title", "bravo")
        for text in texts:
            assert matcher.value_as("positions") == [text.split().index("bravo")]
            matcher.next()


def test_positions_beyond_int32_are_kept_as_bytes() -> None:
    assert build(POSITIONS, [POSITIONS.encode([2**31])]).kind == "bytes"


def test_a_frequency_that_is_the_weight_takes_no_room() -> None:
    payload = build(formats.Frequency(), [pack_uint(3), pack_uint(3)], weight=3)
    assert payload.kind == "frequency"
    assert payload.value(1) == pack_uint(3)


def test_a_frequency_that_is_not_the_weight_is_kept() -> None:
    payload = build(formats.Frequency(), [pack_uint(3)], weight=4.5)
    assert payload.kind == "bytes"
    assert payload.value(0) == pack_uint(3)


def test_a_format_without_values_keeps_none() -> None:
    assert build(formats.Existence(), [b"ignored"]).kind == "none"


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["positions", "positions"], "positions"),
        (["positions", "bytes"], "bytes"),
        (["none", "none"], "none"),
        (["frequency", "frequency"], "frequency"),
        (["none", "frequency"], "bytes"),
    ],
)
def test_merged_payloads_keep_every_value(kinds: list[str], expected: str) -> None:
    examples = {
        "positions": (POSITIONS, [POSITIONS.encode([1, 5]), POSITIONS.encode([2])]),
        "bytes": (formats.Characters(), [b"x", b"", b"yz"]),
        "none": (formats.Existence(), [b"", b""]),
        "frequency": (formats.Frequency(), [pack_uint(1), pack_uint(1)]),
    }
    parts = [postings(build(*examples[kind]), len(examples[kind][1])) for kind in kinds]
    values = [value for kind in kinds for value in examples[kind][1]]
    maps, base = [], 0
    for kind in kinds:
        maps.append(base + np.arange(len(examples[kind][1])))
        base += len(examples[kind][1])
    merged = merge_fields(parts, maps).payload
    assert merged.kind == expected
    assert [merged.value(i) for i in range(len(values))] == values
    maps[0][0] = -1
    merged = merge_fields(parts, maps).payload
    assert [merged.value(i) for i in range(len(values) - 1)] == values[1:]


def postings(payload: Payload, count: int) -> FieldPostings:
    """One term in so many documents."""
    doc_ids = np.arange(count, dtype=np.int32)
    starts = np.array([0, count], np.int64)
    return FieldPostings.of(Terms.of([b"a"]), starts, doc_ids, np.ones(count), payload)
