"""Where words and terms lie in the tables and the segments: what completions and titles share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar import Postings, Terms
from searchsvc.scoring import kernels
from searchsvc.scoring.openindex import OpenIndex, place_of, prefixed
from searchsvc.scoring.segments import Segment
from searchsvc.scoring.terms import list_of
from searchsvc.suggest.tables import SuggestTables, Weighed
from searchsvc.suggest.titlewords import with_words
from searchsvc.suggest.typed import Typed

Docs = NDArray[np.int32]

NO_DOCS = np.zeros(0, np.int32)
MOST_FOUND = 20_000
"""Documents that one look at a range of words brings home."""
MOST_BESIDE = 20_000
"""Documents, about, that are looked at beside words which all have more: of the newest ones."""
MOST_BEFORE = 32
"""Finished words that completions are held to, the last ones typed."""

SPARSE = 16
"""Of lists that differ more in length the shorter is looked up in the longer; else, marked."""
FEWEST_LETTERS = 5
"""Of a word, before a mistake in it is looked for."""
MOST_NEAR = 2
"""Words that may have been meant instead of one."""
MUCH_MORE = 20
"""How many times as common a word must be that may have been meant instead of one that exists."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands in articles beside the finished words, of the words that begin as typed.

    sums      float32, by word from `first` on: the weights of the articles, 0 if none
    examples  int32, such an article
    docs      int32, articles with all of it in their titles, in no order
    """

    first: int
    sums: NDArray[np.float32]
    examples: NDArray[np.int32]
    docs: Docs


@dataclass(frozen=True, slots=True)
class Lookup:
    """One generation at one moment; `weights` by document, 0 for those not live."""

    index: OpenIndex
    tables: SuggestTables
    weighed: Weighed
    weights: NDArray[np.float32]
    stops: frozenset[str]
    stem: Callable[[str], str]

    @property
    def words(self) -> Terms:
        return self.index.impacts.words

    def range_of(self, start: str) -> tuple[int, int]:
        """The words that begin so."""
        return prefixed(self.words, start.encode("utf-8", "replace"))

    def number(self, word: str) -> int:
        """A word's number, -1 if there is none."""
        text = word.encode("utf-8", "replace")
        place = place_of(self.words, text)
        return place if place < len(self.words) and self.words[place] == text else -1

    def is_known(self, term: str) -> bool:
        """Whether a live article has the term as it is."""
        number = self.number(term)
        return number >= 0 and self.weighed.scores[number] > 0

    def has_form(self, term: str) -> bool:
        """Whether an article has any form of the term."""
        return _size(*self._extents([term])) > 0

    def near(self, term: str, *, is_whole: bool) -> list[str]:
        """Words that may have been meant: one mistake away from the term, or beginning so.

        Should live articles have the term itself, only words that are much more common.
        """
        if len(term) < FEWEST_LETTERS or any(map(str.isdigit, term)):
            return []
        scores = self.weighed.scores
        places = kernels.near_words(
            *(self.words.blob, self.words.offsets, scores),
            *(term.encode("utf-8", "replace"), is_whole, MOST_NEAR),
        )
        least = MUCH_MORE * self._best_beginning(term)
        return [self.words[place].decode() for place in places.tolist() if scores[place] >= least]

    def can_begin(self, start: str) -> bool:
        """Whether a word of a live article begins so."""
        return self._best_beginning(start) > 0

    def _best_beginning(self, start: str) -> float:
        """The highest score of the words that begin so."""
        first, last = self.range_of(start)
        return float(self.weighed.scores[first:last].max(initial=0.0))

    def terms(self, typed: Typed) -> list[str]:
        """The terms of the finished words: a compound as one if articles write it so."""
        found: list[str] = []
        for word in typed.before[-MOST_BEFORE:]:
            solid = word.terms.solid
            found += [solid] if solid and self.is_known(solid) else word.terms.parts
        return found[-MOST_BEFORE:]

    def beside(self, terms: Sequence[str], start: str) -> Beside:
        """Articles with all the terms, in any form, and in the title a word that begins so."""
        first, last = self.range_of(start)
        sums = np.zeros(last - first, np.float32)
        examples = np.full(last - first, -1, np.int32)
        found = np.empty(MOST_FOUND, np.int32)
        n = 0
        by_term = self._extents(terms)
        floor = self._floor(min(map(_size, by_term)))
        lists = [self.index.impacts.documents(extents, floor) for extents in by_term]
        docs = _in_all(lists, 0, len(self.index))
        if len(docs) and first < last:
            marks = np.zeros(len(self.index), np.uint8)
            marks[docs] = 1
            marks[self.with_title_words(terms, floor)] = 2
            for segment, postings, words in self.titles():
                begin, end = prefixed(postings.terms, start.encode("utf-8", "replace"))
                n += kernels.weigh_beside(
                    marks,
                    self.weights,
                    postings.starts[begin : end + 1].astype(np.int64),
                    postings.doc_ids,
                    words[begin:end],
                    segment.base,
                    floor,
                    first,
                    sums,
                    examples,
                    found[n:],
                )
        return Beside(first, sums, examples, found[:n])

    def _floor(self, documents: int) -> int:
        """From which document on to look where so many have a word: the last are the newest."""
        if documents <= MOST_BESIDE:
            return 0
        return len(self.index) - len(self.index) * MOST_BESIDE // documents

    def _extents(self, terms: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where the list of each term, anywhere and in any form, lies in each shard."""
        pairs = [text for term in terms for text in (self.stem(term), term)]
        extents = self.index.impacts.find(pairs)[:, :, :2]
        by_term: list[list[tuple[int, int]]] = extents.swapaxes(0, 1).tolist()
        return by_term

    def with_title_words(self, terms: Sequence[str], floor: int = 0) -> Docs:
        """The documents, from one on, with all the terms in their title, in any form."""
        stems = [self.stem(term).encode("utf-8", "replace") for term in terms]
        parts = [NO_DOCS]
        for segment, postings in self.index.fields("title"):
            found = (list_of(postings, stem) for stem in stems)
            lists = [among.doc_ids[start:stop] for among, start, stop in found]
            docs = _in_all(lists, floor - segment.base, segment.documents)
            parts.append(docs + np.int32(segment.base))
        return np.concatenate(parts)

    def titles(self) -> Iterator[tuple[Segment, Postings, NDArray[np.int32]]]:
        """The words of titles as typed, by segment."""
        return with_words(self.index.segments, self.tables.title_words)


def _size(extents: Sequence[tuple[int, int]]) -> int:
    """How many documents a list holds, which lies so in each shard: one part after the other."""
    return extents[-1][1] - extents[0][0]


def _in_all(lists: Sequence[Docs], floor: int, size: int) -> Docs:
    """The documents of every list, from one on and below `size`; each list is ascending."""
    if floor > 0:
        lists = [docs[docs.searchsorted(np.int32(min(floor, size))) :] for docs in lists]
    docs, *others = sorted(lists, key=len)
    for other in others:
        if len(other) > SPARSE * len(docs):
            docs = docs[kernels.which_are_in(docs, other)]
        else:
            mask = np.zeros(size, np.bool_)
            mask[other] = True
            docs = docs[mask[docs]]
    return docs
