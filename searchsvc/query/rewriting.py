"""Syntax trees in which a word has become something else, or is asked for no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from searchsvc.analysis import words
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Node,
    Phrase,
    Preferring,
    Prefix,
    Weighted,
    Wildcard,
    Word,
)


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
        case AllOf(nodes=nodes):
            return AllOf(tuple(replaced(inner, word, replacement) for inner in nodes))
        case AnyOf(nodes=nodes):
            return AnyOf(tuple(replaced(inner, word, replacement) for inner in nodes))
    return replacement if node == word else node


def spelled(word: Word, text: str) -> Node:
    """A word, in its field, spelled otherwise: it may have become several."""
    nodes = tuple(replace(word, terms=found.terms) for found in words(text))
    return _all_of(nodes)


def without(node: Node, gone: Sequence[Word]) -> Node | None:
    """The tree without some plain words; None if nothing is left."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            kept = [left for inner in nodes if (left := without(inner, gone)) is not None]
            if len(kept) < 2:
                return kept[0] if kept else None
            return type(node)(tuple(kept))
    return None if node in gone else node


def relaxations(node: Node, articles: Callable[[Node], int]) -> Iterator[Node]:
    """The tree without the parts that no article has, then with one after another made optional.

    The commonest goes first, as `articles` counts them: the rarer a word, the more it says what is
    looked for. Phrases, exclusions and values stay, and so does one part.
    """
    if not isinstance(node, AllOf):
        return
    counts = {part: articles(part) for part in node.nodes if _may_go(part)}
    needed = tuple(part for part in node.nodes if counts.get(part, 1))
    wished: tuple[Node, ...] = ()
    if len(needed) < len(node.nodes) and any(map(_says_something, needed)):
        yield _all_of(needed)
    for part in sorted(filter(counts.get, counts), key=lambda part: -counts[part]):
        needed = tuple(left for left in needed if left != part)
        if not any(map(_says_something, needed)):
            return
        wished += (part,)
        yield Preferring(_all_of(needed), wished)


def beside(
    node: Node, others: Iterable[tuple[Node, float]], rarity: Callable[[str], float]
) -> Node:
    """A node, or others in its place, each of which counts its factor of it.

    Were they scored as they are, a rare one would count more than what it only stands for.
    """
    own = _rarity(node, rarity)
    weighted = [
        Weighted(other, factor * min(own / _rarity(other, rarity), 1.0)) for other, factor in others
    ]
    return AnyOf((node, *weighted)) if weighted else node


def _rarity(node: Node, rarity: Callable[[str], float]) -> float:
    """Of all its words together, as their scores are summed."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return sum(_rarity(inner, rarity) for inner in nodes)
        case Word(terms=terms):
            return sum(map(rarity, terms.parts))
        case Phrase(words=phrase):
            return sum(rarity(part) for word in phrase for part in word.parts)
    return 1.0


def _all_of(nodes: tuple[Node, ...]) -> Node:
    return nodes[0] if len(nodes) == 1 else AllOf(nodes)


def _says_something(node: Node) -> bool:
    """Whether what is found is found by it, rather than only let through."""
    return _may_go(node) or isinstance(node, Phrase)


def _may_go(node: Node) -> bool:
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return all(map(_may_go, nodes))
        case Weighted(node=inner):
            return _may_go(inner)
    return isinstance(node, Word | Prefix | Wildcard)
