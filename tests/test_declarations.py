"""A field is declared once: what it takes, and what is told of a value that it does not take."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from searchsvc.declarations import (
    MAX_SHOWN,
    Unfit,
    ValueType,
    choice,
    clip,
    conform,
    declared,
    digits,
    number,
    table_of,
    whole,
)
from searchsvc.errors import ParameterError


def _short(value: str) -> str:
    if len(value) > 3:
        raise Unfit(f"{len(value)} characters")
    return value.upper()


@dataclass(frozen=True)
class Order:
    name: str = declared("", ValueType("a short text", _short), "who orders", "n")
    count: int = declared(1, whole(1, 9), "how many")
    size: str = declared("small", choice("small", "large"), "how large")
    weight: float = declared(0.5, number(0, 1), "how heavy")


def test_the_table_has_each_field_by_the_name_it_has_outside() -> None:
    table = table_of(Order)
    assert list(table) == ["n", "count", "size", "weight"]
    assert (table["n"].field, table["n"].default, table["n"].help) == ("name", "", "who orders")
    assert [item.type.takes for item in table.values()] == [
        "a short text",
        "a whole number from 1 to 9",
        "one of small, large",
        "a number from 0 to 1",
    ]


def test_values_are_put_into_the_form_to_keep() -> None:
    order = Order("ada", 2, "large", 1)
    assert conform(order) == []
    assert (order.name, order.count, order.size, order.weight) == ("ADA", 2, "large", 1.0)


def test_every_value_that_does_not_fit_is_reported() -> None:
    assert conform(Order("lovelace", 10, "huge", 2)) == [
        ParameterError("n", "8 characters", "a short text"),
        ParameterError("count", "10", "a whole number from 1 to 9"),
        ParameterError("size", "huge", "one of small, large"),
        ParameterError("weight", "2", "a number from 0 to 1"),
    ]


@pytest.mark.parametrize("count", ["2", 2.0, True, None])
def test_a_whole_number_is_nothing_that_only_resembles_one(count: object) -> None:
    assert [error.got for error in conform(Order(count=count))] == [repr(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["+5", "5_0", " 5", "５", "", "-1", "1" * 10])
def test_digits_are_plain(text: str) -> None:
    with pytest.raises(ValueError):
        digits(text)


def test_a_long_value_is_repeated_in_part() -> None:
    assert clip("a" * MAX_SHOWN) == "a" * MAX_SHOWN
    assert len(clip("a" * 1_000)) == MAX_SHOWN and clip("a" * 1_000).endswith("…")
