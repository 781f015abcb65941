from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchsvc.columnar import decode_document, encode_document

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(alphabet=st.characters())
    | st.binary()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.dates()
    | st.times()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
)
hashables = st.recursive(scalars, lambda inner: st.tuples(inner, inner), max_leaves=3)
values = st.recursive(
    scalars | st.sets(hashables, max_size=3) | st.frozensets(hashables, max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(hashables | st.sampled_from(["$bytes", "$dict", "$"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def shape(value: Any) -> Any:
    """A value with the types of all its parts, which == does not compare."""
    if isinstance(value, list | tuple):
        return type(value), [shape(item) for item in value]
    if isinstance(value, dict):
        return dict, [(shape(key), shape(item)) for key, item in value.items()]
    return type(value), value


@given(st.dictionaries(st.text(max_size=5) | st.just("$bytes"), values, max_size=4))
def test_every_value_comes_back_equal_and_of_its_type(fields: dict[str, Any]) -> None:
    assert shape(decode_document(encode_document(fields))) == shape(fields)


def test_plain_fields_are_plain_json() -> None:
    assert encode_document({"title": "Élan", "heat": 3}) == '{"title":"Élan","heat":3}'.encode()


@pytest.mark.parametrize(
    ("value", "tagged"),
    [
        (b"\0\xff", b'{"$bytes":"AP8="}'),
        (("a", 1), b'{"$tuple":["a",1]}'),
        ({2, 1}, b'{"$set":[1,2]}'),
        (datetime(2020, 5, 20, 12, 59, tzinfo=UTC), b'{"$datetime":"2020-05-20T12:59:00+00:00"}'),
        (date(2020, 5, 20), b'{"$date":"2020-05-20"}'),
        (time(12, 59), b'{"$time":"12:59:00"}'),
        (timedelta(days=1, seconds=2), b'{"$timedelta":[1,2,0]}'),
        (Decimal("1.10"), b'{"$decimal":"1.10"}'),
        (UUID(int=1), b'{"$uuid":"00000000-0000-0000-0000-000000000001"}'),
        (2**64, b'{"$int":"0x10000000000000000"}'),
        (float("inf"), b'{"$float":"inf"}'),
        ({1: 2}, b'{"$dict":[[1,2]]}'),
        ({"$bytes": "AP8="}, b'{"$dict":[["$bytes","AP8="]]}'),
    ],
)
def test_what_json_cannot_say_is_tagged(value: object, tagged: bytes) -> None:
    assert encode_document({"f": value}) == b'{"f":' + tagged + b"}"


class Level(IntEnum):
    HIGH = 1


@pytest.mark.parametrize("value", [object(), Level.HIGH, 1j, [{"deep": {1j}}]])
def test_a_value_without_a_json_form_is_refused_by_the_name_of_its_field(value: object) -> None:
    with pytest.raises(TypeError, match="field 'odd'"):
        encode_document({"fine": 1, "odd": value})


def test_an_endless_list_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(TypeError, match="field 'odd'"):
        encode_document({"odd": endless})


def test_no_fields_take_no_bytes() -> None:
    assert encode_document({}) == b""
    assert decode_document(b"") == {}


def test_an_unknown_tag_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\$new"):
        decode_document(b'{"f":{"$new":1}}')
