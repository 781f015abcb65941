"""A syntax tree with the editors' synonyms beside its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchsvc.analysis import Terms
from searchsvc.editorial.synonyms import MAX_WORDS, Form, Synonyms
from searchsvc.query import rewriting
from searchsvc.query.nodes import AllOf, AnyOf, Node, Phrase, Prefix, Word, all_of

SYNONYM = 0.5
"""What a synonym counts against the word itself. A prior at most doubles a score: so an article
with a synonym never passes one that has the word and is like it otherwise."""
MAX_ALTERNATIVES = 64
"""In one query; the first words' come first."""

_Key = tuple[str, ...]


class Expander:
    """Finds the forms of one edition in trees, whatever the form of their words."""

    def __init__(self, synonyms: Synonyms, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._others: dict[_Key, dict[Form, None]] = {}
        for form, others in synonyms.others.items():
            key = self._key(form)
            known = self._others.setdefault(key, {})
            known.update((other, None) for other in others if self._key(other) != key)

    def expand(self, node: Node, rarity: Callable[[str], float]) -> Node:
        """The tree with synonyms; `rarity` is a word's inverse document frequency."""
        return _Expansion(self, rarity).expanded(node) if self._others else node

    def others(self, words: Sequence[Word]) -> list[Form]:
        """The synonyms of some words side by side."""
        terms = tuple(word.terms for word in words)
        found = self._others.get(self._key(terms))
        if found is None and len(terms) == 1 and terms[0].solid:
            found = self._others.get((self._stem(terms[0].solid),))
        return list(found or ())

    def _key(self, form: Sequence[Terms]) -> _Key:
        return tuple(self._stem(part) for terms in form for part in terms.parts)


@dataclass(slots=True)
class _Expansion:
    """Of one tree."""

    expander: Expander
    rarity: Callable[[str], float]
    room: int = MAX_ALTERNATIVES

    def expanded(self, node: Node) -> Node:
        match node:
            case AllOf(nodes=nodes):
                return all_of(self._sequence(nodes)) or node
            case AnyOf(nodes=nodes) if _word_of(node) is None:
                return AnyOf(tuple(self.expanded(inner) for inner in nodes))
        return self._beside([node], self._others([node])) if _word_of(node) else node

    def _sequence(self, nodes: Sequence[Node]) -> list[Node]:
        """Parts that must all match: of forms that begin at one place the longest counts."""
        found: list[Node] = []
        place = 0
        while place < len(nodes):
            for size in range(min(MAX_WORDS, len(nodes) - place), 0, -1):
                part = nodes[place : place + size]
                if others := self._others(part):
                    found.append(self._beside(part, others))
                    break
            else:
                size = 1
                found.append(self.expanded(nodes[place]))
            place += size
        return found

    def _others(self, nodes: Sequence[Node]) -> list[Node]:
        words = [word for node in nodes if (word := _word_of(node))]
        if len(words) < len(nodes) or len({word.field for word in words}) > 1:
            return []
        field = words[0].field
        forms = self.expander.others(words)[: self.room]
        self.room -= len(forms)
        return [Word(form[0], field) if len(form) == 1 else Phrase(form, field) for form in forms]

    def _beside(self, nodes: Sequence[Node], others: Sequence[Node]) -> Node:
        node = all_of(nodes)
        assert node is not None
        return rewriting.beside(node, [(other, SYNONYM) for other in others], self.rarity)


def _word_of(node: Node) -> Word | None:
    """A word, also one that is unfinished and stands for all that begin so."""
    match node:
        case Word():
            return node
        case AnyOf(nodes=(Word() as word, Prefix())):
            return word
    return None
