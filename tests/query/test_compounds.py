"""Compounds find each other however they are spelled."""

from __future__ import annotations

import pytest

from searchsvc.query.compounds import spelled_out
from searchsvc.query.syntax import parse

PARTS = {"email": ("e", "mail"), "startup": ("start", "up"), "upstart": ("up", "start")}


class Known:
    def parts(self, solid: str) -> tuple[str, ...] | None:
        return PARTS.get(solid)

    def are_one(self, first: str, second: str) -> bool:
        return PARTS.get(first + second) == (first, second)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("email", '(email OR "e mail")'),
        ("e mail", "((e AND mail) OR email)"),
        ("e-mail", "email"),
        ("new start up", "(new AND ((start AND up) OR startup))"),
        ("start up start", "(((start AND up) OR startup) AND start)"),
        ("title:start title:up", "((title:start AND title:up) OR title:startup)"),
        ("title:start up", "(title:start AND up)"),
        ("title:email", '(title:email OR title:"e mail")'),
        ("-email", '-(email OR "e mail")'),
        ("email OR fax", '((email OR "e mail") OR fax)'),
        ('"start up costs"', '"start up costs"'),
        ("email*", "email*"),
        ("nowhere", "nowhere"),
        ("now here", "(now AND here)"),
    ],
)
def test_every_spelling_stands_beside_the_one_typed(text: str, tree: str) -> None:
    assert str(spelled_out(parse(text), Known())) == tree


@pytest.mark.parametrize("text", ['"the start up costs"', '"the startup costs"'])
def test_within_a_phrase_as_if_typed_with_its_hyphen(text: str) -> None:
    assert spelled_out(parse(text), Known()) == parse('"the start-up costs"')
