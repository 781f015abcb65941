"""The stored fields of a document as JSON bytes.

What JSON can't say is tagged, `{"$bytes": "..."}`; a dict that could be taken for a tag is itself
tagged, so that every value comes back equal and of its own type.
"""

import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

_SMALLEST, _LARGEST = -(2**63), 2**64 - 1


def encode_document(fields: Mapping[str, object]) -> bytes:
    """The stored fields of one document; empty bytes for none.

    Raises TypeError, naming the field, for a value of a type that would not come back as it was.
    """
    if not fields:
        return b""
    encoded = {}
    for name, value in fields.items():
        try:
            encoded[name] = orjson.Fragment(encode_value(value))
        except (TypeError, RecursionError) as error:
            raise TypeError(f"can't store field {name!r}: {error}") from error
    if any(_needs_tag(name) for name in fields):
        return encode_value(dict(fields))
    return orjson.dumps(encoded)


def decode_document(data: bytes) -> dict[str, Any]:
    """The stored fields that `encode_document` encoded."""
    return dict(decode_value(data)) if data else {}


def encode_value(value: object) -> bytes:
    """One value as JSON bytes."""
    return orjson.dumps(_tagged(value))


def decode_value(data: bytes) -> Any:
    """The value that `encode_value` encoded."""
    value = orjson.loads(data)
    # Most documents have no tags, and walking them costs more than reading them.
    return _untagged(value) if b'"$' in data else value


def _needs_tag(key: object) -> bool:
    return type(key) is not str or key.startswith("$") or not _is_unicode(key)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def _tagged(value: object) -> object:
    kind = type(value)
    if value is None or kind is bool:
        return value
    if isinstance(value, str) and kind is str:
        return value if _is_unicode(value) else _tag("$surrogates", value)
    if isinstance(value, int) and kind is int:
        return value if _SMALLEST <= value <= _LARGEST else _tag("$int", value)
    if isinstance(value, float) and kind is float:
        return value if math.isfinite(value) else _tag("$float", value)
    if isinstance(value, list) and kind is list:
        return [_tagged(item) for item in value]
    if isinstance(value, dict) and kind is dict:
        if any(_needs_tag(key) for key in value):
            return _tag("$dict", value)
        return {key: _tagged(item) for key, item in value.items()}
    for tag, (tagged_kind, _, _) in _TAGS.items():
        if kind is tagged_kind:
            return _tag(tag, value)
    raise TypeError(f"{kind.__module__}.{kind.__qualname__} has no JSON form: {value!r:.80}")


def _tag(tag: str, value: object) -> dict[str, object]:
    return {tag: _TAGS[tag][1](value)}


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return [_untagged(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1:
            tag, content = next(iter(value.items()))
            if tag.startswith("$"):
                if tag not in _TAGS:
                    raise ValueError(f"unknown tag {tag!r}")
                return _TAGS[tag][2](content)
        return {key: _untagged(item) for key, item in value.items()}
    return value


def _items(values: Iterable[object]) -> list[object]:
    return [_tagged(item) for item in values]


def _sorted_items(values: Iterable[object]) -> list[object]:
    # Sets have no order of their own: sorted, equal documents give equal bytes.
    return sorted(_items(values), key=orjson.dumps)


#: tag: (type, to JSON, from JSON)
_TAGS: dict[str, tuple[type, Callable[[Any], object], Callable[[Any], object]]] = {
    "$bytes": (bytes, lambda v: b64encode(v).decode(), b64decode),
    "$tuple": (tuple, _items, lambda v: tuple(_untagged(v))),
    "$set": (set, _sorted_items, lambda v: set(_untagged(v))),
    "$frozenset": (frozenset, _sorted_items, lambda v: frozenset(_untagged(v))),
    "$datetime": (datetime, datetime.isoformat, datetime.fromisoformat),
    "$date": (date, date.isoformat, date.fromisoformat),
    "$time": (time, time.isoformat, time.fromisoformat),
    "$timedelta": (
        timedelta,
        lambda v: [v.days, v.seconds, v.microseconds],
        lambda v: timedelta(*v),
    ),
    "$decimal": (Decimal, str, Decimal),
    "$uuid": (UUID, str, UUID),
    "$int": (int, hex, lambda v: int(v, 16)),
    "$float": (float, str, float),
    "$surrogates": (
        str,
        lambda v: b64encode(v.encode("utf-8", "surrogatepass")).decode(),
        lambda v: b64decode(v).decode("utf-8", "surrogatepass"),
    ),
    "$dict": (
        dict,
        lambda v: [[_tagged(key), _tagged(item)] for key, item in v.items()],
        lambda v: {_untagged(key): _untagged(item) for key, item in v},
    ),
}
