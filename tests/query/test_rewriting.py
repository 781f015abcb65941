"""Syntax trees in which words are replaced, dropped, or have others beside them."""

from __future__ import annotations

from searchsvc.query import rewriting
from searchsvc.query.nodes import Variants
from searchsvc.query.syntax import parse


def test_a_word_is_replaced_where_it_is_plain_and_in_its_field() -> None:
    tree = parse('chip "chip" -chip title:chip (chip OR ham)')
    word, in_title, *_ = rewriting.plain_words(tree)
    assert str(rewriting.replaced(tree, word, rewriting.spelled(word, "big chip"))) == (
        '((big AND chip) AND "chip" AND -chip AND title:chip AND ((big AND chip) OR ham))'
    )
    assert str(rewriting.spelled(in_title, "bread")) == "title:bread"


def test_without_a_word_groups_shrink() -> None:
    tree = parse("chip (bread OR ham) -egg")
    words = {str(word): word for word in rewriting.plain_words(tree)}
    assert str(rewriting.without(tree, [words["bread"]])) == "(chip AND ham AND -egg)"
    assert rewriting.without(parse("chip"), [words["chip"]]) is None


def test_a_rare_word_beside_a_common_one_counts_less_than_its_factor() -> None:
    common, rare = (next(rewriting.plain_words(parse(text))) for text in ("common", "rare"))
    rarity = {"common": 2.0, "rare": 8.0}.__getitem__
    node = rewriting.beside(common, [(rare, 0.5)], rarity)
    assert isinstance(node, Variants) and str(node) == "(common OR rare^0.12)"
    assert str(rewriting.beside(rare, [(common, 0.5)], rarity)) == "(rare OR common^0.5)"
    assert rewriting.beside(common, [], rarity) == common


def test_others_join_the_variants_of_a_word() -> None:
    word = parse("super", typing=True)
    others = [(parse("grand"), 0.5)]
    assert str(rewriting.beside(word, others, lambda term: 1.0)) == "(super OR super* OR grand^0.5)"
