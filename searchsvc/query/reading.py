"""How a query of plain words is read: which of them an article has to have.

All words are required while more than a few articles have them all. Otherwise an article needs
enough of them. That is measured by its coverage: the sum of the weights of the words that it has.
What was quoted, excluded, joined by OR or used as a filter stays required whatever happens, but
for quotations in a text of many words: there they are words like others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from searchsvc.analysis import Terms, function_words
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Node,
    Phrase,
    Prefix,
    Variants,
    Weighted,
    Wildcard,
    Word,
    grouped,
    positive,
)

ENOUGH, ENOUGH_OF_MANY = 10, 20
"""More articles than this that have all words are enough: then all words are required. The second
is for more words than HALF_UP_TO, of which some are often there by chance of phrasing."""
ENOUGH_RELAXED = 300
"""The same for less than all of many words. The best articles stand first however many there are;
the bound keeps orders by date and facets to articles that have to do with the query."""
MAX_WORDS = 64
"""Different words of a query that count; of more, those that weigh most."""
ANY_FROM = 8
"""Different words of a query of which any one is enough: it is a sentence or a list, and an article
that has them all is a copy of it."""
HALF_UP_TO = 3
"""Different words of which half are enough. Of more, their rarity tells which ones matter."""
SHARES = (0.4, 0.25, 0.1)
"""Of the rarity of four to seven words: what is required, one after the other, of articles."""

_WORDS = (Word, Prefix, Wildcard, Variants)
_LEAST_WEIGHT = 0.01
"""Against the rarest word: a word that all articles have still counts."""
_ROUNDING = 1e-5
"""Coverage is a sum of weights in any order: thresholds are a little lower than what they ask."""
_CONTRACTED = {"en": frozenset(("s", "t", "don"))}
"""Ends and beginnings of contractions in lists of function words: alone they are names."""
_PUNCTUATION = ".,;:!?'\"()\u2018\u2019\u201c\u201d"


@dataclass(frozen=True, slots=True)
class WordGroup:
    """A node that stands for one word, and how often it was asked.

    The node is a Word, Prefix, Wildcard or Variants; in a long text a Phrase, too.
    """

    node: Node
    times: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What is required of an article, and what its words count.

    groups      nodes of the words that count, in the order typed
    factors     by which the score of each is multiplied, as it was asked once or more often
    weights     what each adds to the coverage of an article that has it
    thresholds  coverages to be tried, descending: the first one asks for all words
    enough      for each threshold: it is taken if more articles than this reach it, and the last
                one is taken in any case
    is_any      any word is enough from the start
    ignored     words that no article has, or that are past MAX_WORDS, as they were typed
    """

    groups: tuple[Node, ...]
    factors: tuple[float, ...]
    weights: tuple[float, ...]
    thresholds: tuple[float, ...]
    enough: tuple[int, ...]
    is_any: bool
    ignored: tuple[str, ...]

    @property
    def whole(self) -> float:
        """The coverage of an article that has all the words that count."""
        return sum(self.weights) * (1 - _ROUNDING)

    def threshold(self, articles: Callable[[float], int]) -> float:
        """The coverage to ask for; `articles` counts those that reach one."""
        for threshold, enough in zip(self.thresholds[:-1], self.enough, strict=False):
            if articles(threshold) > enough:
                return threshold
        return self.thresholds[-1] if self.thresholds else 0.0


def without_function_words(node: Node, language: str, typed: str = "") -> Node:
    """The tree without "the", "of" and the like, where it has another word, phrase or pattern.

    They stay in quotes, in a field, and beside nothing else ("the who"). So does one written in
    capitals in `typed`, the query's text, if that is not in capitals throughout: "WHO report".
    """
    dropped = function_words(language) - _CONTRACTED.get(language, frozenset())
    if typed and not typed.islower():
        dropped = dropped.difference(_acronyms(typed))
    return _without(node, dropped)


def _without(node: Node, dropped: frozenset[str]) -> Node:
    match node:
        case AllOf(nodes=nodes) | AnyOf(nodes=nodes):
            inner = [_without(part, dropped) for part in nodes]
            kept = [part for part in inner if not _is_function_word(part, dropped)]
            if isinstance(node, Variants) or not any(map(positive, kept)):
                kept = inner
            return grouped(type(node), kept)
    return node


def _is_function_word(node: Node, dropped: frozenset[str]) -> bool:
    match node:
        case Word(terms=terms, field=None):
            return len(terms.parts) == 1 and terms.parts[0] in dropped
    return False


def _acronyms(typed: str) -> Iterator[str]:
    """The words in capitals, folded. The first letter of a sentence and the English I say
    nothing.
    """
    if typed.isupper():
        return
    before = "."
    for written in typed.split():
        word = written.strip(_PUNCTUATION)
        if word.isupper() and (len(word) > 1 or before[-1] not in ".:?!" and word != "I"):
            yield word.lower()
        before = written


def with_parts_apart(node: Node, language: str, is_known: Callable[[str], bool]) -> Node:
    """The tree in which each part of a compound among other words is a word of its own.

    An article may then have one part and lack the other, as with words that were typed apart:
    "high-speed" in a long query says high and speed. The joined form stands for each part. A
    compound stays one word where a part says nothing alone or is in no article.
    """
    if not isinstance(node, AllOf):
        return node
    dropped = function_words(language)
    apart: list[Node] = []
    for inner in node.nodes:
        parts, solid = _parts_of(inner)
        terms = [part.terms.parts[0] for part in parts]
        if solid and all(is_known(term) and term not in dropped for term in terms):
            apart += [Variants((part, Weighted(solid, 1 / len(parts)))) for part in parts]
        else:
            apart.append(inner)
    return AllOf(tuple(apart))


def _parts_of(node: Node) -> tuple[list[Word], Word | None]:
    """The parts of a compound, each as a word, and the word that they are together."""
    match node:
        case Word(terms=terms, field=None) if terms.solid and not node.together:
            return [Word(Terms((part,))) for part in terms.parts], Word(Terms((terms.solid,)))
        case Variants(nodes=(AllOf(nodes=pair), Word() as solid)):
            parts = [part for part in pair if isinstance(part, Word)]
            terms = Terms(tuple(part.terms.parts[0] for part in parts), solid.terms.parts[0])
            if not Word(terms).together:
                return parts, solid
    return [], None


def groups_of(node: Node) -> tuple[list[WordGroup], list[Node]]:
    """The different words of a tree, and what else it has, which stays required.

    Who types many words tells, or has copied, a text, in which quotation marks require nothing.
    """
    nodes = node.nodes if isinstance(node, AllOf) else (node,)
    counts: Counter[Node] = Counter(part for part in nodes if isinstance(part, _WORDS))
    if len(counts) >= ANY_FROM:
        counts.update(part for part in nodes if isinstance(part, Phrase))
    required = [part for part in nodes if part not in counts]
    return [WordGroup(part, count) for part, count in counts.items()], required


def read(
    groups: Sequence[WordGroup],
    frequencies: Sequence[int],
    rarities: Sequence[float],
    required: Iterable[Node] = (),
) -> Reading:
    """How words are read: for each group, how many articles have it and its idf.

    A word that no article has is required of nothing, unless nothing else, not even among the
    `required`, says what is looked for.
    """
    known = [place for place, articles in enumerate(frequencies) if articles]
    if not known and not any(map(positive, required)):
        known = list(range(len(groups)))  # so nothing is found
    factors = [repeated(group.times) for group in groups]
    heaviest = sorted(known, key=lambda place: -rarities[place] * factors[place])
    counted = sorted(heaviest[:MAX_WORDS])
    chosen = {place for place in counted if frequencies[place]}
    weights = _weights([rarities[place] for place in counted])
    steps = _steps(weights)
    return Reading(
        groups=tuple(groups[place].node for place in counted),
        factors=tuple(factors[place] for place in counted),
        weights=weights,
        thresholds=tuple(threshold for threshold, _ in steps),
        enough=tuple(enough for _, enough in steps),
        is_any=len(counted) >= ANY_FROM,
        ignored=tuple(typed(of.node) for place, of in enumerate(groups) if place not in chosen),
    )


def repeated(times: int) -> float:
    """What a word counts that was asked so many times: nine times as much at most."""
    return 9 * times / (times + 8)


def _weights(rarities: Sequence[float]) -> tuple[float, ...]:
    """What each word adds to coverage: one, or its rarity where that decides."""
    if len(rarities) <= HALF_UP_TO:
        return (1.0,) * len(rarities)
    least = max(rarities) * _LEAST_WEIGHT or 1.0
    return tuple(max(rarity, least) for rarity in rarities)


def _steps(weights: Sequence[float]) -> list[tuple[float, int]]:
    """Thresholds, and how many articles at most are not enough for each."""
    size = len(weights)
    if not size:
        return []
    whole, least = sum(weights) * (1 - _ROUNDING), min(weights) * (1 - _ROUNDING)
    if size >= ANY_FROM:
        return [(least, ENOUGH)]
    if size <= HALF_UP_TO:
        # Half of three is two, and one where few articles have two.
        half = max(size / 2 * (1 - _ROUNDING), least)
        steps = [(whole, ENOUGH), (half, ENOUGH), (least, ENOUGH)]
    else:
        shares = [(max(share * whole, least), ENOUGH_RELAXED) for share in SHARES]
        steps = [(whole, ENOUGH_OF_MANY), *shares, (least, ENOUGH_RELAXED)]
    return _descending(steps)


def enough_of_all(words: int) -> int:
    """How many articles at most are not enough, of those that have so many words."""
    return ENOUGH if words <= HALF_UP_TO else ENOUGH_OF_MANY


def _descending(steps: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    """Without those that ask for as much as the one before or more."""
    found: list[tuple[float, int]] = []
    for step in steps:
        if not found or step[0] < found[-1][0]:
            found.append(step)
    return found


def typed(group: Node) -> str:
    """The word that a group stands for, near to how it was typed."""
    match group:
        case Word(terms=terms):
            if terms.solid and not any(part.isdigit() for part in terms.parts):
                return "-".join(terms.parts)
            return terms.written or str(Word(terms))
        case AllOf(nodes=nodes):
            return " ".join(map(typed, nodes))
        case Variants(nodes=nodes):
            return typed(nodes[0])
    return str(group)
