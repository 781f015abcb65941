"""JSON Schema (2020-12, as in OpenAPI 3.1) of the types that answers are declared with."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = dict[str, Any]
WHERE = "#/components/schemas/"

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def schema_of(kind: Any, shapes: dict[str, Schema]) -> Schema:
    """The schema of a type; each dataclass and TypedDict becomes one of the `shapes`, by its name.

    Every value of a dataclass is there, and of a TypedDict what is not NotRequired. There may be
    more: later versions add to answers. Raises TypeError for a type that no answer has yet.
    """
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**schema_of(arguments[0], shapes), "description": arguments[1]}
    if origin is Literal:
        (type_name,) = {schema_of(type(value), {})["type"] for value in arguments}
        return {"type": type_name, "enum": list(arguments)}
    if origin in (Union, UnionType):
        return _any_of([schema_of(argument, shapes) for argument in arguments])
    if origin in (tuple, list, Sequence):
        return {"type": "array", "items": schema_of(arguments[0], shapes)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], shapes)}
    if is_dataclass(kind) or is_typeddict(kind):
        if kind.__name__ not in shapes:
            shapes[kind.__name__] = {}  # a shape may hold itself
            shapes[kind.__name__] = _object(kind, shapes)
        return {"$ref": WHERE + kind.__name__}
    raise TypeError(f"no schema for {kind}")


def _any_of(schemas: list[Schema]) -> Schema:
    """One of several; null beside a plain type is written as a second type of it."""
    first, *others = schemas
    if others == [_PLAIN[NoneType]] and "type" in first and "enum" not in first:
        return {**first, "type": [first["type"], "null"]}
    return {"anyOf": schemas}


def _object(kind: Any, shapes: dict[str, Schema]) -> Schema:
    properties, required = {}, []
    for name, hint in get_type_hints(kind, include_extras=True).items():
        if get_origin(hint) is NotRequired:
            (hint,) = get_args(hint)
        else:
            required.append(name)
        properties[name] = schema_of(hint, shapes)
    schema: Schema = {"type": "object", "properties": properties, "required": required}
    text = inspect.getdoc(kind) or ""
    if text and not text.startswith(f"{kind.__name__}("):  # which a dataclass writes by itself
        schema["description"] = text
    return schema
