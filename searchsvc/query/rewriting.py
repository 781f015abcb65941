"""Syntax trees in which words are replaced, dropped, or have others beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from searchsvc.analysis import words
from searchsvc.query.nodes import AllOf, AnyOf, Node, Phrase, Variants, Weighted, Word, all_of


def plain_words(node: Node) -> Iterator[Word]:
    """The words that are neither quoted nor excluded, in order."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            for inner in nodes:
                yield from plain_words(inner)
        case Word():
            yield node


def replaced(node: Node, word: Word, replacement: Node) -> Node:
    """The tree with another node wherever a plain word stands."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return type(node)(tuple(replaced(inner, word, replacement) for inner in nodes))
    return replacement if node == word else node


def spelled(word: Word, text: str, language: str = "en") -> Node:
    """A word, in its field, spelled otherwise: it may become several. The text has a word."""
    found = all_of([replace(word, terms=found.terms) for found in words(text, language)])
    assert found is not None
    return found


def without(node: Node, gone: Collection[Word]) -> Node | None:
    """The tree without some plain words; None if nothing is left."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            kept = [left for inner in nodes if (left := without(inner, gone)) is not None]
            if len(kept) < 2:
                return kept[0] if kept else None
            return type(node)(tuple(kept))
    return None if node in gone else node


def beside(
    node: Node, others: Iterable[tuple[Node, float]], rarity: Callable[[str], float]
) -> Node:
    """A node, or others in its place, each of which counts its factor of it.

    `rarity` is a term's inverse document frequency. A rare word would otherwise count more than
    the common word that it only stands for.
    """
    own = _rarity(node, rarity)
    weighted = [
        Weighted(other, factor * min(own / _rarity(other, rarity), 1.0)) for other, factor in others
    ]
    if not weighted:
        return node
    own_ways = node.nodes if isinstance(node, Variants) else (node,)
    return Variants((*own_ways, *weighted))


def _rarity(node: Node, rarity: Callable[[str], float]) -> float:
    """That of all its words together, as their scores are summed."""
    match node:
        case Variants(nodes=nodes):
            return _rarity(nodes[0], rarity)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return sum(_rarity(inner, rarity) for inner in nodes)
        case Word(terms=terms):
            return sum(map(rarity, terms.parts))
        case Phrase(words=phrase):
            return sum(rarity(part) for word in phrase for part in word.parts)
    return 1.0
