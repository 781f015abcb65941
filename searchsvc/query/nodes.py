"""The syntax tree: what a reader asked for, before any index is looked at.

`str(node)` is what `parsed` shows. Leaves that are looked for in texts have a `field`: one of
TEXT_FIELDS, or None for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from searchsvc.analysis import Terms
from searchsvc.articles import dates

MAX_VARIED = 3
"""Compounds of one phrase that are spelled independently of each other."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in any of its forms."""

    terms: Terms
    field: str | None = None

    @property
    def alone(self) -> tuple[str, ...]:
        """The terms of which each may be found for itself, in any form."""
        parts, solid = self.terms.parts, self.terms.solid
        if len(parts) == 1:
            return parts
        if solid is None:
            return ()
        return (solid,) if self.together else (solid, *parts)

    @property
    def together(self) -> list[tuple[str, ...]]:
        """The parts, if they have to stand side by side: those of a run of CJK, and of a compound
        of which a part says nothing alone.
        """
        parts, solid = self.terms.parts, self.terms.solid
        if len(parts) == 1:
            return []
        is_weak = any(len(part) == 1 or part[0].isdigit() for part in parts)
        return [parts] if is_weak or solid is None or "&" in solid else []

    def __str__(self) -> str:
        return _in_field(self.field, self.terms.solid or _joined(self.terms.parts))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in exactly these forms."""

    words: tuple[Terms, ...]
    field: str | None = None

    @property
    def spellings(self) -> list[list[str]]:
        """The terms that may stand side by side in a text: each compound in parts, or solid."""
        ways = [[word.parts, (word.solid,)] if word.solid else [word.parts] for word in self.words]
        if sum(map(len, ways)) - len(ways) > MAX_VARIED:
            chosen = [[way[0] for way in ways], [way[-1] for way in ways]]  # all in one way
        else:
            chosen = [list(choice) for choice in product(*ways)]
        return [[term for way in choice for term in way] for choice in chosen]

    def __str__(self) -> str:
        words = " ".join(
            " ".join(word.parts) if word.solid else _joined(word.parts) for word in self.words
        )
        return _in_field(self.field, f'"{words}"')


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with this text."""

    text: str
    field: str | None = None

    def __str__(self) -> str:
        return _in_field(self.field, f"{self.text}*")


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Any word of this pattern: `?` is one character, `*` any number of them."""

    pattern: str
    field: str | None = None

    def __str__(self) -> str:
        return _in_field(self.field, self.pattern)


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an article that is no text: it lets articles pass and adds nothing to scores.

    `name` is topic, provider, site, type or category; `text` is folded as keys are.

    is_exact   as quoted: the words of a topic or provider in this order and form
    is_prefix  values that begin so, or have a word that does
    """

    name: str
    text: str
    is_exact: bool = False
    is_prefix: bool = False

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.is_exact else self.text
        return f"{self.name}:{text}{'*' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True)
class Published:
    """Articles published from one second to another, both included; None is no bound."""

    first: datetime | None
    last: datetime | None

    def __str__(self) -> str:
        first, last = (dates.iso(end) if end else "" for end in (self.first, self.last))
        return f"published:{first}..{last}"


@dataclass(frozen=True, slots=True)
class Excluded:
    node: Node

    def __str__(self) -> str:
        return f"-{self.node}"


@dataclass(frozen=True, slots=True)
class AllOf:
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return "(" + " AND ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class AnyOf:
    nodes: tuple[Node, ...]

    def __str__(self) -> str:
        return "(" + " OR ".join(map(str, self.nodes)) + ")"


@dataclass(frozen=True, slots=True)
class Variants(AnyOf):
    """One word as typed, and after it what may stand for it: spellings, synonyms, corrections.

    It matches like any AnyOf. Where fewer words are required than were typed, it counts as one
    word, while an OR that a reader typed stays as it is.
    """


@dataclass(frozen=True, slots=True)
class Weighted:
    """A node whose scores are multiplied; nobody types it."""

    node: Node
    weight: float

    def __str__(self) -> str:
        return f"{self.node}^{self.weight:.2g}"


@dataclass(frozen=True, slots=True)
class Nothing:
    """A query in which no word is left: it matches nothing."""

    def __str__(self) -> str:
        return "nothing"


TextLeaf = Word | Phrase | Prefix | Wildcard
Leaf = TextLeaf | Value | Published
Node = Leaf | Excluded | AllOf | AnyOf | Weighted | Nothing
"""Variants are AnyOf."""


def positive(node: Node) -> list[TextLeaf]:
    """The leaves that a matching text may hold: what is highlighted, each in its field."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return [leaf for inner in nodes for leaf in positive(inner)]
        case Weighted(node=inner):
            return positive(inner)
        case Word() | Phrase() | Prefix() | Wildcard():
            return [node]
        case _:
            return []


def all_of(nodes: Sequence[Node]) -> Node | None:
    """Several nodes as one, or the only one; None of none."""
    if len(nodes) > 1:
        return AllOf(tuple(nodes))
    return nodes[0] if nodes else None


def grouped(kind: type[AllOf | AnyOf], nodes: Sequence[Node]) -> Node:
    """Some nodes, one at least, as a group; one of its kind within it is no group of its own."""
    if len(nodes) == 1:
        return nodes[0]
    inner = (node.nodes if isinstance(node, kind) else (node,) for node in nodes)
    return kind(tuple(part for nodes in inner for part in nodes))


def _in_field(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text


def _joined(parts: Sequence[str]) -> str:
    """One word as it was written: the parts of a run of CJK overlap by a character."""
    return parts[0] + "".join(part[-1] for part in parts[1:])
