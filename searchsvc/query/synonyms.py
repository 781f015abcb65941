"""A syntax tree with the editors' synonyms beside its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchsvc.analysis import Terms
from searchsvc.editorial.synonyms import Form, Synonyms
from searchsvc.query import rewriting
from searchsvc.query.nodes import AllOf, AnyOf, Node, Phrase, Prefix, Variants, Word, all_of

SYNONYM = 0.5
"""What a synonym counts against the word itself. A prior at most doubles a score: so an article
with a synonym never passes one that has the word and is like it otherwise."""
MAX_ALTERNATIVES = 64
"""In one query; the first words' come first."""

_Key = tuple[str, ...]


class Expander:
    """Finds the synonyms of one set of rules in trees, whatever the form or spelling of words.

    `[e-mail, electronic mail]` is for `email` and `emails`, too.
    """

    def __init__(self, synonyms: Synonyms, stem: Callable[[str], str]) -> None:
        self._stem = stem
        self._others: dict[_Key, dict[Form, None]] = {}
        for form, others in synonyms.others.items():
            keys = self._keys(form)
            different = [other for other in others if keys.keys().isdisjoint(self._keys(other))]
            for key in keys:
                self._others.setdefault(key, {}).update(dict.fromkeys(different))
        self.longest = max([2, *map(len, self._others)])
        """Words side by side that may have synonyms together."""

    def expand(
        self,
        node: Node,
        rarity: Callable[[str], float],
        are_one: Callable[[str, str], bool] | None = None,
    ) -> Node:
        """The tree with synonyms.

        `rarity` is a term's inverse document frequency. `are_one` tells of two words whether
        articles write them as one, so that `e mail` has the synonyms of `email`.
        """
        return _Expansion(self, rarity, are_one).expanded(node) if self._others else node

    def others(self, form: Form) -> list[Form]:
        """The synonyms of some words side by side."""
        if len(form) == 1 and len(form[0].parts) == 1:
            return list(self._others.get((self._stem(form[0].parts[0]),), ()))  # most words
        return list(
            {other: None for key in self._keys(form) for other in self._others.get(key, ())}
        )

    def _keys(self, form: Form) -> dict[_Key, None]:
        """Each spelling of a form, in stems."""
        spellings = Phrase(form).spellings
        return dict.fromkeys(tuple(map(self._stem, spelling)) for spelling in spellings)


@dataclass(slots=True)
class _Expansion:
    """Of one tree."""

    expander: Expander
    rarity: Callable[[str], float]
    are_one: Callable[[str, str], bool] | None
    room: int = MAX_ALTERNATIVES

    def expanded(self, node: Node) -> Node:
        match node:
            case AllOf(nodes=nodes):
                return all_of(self._sequence(nodes)) or node
            case AnyOf(nodes=nodes) if _word_of(node) is None:
                return type(node)(tuple(self.expanded(inner) for inner in nodes))
        return self._beside([node], self._others([node])) if _word_of(node) else node

    def _sequence(self, nodes: Sequence[Node]) -> list[Node]:
        """Parts that must all match: of forms that begin at one place the longest counts."""
        found: list[Node] = []
        place = 0
        while place < len(nodes):
            for size in range(min(self.expander.longest, len(nodes) - place), 0, -1):
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
        forms = self.expander.others(self._form(words))[: self.room]
        self.room -= len(forms)
        return [Word(form[0], field) if len(form) == 1 else Phrase(form, field) for form in forms]

    def _form(self, words: Sequence[Word]) -> Form:
        """Some words as a form; two that articles write as one are one."""
        form = tuple(word.terms for word in words)
        parts = tuple(part for terms in form for part in terms.parts)
        if len(form) == len(parts) == 2 and self.are_one and self.are_one(*parts):
            return (Terms(parts, "".join(parts)),)
        return form

    def _beside(self, nodes: Sequence[Node], others: Sequence[Node]) -> Node:
        node = all_of(nodes)
        assert node is not None
        return rewriting.beside(node, [(other, SYNONYM) for other in others], self.rarity)


def _word_of(node: Node) -> Word | None:
    """A word, also one that is unfinished and stands for all that begin so."""
    match node:
        case Word():
            return node
        case Variants(nodes=(Word() as word, Prefix(), *_)):
            return word
    return None
