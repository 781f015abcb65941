"""Queries that the typed text may become, by the words and phrases of live articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from searchsvc.analysis import fold
from searchsvc.suggest.building import FUNCTION_SHARE
from searchsvc.suggest.lookup import Beside, Finished, Lookup, best_of
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
    words: tuple[int, ...]
    weight: float
    favour: float
    example: int

    @property
    def score(self) -> float:
        return self.weight * self.favour


def completions(
    lookup: Lookup, typed: Typed, finished: Finished, beside: Beside | None, count: int
) -> list[Completion]:
    """The best completions; `beside` is what stands beside the finished words, if there are any."""
    if not finished.terms:
        found = [*_words(lookup, typed, 2 * count), *_phrases(lookup, typed, 2 * count)]
    else:
        found = list(_next(lookup, typed, finished.words, beside, 2 * count))
        says_something = not lookup.functions.issuperset(finished.words)
        if beside is not None and (says_something or not found):
            found += _beside(lookup, typed, beside, 2 * count + len(finished.terms))
    return _distinct(lookup, finished, found, count)


def _words(lookup: Lookup, typed: Typed, count: int) -> Iterator[Completion]:
    scores, examples = lookup.words.scores, lookup.words.examples
    for word in best_of(scores, *lookup.range_of(typed.last), count):
        yield Completion(typed, (word,), float(scores[word]), 1.0, int(examples[word]))


def _phrases(lookup: Lookup, typed: Typed, count: int) -> Iterator[Completion]:
    """Of which the word being typed is the first."""
    return _of_rows(lookup, typed, _rows(lookup, (), typed.last), 0, PHRASE_FAVOUR, count)


def _next(
    lookup: Lookup, typed: Typed, before: Sequence[int], beside: Beside | None, count: int
) -> Iterator[Completion]:
    """Phrases that the last one or two words begin; an article has them with the words before."""
    for size in (2, 1):
        heads = before[-size:]
        if len(heads) < size or min(heads) < 0:
            continue
        rows = _rows(lookup, heads, typed.last)
        for completion in _of_rows(lookup, typed, rows, size, size * NEXT_FAVOUR, count):
            is_one_more = size == 2 or len(completion.words) == 1
            is_beside = beside is not None and beside.has(completion.words[0])
            if len(before) == size or is_one_more and is_beside:
                yield completion


def _rows(lookup: Lookup, heads: Sequence[int], start: str) -> tuple[int, int]:
    """The phrases that begin with these words, followed by one that begins so."""
    phrases = lookup.tables.phrases
    first, last = 0, len(phrases.first)
    ranges = [*((head, head + 1) for head in heads), lookup.range_of(start)]
    columns = (phrases.first, phrases.second, phrases.third)
    for column, (low, high) in zip(columns, ranges, strict=False):
        # Its type spares numpy a copy of the column.
        part = column[first:last].searchsorted(np.array((low, high), np.int32)).tolist()
        first, last = first + part[0], first + part[1]
    return first, last


def _of_rows(
    lookup: Lookup, typed: Typed, rows: tuple[int, int], skipped: int, favour: float, count: int
) -> Iterator[Completion]:
    phrases = lookup.tables.phrases
    for row in best_of(phrases.scores, *rows, count):
        words = (int(phrases.first[row]), int(phrases.second[row]), int(phrases.third[row]))
        score, example = float(phrases.scores[row]), int(phrases.examples[row])
        yield Completion(typed, words[skipped : 2 + (words[2] >= 0)], score, favour, example)


def _beside(lookup: Lookup, typed: Typed, beside: Beside, count: int) -> Iterator[Completion]:
    weighed = beside.weighed
    for place in best_of(weighed.scores, 0, len(weighed.scores), count):
        word = beside.first + place
        favour = FUNCTION_SHARE if word in lookup.functions else 1.0
        score, example = float(weighed.scores[place]), int(weighed.examples[place])
        yield Completion(typed, (word,), score, favour, example)


def following(
    lookup: Lookup, typed: Typed, finished: Finished, docs: Iterable[int], count: int
) -> list[Completion]:
    """What follows the finished words in titles, up to a word that says something."""
    titles, last = lookup.tables.titles, finished.stem_numbers[-1]
    weights: dict[tuple[int, ...], float] = {}
    examples: dict[tuple[int, ...], int] = {}
    for doc in docs:
        title = titles.words[titles.starts[doc] : titles.starts[doc + 1]]
        words = title.tolist()
        for place in np.flatnonzero(lookup.stem_of[title] == last).tolist():
            if next_words := _up_to_telling(lookup, words[place + 1 :][:MOST_FOLLOWING]):
                weights[next_words] = weights.get(next_words, 0.0) + float(lookup.weights[doc])
                examples[next_words] = doc
    found = [Completion(typed, words, weights[words], 1.0, examples[words]) for words in weights]
    return _distinct(lookup, finished, found, count)


def _up_to_telling(lookup: Lookup, words: Sequence[int]) -> tuple[int, ...]:
    """The words up to one that is no function word; none if there is no such."""
    for place, word in enumerate(words, start=1):
        if word not in lookup.functions:
            return tuple(words[:place])
    return ()


def _distinct(
    lookup: Lookup, finished: Finished, found: Iterable[Completion], count: int
) -> list[Completion]:
    """The best first; one of several forms, none that says again what was typed."""
    ordered = sorted(found, key=lambda completion: -completion.score)
    longer: dict[tuple[int, ...], float] = {}
    for completion in ordered:
        if len(completion.words) == 3:
            start = completion.words[:2]
            longer[start] = max(longer.get(start, 0.0), completion.weight)
    seen = set()
    kept: list[Completion] = []
    for completion in ordered:
        key = b"".join(map(lookup.stem_text, completion.words))  # covid 19 is covid19
        if key in seen or lookup.stem_of[completion.words[0]] in finished.stem_numbers:
            continue
        if longer.get(completion.words, 0.0) >= NEARLY_ALWAYS * completion.weight:
            continue
        if not lookup.is_live(completion.example) or any(
            not term.isascii() and fold(term) != term for term in map(lookup.term, completion.words)
        ):
            continue  # with accents: it is there without them as well
        seen.add(key)
        kept.append(completion)
        if len(kept) == count:
            break
    return kept
