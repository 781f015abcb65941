"""Declared fields: what a setting or a parameter is for, what it takes, how its text is read.

A dataclass declares each of its fields once. Its table then serves validation, the command's
flags, links and the documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from searchsvc.errors import ParameterError

MAX_SHOWN = 80
"""Characters of a wrong value that an error repeats."""
_DIGITS = re.compile(r"[0-9]{1,9}")


class Unfit(ValueError):
    """A value that is not taken; its message is what an error shows of the value."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type of value.

    `accept` returns the value to keep and raises ValueError for any that does not fit. `read`
    turns a text into what `accept` takes, and `write` turns a value back into texts. A repeatable
    one takes several texts. `schema` is the JSON Schema of what is taken over HTTP.
    """

    takes: str
    accept: Callable[[Any], Any]
    read: Callable[[str], Any] = str
    write: Callable[[Any], list[str]] = lambda value: [str(value)]
    repeatable: bool = False
    is_flag: bool = False
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"}, hash=False)


@dataclass(frozen=True, slots=True)
class Declared:
    """One field of a dataclass; `name` is what it is called outside of Python."""

    name: str
    field: str
    default: Any
    type: ValueType
    help: str


def declared(default: Any, type: ValueType, help: str, name: str = "") -> Any:
    """A field of a dataclass; without a name it is called the same everywhere."""
    return field(default=default, metadata={"type": type, "help": help, "name": name})


@cache
def table_of(owner: Any) -> dict[str, Declared]:
    """The declared fields of a dataclass by name, in their order."""
    table = {}
    for item in fields(owner):
        name, type, help = (item.metadata[key] for key in ("name", "type", "help"))
        table[name or item.name] = Declared(name or item.name, item.name, item.default, type, help)
    return table


def conform(instance: Any) -> list[ParameterError]:
    """Put every value that was given into the form to keep, and report those that do not fit."""
    wrong = []
    owner: Any = type(instance)
    for item in table_of(owner).values():
        value = getattr(instance, item.field)
        if value is item.default:
            continue
        try:
            object.__setattr__(instance, item.field, item.type.accept(value))
        except Unfit as error:
            wrong.append(ParameterError(item.name, clip(str(error)), item.type.takes))
        except (ValueError, TypeError, AttributeError, OverflowError):
            got = value if isinstance(value, str) else repr(value)
            wrong.append(ParameterError(item.name, clip(got), item.type.takes))
    return wrong


def clip(text: str) -> str:
    """A text short enough to be repeated in an error."""
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def digits(text: str) -> int:
    """A number in plain digits: int() alone takes `+5`, `5_0` and full-width digits."""
    if not _DIGITS.fullmatch(text):
        raise ValueError(text)
    return int(text)


def whole(low: int, high: int) -> ValueType:
    def accept(value: Any) -> int:
        if type(value) is not int:
            raise Unfit(repr(value))
        if not low <= value <= high:
            raise ValueError(value)
        return value

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return ValueType(f"a whole number from {low} to {high}", accept, digits, schema=schema)


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise Unfit(repr(value))
    return value


_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def _read_boolean(text: str) -> bool:
    if (value := _BOOLEANS.get(text.lower())) is None:
        raise ValueError(text)
    return value


FLAG = ValueType(
    "true or false",
    _boolean,
    _read_boolean,
    lambda value: [str(value).lower()],
    is_flag=True,
    schema={"type": "boolean"},
)


def number(low: float, high: float) -> ValueType:
    def accept(value: Any) -> float:
        if not low <= value <= high:
            raise ValueError(value)
        return float(value)

    schema = {"type": "number", "minimum": low, "maximum": high}
    return ValueType(f"a number from {low:g} to {high:g}", accept, float, schema=schema)


def choice(*names: str) -> ValueType:
    def accept(value: Any) -> str:
        if value not in names:
            raise ValueError(value)
        return str(value)

    takes = f"one of {', '.join(names)}" if len(names) > 1 else names[0]
    return ValueType(takes, accept, schema={"type": "string", "enum": list(names)})
