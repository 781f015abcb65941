"""Queries that the typed text may become, by the words and phrases of live articles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from searchsvc.analysis import fold
from searchsvc.index.strings import encoded
from searchsvc.suggest.building import FUNCTION_SHARE
from searchsvc.suggest.lookup import Beside, Finished, Lookup, best_of
from searchsvc.suggest.tables import Phrases, Weighed
from searchsvc.suggest.typed import Typed

PHRASE_FAVOUR = 1.5
"""A phrase says more than its first word, whose articles are at least as many."""
NEXT_FAVOUR = 3.0
"""A word that follows the ones typed says more than one that stands elsewhere in the title."""
NEARLY_ALWAYS = 0.6
"""A phrase of two words that goes on in the same way so often is left out for that of three."""
MOST_FOLLOWING = 3
"""Words of a title that are offered after the finished ones."""


WordT = TypeVar("WordT")
"""A word as an engine knows it: its number, or itself."""
ArticleT = TypeVar("ArticleT")


@dataclass(frozen=True, slots=True)
class Completion(Generic[WordT, ArticleT]):
    """Words by which the one being typed is completed, and an article that has them.

    `weight` is that of the articles with them, `score` orders completions.
    """

    words: tuple[WordT, ...]
    weight: float
    score: float
    example: ArticleT


InIndex = Completion[int, int]
"""By the numbers of words and of documents."""


def completions(
    lookup: Lookup, typed: Typed, finished: Finished, beside: Beside | None, count: int
) -> list[InIndex]:
    """The best completions; `beside` is what stands beside the finished words, if there are any."""
    if not finished.terms:
        first, last = lookup.range_of(typed.last)
        found = list(_best(lookup.words, first, last, 2 * count))
        found += _phrases(lookup, typed, (), PHRASE_FAVOUR, 2 * count)
        return _distinct(lookup, finished, found, count)
    found = list(_next(lookup, typed, finished.words, beside, 2 * count))
    says_something = not lookup.functions.issuperset(finished.words)
    if beside is not None and (says_something or not found):
        weighed, most = beside.weighed, 2 * count + len(finished.terms)
        found += _best(weighed, 0, len(weighed.scores), most, beside.first, lookup.functions)
    return _distinct(lookup, finished, found, count)


def _best(
    weighed: Weighed,
    start: int,
    stop: int,
    count: int,
    first_word: int = 0,
    functions: Iterable[int] = (),
) -> Iterator[InIndex]:
    """The best single words in a range of weighed ones; of them functions count less."""
    for place in best_of(weighed.scores, start, stop, count):
        word, weight = first_word + place, float(weighed.scores[place])
        score = weight * (FUNCTION_SHARE if word in functions else 1.0)
        yield Completion((word,), weight, score, int(weighed.examples[place]))


def _next(
    lookup: Lookup, typed: Typed, before: Sequence[int], beside: Beside | None, count: int
) -> Iterator[InIndex]:
    """Phrases that the last one or two words begin; an article has them with the words before."""
    for size in (2, 1):
        heads = before[-size:]
        if len(heads) < size or min(heads) < 0:
            continue
        for completion in _phrases(lookup, typed, heads, size * NEXT_FAVOUR, count):
            is_one_more = size == 2 or len(completion.words) == 1
            is_beside = beside is not None and beside.has(completion.words[0])
            if len(before) == size or is_one_more and is_beside:
                yield completion


def _phrases(
    lookup: Lookup, typed: Typed, heads: Sequence[int], favour: float, count: int
) -> Iterator[InIndex]:
    """What follows these words in phrases, from a word on that begins as typed."""
    of = lookup.tables.phrases
    first, last = 0, len(of.first)
    ranges = [*((head, head + 1) for head in heads), lookup.range_of(typed.last)]
    for column, bounds in zip((of.first, of.second, of.third), ranges, strict=False):
        # Its type spares numpy a copy of the column.
        start, stop = column[first:last].searchsorted(np.array(bounds, np.int32)).tolist()
        first, last = first + start, first + stop
    for row in best_of(of.scores, first, last, count):
        weight = float(of.scores[row])
        words = _words_of(of, row)[len(heads) :]
        yield Completion(words, weight, weight * favour, int(of.examples[row]))


def _words_of(phrases: Phrases, row: int) -> tuple[int, ...]:
    words = (int(phrases.first[row]), int(phrases.second[row]), int(phrases.third[row]))
    return words if words[2] >= 0 else words[:2]


def following(lookup: Lookup, finished: Finished, docs: Iterable[int], count: int) -> list[InIndex]:
    """What follows the finished words in titles, up to a word that says something."""
    titles, last = lookup.tables.titles, finished.stem_numbers[-1]
    found: dict[tuple[int, ...], InIndex] = {}
    for doc in docs:
        title = titles.words[titles.starts[doc] : titles.starts[doc + 1]]
        for place in np.flatnonzero(lookup.stem_of[title] == last).tolist():
            words = title[place + 1 : place + 1 + MOST_FOLLOWING].tolist()
            telling = (n for n, word in enumerate(words, 1) if word not in lookup.functions)
            key = tuple(words[: next(telling, 0)])
            weight = float(lookup.weights[doc]) + (found[key].weight if key in found else 0.0)
            found[key] = Completion(key, weight, weight, doc)
    found.pop((), None)
    return _distinct(lookup, finished, found.values(), count)


def _distinct(
    lookup: Lookup, finished: Finished, found: Iterable[InIndex], count: int
) -> list[InIndex]:
    def is_offered(completion: InIndex) -> bool:
        if lookup.weights[completion.example] == 0:
            return False
        terms = map(lookup.term, completion.words)
        # With an accent it is there without as well.
        return all(term.isascii() or fold(term) == term for term in terms)

    said = set(map(encoded, finished.stems))
    return distinct(found, lookup.stem_text, said, count, is_offered)


def distinct(
    found: Iterable[Completion[WordT, ArticleT]],
    stem: Callable[[WordT], bytes],
    said: Collection[bytes],
    count: int,
    is_offered: Callable[[Completion[WordT, ArticleT]], bool] = lambda _: True,
) -> list[Completion[WordT, ArticleT]]:
    """The best first; one of several forms, none that says again what was typed.

    `said` are the stems of the finished words.
    """
    ordered = sorted(found, key=lambda completion: -completion.score)
    longer: dict[tuple[WordT, ...], float] = {}
    for completion in ordered:
        if len(completion.words) == 3:
            start = completion.words[:2]
            longer[start] = max(longer.get(start, 0.0), completion.weight)
    kept: dict[bytes, Completion[WordT, ArticleT]] = {}
    for completion in ordered:
        stems = list(map(stem, completion.words))
        key = b"".join(stems)  # covid 19 is covid19
        goes_on = longer.get(completion.words, 0.0) >= NEARLY_ALWAYS * completion.weight
        if key in kept or stems[0] in said or goes_on or not is_offered(completion):
            continue
        kept[key] = completion
        if len(kept) == count:
            break
    return list(kept.values())
