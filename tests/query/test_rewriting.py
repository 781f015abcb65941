"""Syntax trees with words changed, dropped or weakened."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchsvc.query import rewriting
from searchsvc.query.nodes import AllOf, AnyOf, Excluded, Node, Phrase, Preferring, Word
from searchsvc.query.syntax import parse

ARTICLES = {"the": 900, "chip": 40, "azure": 7, "zebra": 0, "title:zebra": 0}


def relaxed(query: str) -> list[str]:
    def count(node: Node) -> int:
        return ARTICLES.get(str(node), 100)

    return [str(node) for node in rewriting.relaxations(parse(query), count)]


def test_what_no_article_has_goes_first_then_the_commonest() -> None:
    assert relaxed("the azure zebra chip") == [
        "(the AND azure AND chip)",
        "((azure AND chip) PREFERRING the)",
        "(azure PREFERRING the chip)",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("azure", []),
        ("-azure", []),
        ("azure azure the", ["((azure AND azure) PREFERRING the)"]),
        ('"chip shortage" azure', ['("chip shortage" PREFERRING azure)']),
        ("azure -chip the", ["((azure AND -chip) PREFERRING the)"]),
        ("azure topic:chips", []),
        ("azure when:2020 the", [
            "((azure AND published:2020-01-01T00:00:00Z..2020-12-31T23:59:59Z) PREFERRING the)"
        ]),
        ("(the OR chip) azure", ["(azure PREFERRING (the OR chip))"]),
        ("azure OR the", []),
    ],
)  # fmt: skip
def test_phrases_exclusions_and_values_stay_and_so_does_one_part(
    query: str, expected: list[str]
) -> None:
    assert relaxed(query) == expected


@settings(deadline=None)
@given(st.text('ab "-()*OR:', max_size=30))
def test_a_relaxation_keeps_what_may_not_go(query: str) -> None:
    def firm(node: Node) -> list[Node]:
        parts = node.nodes if isinstance(node, AllOf) else (node,)
        return [part for part in parts if isinstance(part, Excluded | Phrase)]

    tree = parse(query)
    for node in rewriting.relaxations(tree, lambda part: len(str(part))):
        needed = node.node if isinstance(node, Preferring) else node
        assert firm(needed) == firm(tree)


def test_a_word_is_replaced_where_it_is_plain_and_in_its_field() -> None:
    tree = parse('a "a" -a title:a (a OR b)')
    word = next(rewriting.plain_words(tree))
    assert str(rewriting.replaced(tree, word, rewriting.spelled(word, "x y"))) == (
        '((x AND y) AND "a" AND -a AND title:a AND ((x AND y) OR b))'
    )
    in_title = list(rewriting.plain_words(tree))[1]
    assert str(rewriting.spelled(in_title, "x")) == "title:x"


def test_without_a_word_groups_shrink() -> None:
    tree = parse("a (b OR c) -d")
    words = {str(word): word for word in rewriting.plain_words(tree)}
    assert str(rewriting.without(tree, [words["b"]])) == "(a AND c AND -d)"
    assert rewriting.without(parse("a"), [words["a"]]) is None


def test_a_rare_word_beside_a_common_one_counts_less_than_its_factor() -> None:
    common, rare = (next(rewriting.plain_words(parse(text))) for text in ("common", "rare"))
    rarity = {"common": 2.0, "rare": 8.0}.__getitem__
    node = rewriting.beside(common, [(rare, 0.5)], rarity)
    assert isinstance(node, AnyOf) and str(node) == "(common OR rare^0.12)"
    assert str(rewriting.beside(rare, [(common, 0.5)], rarity)) == "(rare OR common^0.5)"
    assert rewriting.beside(common, [], rarity) == common
    assert isinstance(common, Word)
