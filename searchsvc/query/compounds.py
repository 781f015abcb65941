"""Compounds, however they are spelled: `start-up`, `startup` and `start up` find each other.

A text with a hyphen tells that both other spellings mean the same: the index knows which words its
texts hyphenate. Without that, `nowhere` would have to find "now here".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from searchsvc.analysis import Terms
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Phrase,
    Variants,
    Weighted,
    Word,
    all_of,
)


class Compounds(Protocol):
    """Which words are known to be written with a hyphen."""

    def parts(self, solid: str) -> tuple[str, ...] | None:
        """The parts of a word written as one."""

    def are_one(self, first: str, second: str) -> bool:
        """Whether two words are the parts of one."""


def spelled_out(node: Node, compounds: Compounds) -> Node:
    """The tree with every known compound in all of its spellings."""
    match node:
        case Word(terms=terms, field=field) if parts := _parts(terms, compounds):
            apart = tuple(Terms((part,)) for part in parts)
            return Variants((node, Phrase(apart, field)))
        case Phrase(words=words):
            return replace(node, words=_in_phrase(words, compounds))
        case AllOf(nodes=nodes):
            return all_of(_joined(nodes, compounds)) or node
        case AnyOf(nodes=nodes):
            return type(node)(tuple(spelled_out(inner, compounds) for inner in nodes))
        case Excluded(node=inner) | Weighted(node=inner):
            return replace(node, node=spelled_out(inner, compounds))
    return node


def _parts(terms: Terms, compounds: Compounds) -> tuple[str, ...] | None:
    return compounds.parts(terms.parts[0]) if len(terms.parts) == 1 else None


def _solid(first: Terms, second: Terms, compounds: Compounds) -> str | None:
    """Two words as one, if they are known to be."""
    if len(first.parts) == len(second.parts) == 1:
        if compounds.are_one(first.parts[0], second.parts[0]):
            return first.parts[0] + second.parts[0]
    return None


def _joined(nodes: Sequence[Node], compounds: Compounds) -> list[Node]:
    """Neighbours that are the parts of a word may stand there as that word, too."""
    found: list[Node] = []
    number = 0
    while number < len(nodes):
        match nodes[number : number + 2]:
            case (Word(terms=first, field=field), Word(terms=second, field=other)) if (
                field == other and (solid := _solid(first, second, compounds))
            ):
                pair = AllOf(tuple(nodes[number : number + 2]))
                found.append(Variants((pair, Word(Terms((solid,)), field))))
                number += 2
            case (node, *_):
                found.append(spelled_out(node, compounds))
                number += 1
    return found


def _in_phrase(words: Sequence[Terms], compounds: Compounds) -> tuple[Terms, ...]:
    """Each compound as if it had been typed with its hyphen."""
    found: list[Terms] = []
    number = 0
    while number < len(words):
        terms = words[number]
        solid = number + 1 < len(words) and _solid(terms, words[number + 1], compounds)
        if solid:
            parts = tuple(part for of in words[number : number + 2] for part in of.parts)
            found.append(Terms(parts, solid))
            number += 1
        elif parts_of := _parts(terms, compounds):
            found.append(Terms(parts_of, terms.parts[0]))
        else:
            found.append(terms)
        number += 1
    return tuple(found)
