"""What a reader types, read into a tree: words, "phrases", OR, -word, prefix*.

    a b        both          a OR b    either; OR ties its neighbours closer than a space does
    "a b"      in this order, exactly so written
    -a         without a     super*    any word that begins so

Nothing here is ever an error: what cannot be read as syntax is read as plain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchsvc.analysis import Terms, words
from searchsvc.errors import InvalidRequest, ParameterError

MAX_WORDS = 32

_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))
_ITEM = re.compile(
    r'(?P<minus>-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)"|(?P<chunk>[^\s"]+))|(?P<stray>")'
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, in any of its forms."""

    terms: Terms

    def __str__(self) -> str:
        return self.terms.solid or self.terms.parts[0]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, in exactly these forms."""

    words: tuple[Terms, ...]

    def __str__(self) -> str:
        return '"' + " ".join(part for word in self.words for part in word.parts) + '"'


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with this text."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


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
class Nothing:
    """A query in which no word is left: it matches nothing."""

    def __str__(self) -> str:
        return "nothing"


Node = Word | Phrase | Prefix | Excluded | AllOf | AnyOf | Nothing


def parse(text: str) -> Node:
    """The tree of a query that is not empty. Raises InvalidRequest past MAX_WORDS words."""
    items = [_Item(found) for found in _ITEM.finditer(text.translate(_QUOTES))]
    nodes: list[Node] = []
    is_joined = False
    for number, item in enumerate(items):
        if item.is_or and nodes and _starts_operand(items, number + 1):
            is_joined = True
            continue
        operands = item.nodes()
        if operands and is_joined:
            last = nodes.pop()
            first = last.nodes if isinstance(last, AnyOf) else (last,)
            nodes.append(AnyOf((*first, _all_of(operands))))
        else:
            nodes.extend(operands)
        is_joined = is_joined and not operands
    _check_words(nodes)
    return _all_of(nodes) if nodes else Nothing()


class _Item:
    """One thing between spaces: a phrase, or a chunk of words with its minus."""

    def __init__(self, found: re.Match[str]) -> None:
        self.is_excluded = found["minus"] is not None
        self.phrase: str | None = found["phrase"]
        self.chunk: str = found["chunk"] or ""
        self.is_or = self.chunk == "OR" and not self.is_excluded

    def nodes(self) -> list[Node]:
        if self.phrase is not None:
            terms = tuple(word.terms for word in words(self.phrase))
            nodes: list[Node] = [Phrase(terms)] if terms else []
        else:
            nodes = _chunk_nodes(self.chunk)
        return [Excluded(_all_of(nodes))] if nodes and self.is_excluded else nodes


def _chunk_nodes(chunk: str) -> list[Node]:
    found = [word.terms for word in words(chunk)]
    if not found or not chunk.endswith("*"):
        return [Word(terms) for terms in found]
    *before, last = found
    if last.solid is None and len(last.parts) > 1:  # a run of CJK: only its end is unfinished
        before.append(Terms(last.parts[:-1]))
    return [*(Word(terms) for terms in before), Prefix(last.solid or last.parts[-1])]


def _starts_operand(items: list[_Item], number: int) -> bool:
    """Whether something stands there that OR can join."""
    return number < len(items) and not items[number].is_or and bool(items[number].nodes())


def _all_of(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else AllOf(tuple(nodes))


def _check_words(nodes: list[Node]) -> None:
    count = sum(map(_words_in, nodes))
    if count > MAX_WORDS:
        error = ParameterError("q", f"{count} words", f"at most {MAX_WORDS} words")
        raise InvalidRequest((error,))


def _words_in(node: Node) -> int:
    match node:
        case Word(terms=terms):
            return _size(terms)
        case Phrase(words=phrase):
            return sum(map(_size, phrase))
        case Excluded(node=inner):
            return _words_in(inner)
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return sum(map(_words_in, nodes))
        case _:
            return 1


def _size(terms: Terms) -> int:
    """A compound counts all its parts; a run of CJK, whose parts overlap, half of them."""
    return len(terms.parts) if terms.solid else (len(terms.parts) + 1) // 2


def positive(node: Node) -> list[Word | Phrase | Prefix]:
    """The leaves that a match may hold: what is highlighted."""
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            return [leaf for inner in nodes for leaf in positive(inner)]
        case Word() | Phrase() | Prefix():
            return [node]
        case _:
            return []
