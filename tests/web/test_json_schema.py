"""Types as JSON Schema: what is always there, what may be null, what a shape refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest

from searchsvc.web.json_schema import schema_of


@dataclass(frozen=True)
class Point:
    """A place."""

    x: float
    label: str | None = None


@dataclass(frozen=True)
class Silent:
    x: int


class Base(TypedDict):
    name: Annotated[str, "what it is called"]


class Tree(Base):
    """A tree."""

    at: Point | None
    branches: NotRequired[Annotated[Sequence[Tree], "if any"]]


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (Any, {}),
        (datetime, {"type": "string", "format": "date-time"}),
        (int | None, {"type": ["integer", "null"]}),
        (datetime | None, {"type": ["string", "null"], "format": "date-time"}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal[True], {"type": "boolean", "enum": [True]}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (tuple[str, ...], {"type": "array", "items": {"type": "string"}}),
        (Sequence[int], {"type": "array", "items": {"type": "integer"}}),
        (Mapping[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Annotated[str, "why"], {"type": "string", "description": "why"}),
        (str | int, {"anyOf": [{"type": "string"}, {"type": "integer"}]}),
    ],
)
def test_plain_types(kind: Any, schema: dict[str, Any]) -> None:
    shapes: dict[str, Any] = {}
    assert schema_of(kind, shapes) == schema
    assert shapes == {}


def test_every_value_of_a_dataclass_is_there_also_one_with_a_default() -> None:
    shapes: dict[str, Any] = {}
    assert schema_of(Point, shapes) == {"$ref": "#/components/schemas/Point"}
    assert shapes["Point"] == {
        "type": "object",
        "description": "A place.",
        "properties": {"x": {"type": "number"}, "label": {"type": ["string", "null"]}},
        "required": ["x", "label"],
    }


def test_what_a_dataclass_writes_of_itself_is_no_description() -> None:
    shapes: dict[str, Any] = {}
    schema_of(Silent, shapes)
    assert "description" not in shapes["Silent"]


def test_a_dictionary_has_what_it_inherits_may_lack_something_and_may_hold_itself() -> None:
    shapes: dict[str, Any] = {}
    schema_of(Tree, shapes)
    assert list(shapes) == ["Tree", "Point"]
    assert shapes["Tree"]["required"] == ["name", "at"]
    assert shapes["Tree"]["properties"] == {
        "name": {"type": "string", "description": "what it is called"},
        "at": {"anyOf": [{"$ref": "#/components/schemas/Point"}, {"type": "null"}]},
        "branches": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Tree"},
            "description": "if any",
        },
    }


def test_a_type_that_no_answer_has_is_a_fault() -> None:
    with pytest.raises(TypeError, match="no schema for"):
        schema_of(bytes, {})
