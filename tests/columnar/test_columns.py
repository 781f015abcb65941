import math
from typing import Any

import pytest
from whoosh import columns, fields, index, sorting
from whoosh.filedb.filestore import RamStorage

from searchsvc.columnar import ColumnarCodec
from searchsvc.columnar.columnbuilders import column_builder
from searchsvc.columnar.columnreaders import column_reader


def round_trip(declared: columns.Column, values: dict[int, Any], count: int) -> list[Any]:
    builder = column_builder(declared)
    assert builder is not None
    for docnum, value in values.items():
        builder.add(docnum, value)
    reader = column_reader(builder.finish(count), declared)
    assert list(reader) == [reader[docnum] for docnum in range(len(reader))]
    return list(reader)


@pytest.mark.parametrize(
    ("declared", "values", "read"),
    [
        (columns.NumericColumn("i", default=-1), {1: 5, 2: -7}, [-1, 5, -7, -1]),
        (columns.NumericColumn("Q"), {0: 2**64 - 1}, [2**64 - 1, 0, 0, 0]),
        (columns.NumericColumn("d"), {3: 0.1}, [0, 0, 0, 0.1]),
        (columns.BitColumn(), {1: True, 2: False}, [False, True, False, False]),
        (columns.VarBytesColumn(), {1: b"abc"}, [b"", b"abc", b"", b""]),
        (columns.FixedBytesColumn(2), {1: b"ab"}, [b"\0\0", b"ab", b"\0\0", b"\0\0"]),
        (columns.RefBytesColumn(), {0: b"a", 2: b"a"}, [b"a", b"", b"a", b""]),
        (columns.CompressedBytesColumn(), {0: b"a" * 99}, [b"a" * 99, b"", b"", b""]),
        (columns.StructColumn("ib", (0, 1)), {1: (7, 2)}, [(0, 1), (7, 2), (0, 1), (0, 1)]),
        (
            columns.PickleColumn(columns.VarBytesColumn()),
            {0: ("a", 1), 1: None},
            [("a", 1), None, None, None],
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, columns.Column) else "",
)
def test_documents_without_a_value_read_as_the_default(
    declared: columns.Column, values: dict[int, Any], read: list[Any]
) -> None:
    assert round_trip(declared, values, 4) == read


def test_a_reference_column_has_room_for_any_number_of_values() -> None:
    values = {docnum: str(docnum).encode() for docnum in range(70_000)}
    assert round_trip(columns.RefBytesColumn(), values, 70_000) == list(values.values())


@pytest.mark.parametrize(
    ("column", "value", "error"),
    [
        (columns.NumericColumn("b"), 200, ValueError),
        (columns.NumericColumn("i"), 1.5, TypeError),
        (columns.FixedBytesColumn(2), b"abc", ValueError),
        (columns.StructColumn("b", (0,)), (300,), ValueError),
        (columns.PickleColumn(columns.VarBytesColumn()), object(), TypeError),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_the_name_of_its_column(
    column: columns.Column, value: object, error: type[Exception]
) -> None:
    ix = RamStorage().create_index(fields.Schema(odd=fields.COLUMN(column)))
    writer = ix.writer(codec=ColumnarCodec())
    with pytest.raises(error, match="column 'odd'"):
        writer.add_document(odd=value)
    writer.cancel()


def test_numbers_and_bits_sort_backwards() -> None:
    for declared, values, keys in (
        (columns.NumericColumn("i"), {0: 3, 1: -2}, [-3, 2]),
        (columns.BitColumn(), {0: True, 1: False}, [0, 1]),
    ):
        builder = column_builder(declared)
        assert builder is not None
        for docnum, value in values.items():
            builder.add(docnum, value)
        reader = column_reader(builder.finish(2), declared)
        reader.set_reverse()
        assert [reader.sort_key(docnum) for docnum in range(2)] == keys


def test_a_missing_sortable_float_is_not_a_number() -> None:
    """Stock Whoosh can't write such a column at all."""
    ix = RamStorage().create_index(
        fields.Schema(id=fields.ID, ratio=fields.NUMERIC(float, sortable=True))
    )
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(id="a", ratio=1.5)
        writer.add_document(id="b")
    with ix.reader() as reader:
        first, second = reader.column_reader("ratio")
        assert first == 1.5
        assert math.isnan(second)


def test_a_column_added_to_a_finished_segment_is_read_and_merged() -> None:
    ix = RamStorage().create_index(fields.Schema(price=fields.NUMERIC(stored=True)))
    for price in (3, 1):
        with ix.writer(codec=ColumnarCodec()) as writer:
            writer.add_document(price=price)
            writer.merge = False
    with ix.writer(codec=ColumnarCodec()) as writer:
        sorting.add_sortable(writer, "price", sorting.StoredFieldFacet("price"))
    assert list(ix.reader().column_reader("price")) == [3, 1]
    ix.optimize(codec=ColumnarCodec())
    assert list(ix.reader().column_reader("price")) == [3, 1]


def test_a_column_of_an_unknown_type_is_left_to_write_itself(tmp_path: Any) -> None:
    schema = fields.Schema(tags=fields.COLUMN(columns.VarBytesListColumn()))
    ix = index.create_in(tmp_path, schema)
    with ix.writer(codec=ColumnarCodec()) as writer:
        writer.add_document(tags=[b"a", b"bc"])
    with ix.reader() as reader:
        assert list(reader.column_reader("tags")) == [[b"a", b"bc"]]
    assert len(list(tmp_path.glob("MAIN_*.column.tags.col"))) == 1
