"""Queries that the typed text may become, by the words and phrases of live articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from searchsvc.analysis import fold
from searchsvc.scoring import kernels
from searchsvc.suggest.building import STOP_SHARE
from searchsvc.suggest.lookup import Beside, Lookup
from searchsvc.suggest.surface import words_of
from searchsvc.suggest.typed import Typed

PHRASE_FAVOUR = 1.5
"""A phrase says more than its first word, whose articles are at least as many."""
NEXT_FAVOUR = 3.0
"""A word that follows the ones typed says more than one that stands elsewhere in the title."""
NEARLY_ALWAYS = 0.6
"""A phrase of two words that goes on in the same way so often is left out for that of three."""

MOST_FOLLOWING = 3
"""Words of a title that are offered after the finished ones."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Words by which the one being typed is completed, and an article that has them.

    `weight` is that of the articles with them, `favour` what it counts in the order.
    """

    typed: Typed
    terms: tuple[str, ...]
    weight: float
    favour: float
    example: int

    @property
    def score(self) -> float:
        return self.weight * self.favour


def completions(
    lookup: Lookup, typed: Typed, beside: Beside | None, count: int
) -> list[Completion]:
    """The best completions; `beside` is what stands beside the finished words, if there are any."""
    before = lookup.terms(typed)
    if not before:
        found = [*_words(lookup, typed, 2 * count), *_phrases(lookup, typed, 2 * count)]
    else:
        found = list(_next(lookup, typed, before, beside, 2 * count))
        says_something = not lookup.stops.issuperset(before)
        if beside is not None and (says_something or not found):
            found += _beside(lookup, typed, beside, 2 * count + len(before))
    return _distinct(lookup, before, found, count)


def _words(lookup: Lookup, typed: Typed, count: int) -> Iterator[Completion]:
    weighed = lookup.weighed
    first, last = lookup.range_of(typed.last)
    for word in kernels.best_of_range(weighed.scores, first, last, count).tolist():
        term = lookup.words[word].decode()
        weight, example = float(weighed.scores[word]), int(weighed.examples[word])
        yield Completion(typed, (term,), weight, 1.0, example)


def _phrases(lookup: Lookup, typed: Typed, count: int) -> Iterator[Completion]:
    """Of which the word being typed is the first."""
    starts = lookup.tables.phrases.words[0]
    first, last = starts.searchsorted(np.array(lookup.range_of(typed.last), np.int32)).tolist()
    return _of_rows(lookup, typed, first, last, 0, PHRASE_FAVOUR, count)


def _next(
    lookup: Lookup, typed: Typed, before: Sequence[str], beside: Beside | None, count: int
) -> Iterator[Completion]:
    """Phrases that the last one or two words begin."""
    numbers = [lookup.number(term) for term in before[-2:]]
    if len(numbers) == 2 and min(numbers) >= 0:
        rows = _rows(lookup, numbers, typed.last)
        for completion in _of_rows(lookup, typed, *rows, 2, 2 * NEXT_FAVOUR, count):
            if len(before) == 2 or _is_beside(lookup, beside, completion):
                yield completion
    if numbers[-1] >= 0:
        rows = _rows(lookup, numbers[-1:], typed.last)
        for completion in _of_rows(lookup, typed, *rows, 1, NEXT_FAVOUR, count):
            if len(before) == 1 or (
                len(completion.terms) == 1 and _is_beside(lookup, beside, completion)
            ):
                yield completion


def _is_beside(lookup: Lookup, beside: Beside | None, completion: Completion) -> bool:
    """Whether an article has the completion together with all the words before it."""
    if beside is None:
        return False
    place = lookup.number(completion.terms[0]) - beside.first
    return 0 <= place < len(beside.sums) and bool(beside.sums[place] > 0)


def _rows(lookup: Lookup, heads: Sequence[int], start: str) -> tuple[int, int]:
    """The phrases that begin with these words, followed by one that begins so."""
    table = lookup.tables.phrases.words
    first, last = 0, table.shape[1]
    ranges = [*((head, head + 1) for head in heads), lookup.range_of(start)]
    for column, (low, high) in zip(table, ranges, strict=False):
        # Its type spares numpy a copy of the column.
        part = column[first:last].searchsorted(np.array((low, high), np.int32)).tolist()
        first, last = first + part[0], first + part[1]
    return first, last


def _of_rows(
    lookup: Lookup, typed: Typed, first: int, last: int, skipped: int, favour: float, count: int
) -> Iterator[Completion]:
    phrases = lookup.tables.phrases
    for row in kernels.best_of_range(phrases.scores, first, last, count).tolist():
        example = int(phrases.examples[row])
        if lookup.weights[example] > 0:
            numbers = phrases.words[skipped:, row].tolist()
            terms = tuple(lookup.words[number].decode() for number in numbers if number >= 0)
            yield Completion(typed, terms, float(phrases.scores[row]), favour, example)


def _beside(lookup: Lookup, typed: Typed, beside: Beside, count: int) -> Iterator[Completion]:
    for place in kernels.best_of_range(beside.sums, 0, len(beside.sums), count).tolist():
        term = lookup.words[beside.first + place].decode()
        favour = STOP_SHARE if term in lookup.stops else 1.0
        weight, example = float(beside.sums[place]), int(beside.examples[place])
        yield Completion(typed, (term,), weight, favour, example)


def following(
    lookup: Lookup, typed: Typed, titles: Iterable[tuple[int, str]], count: int
) -> list[Completion]:
    """What follows the finished words in titles, up to a word that says something."""
    before = lookup.terms(typed)
    last = lookup.stem(before[-1])
    weights: dict[tuple[str, ...], float] = {}
    examples: dict[tuple[str, ...], int] = {}
    for doc, title in titles:
        terms = [part for word in words_of(title) for part in word.terms.parts]
        for place, term in enumerate(terms, start=1):
            if lookup.stem(term) == last and (next_terms := _up_to_telling(lookup, terms, place)):
                weights[next_terms] = weights.get(next_terms, 0.0) + float(lookup.weights[doc])
                examples[next_terms] = doc
    found = [Completion(typed, terms, weights[terms], 1.0, examples[terms]) for terms in weights]
    return _distinct(lookup, before, found, count)


def _up_to_telling(lookup: Lookup, terms: Sequence[str], start: int) -> tuple[str, ...]:
    """From a place on, the words up to one that is no stop word; none if that is far."""
    for place in range(start, min(start + MOST_FOLLOWING, len(terms))):
        if terms[place] not in lookup.stops:
            return tuple(terms[start : place + 1])
    return ()


def _distinct(
    lookup: Lookup, before: Sequence[str], found: Iterable[Completion], count: int
) -> list[Completion]:
    """The best first; one of several forms, none that says again what was typed."""
    ordered = sorted(found, key=lambda completion: -completion.score)
    longer: dict[tuple[str, ...], float] = {}
    for completion in ordered:
        if len(completion.terms) == 3:
            start = completion.terms[:2]
            longer[start] = max(longer.get(start, 0.0), completion.weight)
    said = {lookup.stem(term) for term in before}
    seen = set()
    kept = []
    for completion in ordered:
        if any(not term.isascii() and fold(term) != term for term in completion.terms):
            continue  # it is there without its accents as well
        stems = [lookup.stem(term) for term in completion.terms]
        key = "".join(stems)
        if key in seen or stems[0] in said:
            continue
        if longer.get(completion.terms, 0.0) >= NEARLY_ALWAYS * completion.weight:
            continue
        seen.add(key)
        kept.append(completion)
        if len(kept) == count:
            break
    return kept
