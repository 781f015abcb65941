"""Words, names and articles of one index view, found in the tables by what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import stemmer
from searchsvc.index.arrays import Int32, Int64, Mask, taken
from searchsvc.index.impacts import LIVE
from searchsvc.index.segment import IN_TITLE, TITLE_KEY
from searchsvc.index.strings import TermDictionary, decoded, encoded
from searchsvc.remembering import remembering
from searchsvc.suggest.building import FUNCTION_SHARE, are_functions, weights_of
from searchsvc.suggest.near_words import NearWords
from searchsvc.suggest.request import Kind
from searchsvc.suggest.tables import NAMES, SuggestTables, Weighed
from searchsvc.suggest.typed import Typed

if TYPE_CHECKING:
    from searchsvc.search.view import IndexView

MOST_FOUND = 20_000
"""Documents, about, that one look-up considers: of more, some of all, or the newest."""
MOST_READ = 3_000
"""Titles whose words are looked at, of the newest documents."""
MOST_ORDERED = 200
"""Documents of the highest priors of which the titles are looked at."""
MOST_BEFORE = 32
"""Finished words that completions are held to, the last ones typed."""
ELSEWHERE = 0.25
"""What an article counts whose title lacks some of the finished words."""
MOST_NEAR = 2
"""Words that may have been meant instead of one."""
MUCH_MORE = 20
"""How many times as common a word must be that may have been meant instead of one that exists."""

_NO_DOCS = np.zeros(0, np.int32)


@dataclass(frozen=True, slots=True)
class Finished:
    """The finished words: terms, their stems, and the numbers of both, -1 for unknown ones."""

    terms: list[str]
    stems: list[str]
    words: list[int]
    stem_numbers: list[int]


@dataclass(frozen=True, slots=True)
class Beside:
    """Articles with all finished words, and what their titles hold of the words that begin so.

    weighed   by word from `first` on
    docs      articles with all of it in their titles
    """

    first: int
    weighed: Weighed
    docs: Int32

    def has(self, word: int) -> bool:
        place = word - self.first
        return 0 <= place < len(self.weighed.scores) and bool(self.weighed.scores[place] > 0)


class Lookup:
    """`weights` by document, 0 for those not live; `words` by number among all words."""

    def __init__(self, view: IndexView, tables: SuggestTables) -> None:
        generation, language = view.generation, view.language
        self.tables = tables
        self.terms = generation.impacts.words
        self.stem_of = generation.impacts.vocabulary.stem_of
        self.stemming = stemmer(language, generation.impacts.names)
        self.labels = {kind: generation.columns.values[kind].labels for kind in NAMES}
        self._segments, self._impacts = generation.segments, generation.impacts
        self._documents = len(generation)
        self._live = view.live
        pivot = generation.manifest.heat_pivot
        self.weights = weights_of(generation.columns, view.live, pivot).astype(np.float32)
        self._priors = np.where(view.live, view.priors, np.float32(0.0))
        self._newest = generation.columns.ranks["newest"]
        self.functions = set(np.flatnonzero(are_functions(self.terms, language)).tolist())
        self.words = tables.words
        self._names = {
            kind: TermDictionary(tables.names[kind].blob, tables.names[kind].offsets)
            for kind in NAMES
        }
        self._counts = {kind: tables.names[kind].counts for kind in NAMES}
        changed = np.flatnonzero((generation.states == LIVE) != view.live)
        if len(changed):
            self._change(view, changed)
        self.range_of = remembering(self._range_of, 64)
        self.near = remembering(self._near, 4096)
        self.finished = remembering(self._finished, 16)

    def _change(self, view: IndexView, changed: NDArray[np.intp]) -> None:
        """Counts the titles of articles whose embargo has ended, and the names of all changed."""
        scores, examples = self.words.scores.copy(), self.words.examples.copy()
        titles = self.tables.titles
        for doc in changed[view.live[changed]].tolist():
            for word in titles.words[titles.starts[doc] : titles.starts[doc + 1]].tolist():
                share = FUNCTION_SHARE if word in self.functions else 1.0
                scores[word] += share * self.weights[doc]
                examples[word] = doc
        self.words = Weighed(scores, examples)
        for kind in NAMES:
            column, counts = view.generation.columns.values[kind], self._counts[kind].copy()
            for doc in changed.tolist():
                codes = column.codes[column.starts[doc] : column.starts[doc + 1]]
                counts[codes] += 1 if view.live[doc] else -1
            self._counts[kind] = counts

    def _range_of(self, start: str) -> tuple[int, int]:
        """The words that begin so."""
        return self.terms.prefix_range(encoded(start)) if start else (0, len(self.terms))

    def term(self, word: int) -> str:
        return decoded(self.terms[word])

    def stem_text(self, word: int) -> bytes:
        return self._impacts.stems[int(self.stem_of[word])]

    def stem(self, term: str) -> str:
        return self.stemming.index_stem(term)

    def _is_known(self, term: str) -> bool:
        """Whether a live article has the term as it is."""
        word = self.terms.find(encoded(term))
        return word >= 0 and bool(self.words.scores[word] > 0)

    def are_known(self, terms: Sequence[str]) -> list[bool]:
        """Which of the terms a live article has in any form."""
        return [found > 0 for found in self._impacts.frequencies_of([*map(self.stem, terms)])]

    def begins_any(self, start: str) -> bool:
        """Whether a word of a live article begins so."""
        return self._best_beginning(start) > 0

    def _best_beginning(self, start: str) -> float:
        """The highest score of the words that begin so; 0 if no live article has one."""
        first, last = self.range_of(start)
        return float(self.words.scores[first:last].max(initial=0.0))

    def _near(self, term: str, is_whole: bool) -> list[str]:
        """Words that may have been meant: one mistake away from the term, or beginning so.

        Should live articles have the term itself, only words that are much more common.
        """
        least, scores = MUCH_MORE * self._best_beginning(term), self.words.scores
        return self._near_words.find(term, scores, least, MOST_NEAR, is_whole=is_whole)

    @cached_property
    def _near_words(self) -> NearWords:
        return NearWords(self.terms)

    def _finished(self, typed: Typed) -> Finished:
        """A compound is one term if articles write it so."""
        found: list[tuple[str, str]] = []
        for word in typed.before[-MOST_BEFORE:]:
            terms = word.terms
            if terms.solid and self._is_known(terms.solid):
                found.append((terms.solid, self.stem(terms.solid)))
            elif len(terms.parts) == 1:
                found.append((terms.parts[0], self.stemming.query_stem(terms)))
            else:
                found += ((part, self.stem(part)) for part in terms.parts)
        found = found[-MOST_BEFORE:]
        terms_of, stems = [term for term, _ in found], [stem for _, stem in found]
        return Finished(
            terms_of,
            stems,
            self.terms.find_all(map(encoded, terms_of)),
            self._impacts.stems.find_all(map(encoded, stems)),
        )

    def holding(self, stems: Sequence[int]) -> Int32:
        """Live articles with all stems, ascending; if all are in very many, of the newest."""
        if min(stems) < 0:
            return _NO_DOCS
        impacts = self._impacts
        extents, forms = impacts.extents_of(stems, [-1] * len(stems))
        shortest = int((extents[:, 1] - extents[:, 0]).min())
        if shortest > MOST_FOUND:
            floor = np.int32(self._documents - self._documents * MOST_FOUND // shortest)
            for bounds in extents:
                bounds[0] += impacts.docs[bounds[0] : bounds[1]].searchsorted(floor)
        even = np.ones(len(stems), np.float32)
        docs, _ = kernels.all_words(impacts.arrays, extents, forms, even, 0.0)
        return docs[self._live[docs]]

    def beside(self, stems: Sequence[int], start: str) -> Beside:
        """Articles with all stems, and in the title a word that begins so."""
        first, last = self.range_of(start)
        docs = self.holding(stems)
        if len(docs) > MOST_READ and self._occurrences(start) < 10 * MOST_FOUND:
            has_word = np.zeros(self._documents, np.bool_)
            for part in self._in_titles(start, 1):
                has_word[part] = True
            docs = docs[has_word[docs]]
        docs = docs[-MOST_READ:]
        words, owners = self._title_words(docs)
        chosen = np.flatnonzero((words >= first) & (words < last))
        rows, rows_of = words[chosen] - first, owners[chosen]
        have_all = self._have_all(words, owners, len(docs), stems)
        weights = self.weights[docs] * np.where(have_all, 1.0, ELSEWHERE)
        scores = np.bincount(rows, weights[rows_of], last - first).astype(np.float32)
        examples = np.full(last - first, -1, np.int32)
        examples[rows] = docs[rows_of]
        is_whole = have_all[rows_of]
        examples[rows[is_whole]] = docs[rows_of[is_whole]]
        return Beside(first, Weighed(scores, examples), docs[rows_of[is_whole]])

    def titled(self, stems: Sequence[int], count: int) -> list[int]:
        """The best articles with all stems in their titles."""
        docs = np.array(self._best_docs(self.holding(stems), MOST_ORDERED), np.int32)
        found: list[int] = docs[self._have_all(*self._title_words(docs), len(docs), stems)].tolist()
        return found[:count]

    def _title_words(self, docs: Int32) -> tuple[Int32, NDArray[np.intp]]:
        """The words of some titles laid end to end, and the place in `docs` of each one's title."""
        bounds, places = taken(self.tables.titles.starts, docs)
        return self.tables.titles.words[places], np.repeat(np.arange(len(docs)), np.diff(bounds))

    def _have_all(
        self, words: Int32, owners: NDArray[np.intp], size: int, stems: Sequence[int]
    ) -> Mask:
        """Which of so many titles hold all stems."""
        title_stems, have_all = self.stem_of[words], np.ones(size, np.bool_)
        for stem in stems:
            has = np.zeros(size, np.bool_)
            has[owners[title_stems == stem]] = True
            have_all &= has
        return have_all

    def with_title_word(self, start: str) -> list[Int32]:
        """Articles, by segment, with a word in the title that begins so, some more than once.

        Where very many have such words, those of an even share of them.
        """
        return self._in_titles(start, 1 + self._occurrences(start) // (2 * MOST_FOUND))

    def _occurrences(self, start: str) -> int:
        """How many articles have each of the words that begin so, in sum."""
        ranges = [segment.beginning_with(encoded(start)) for segment in self._segments]
        return sum(postings.stop - postings.start for postings in ranges)

    def _in_titles(self, start: str, step: int) -> list[Int32]:
        """Of each `step` of these articles one, if it has the word in the title."""
        found = []
        for segment in self._segments:
            some, postings = segment.beginning_with(encoded(start)), segment.postings
            some = slice(some.start, some.stop, step)
            is_title = postings.marks[some] & IN_TITLE > 0
            found.append(postings.docs[some][is_title] + np.int32(segment.base))
        return found

    def beginning(self, typed: str) -> list[Int32]:
        """Articles, by segment, whose title keys begin so, as far as these are kept."""
        found = []
        for segment in self._segments:
            first, last = segment.beginning(encoded(typed)[:TITLE_KEY])
            found.append(segment.data.title_docs[first:last] + np.int32(segment.base))
        return found

    def best_docs(self, found: Sequence[Int32], count: int) -> list[int]:
        """The live documents of the highest priors, each once, ties newest first.

        Where very many were found, of an even share of them.
        """
        step = 1 + sum(map(len, found)) // MOST_FOUND
        docs = np.concatenate([_NO_DOCS, *(part[::step] for part in found)])
        return self._best_docs(docs, count)

    def _best_docs(self, docs: Int32, count: int) -> list[int]:
        priors = self._priors[docs]
        if len(docs) > 4 * count:
            best = priors.argpartition(len(docs) - 4 * count)[-4 * count :]
            docs, priors = docs[best], priors[best]
        order = np.lexsort((self._newest[docs], -priors))
        order = order[priors[order] > 0]
        return list(dict.fromkeys(docs[order].tolist()))[:count]

    def hottest(self, count: int) -> list[int]:
        """The documents of the highest priors of all."""
        return self._hottest[:count]

    @cached_property
    def _hottest(self) -> list[int]:
        """As many as can be asked for."""
        return self._best_docs(np.arange(self._documents, dtype=np.int32), MOST_ORDERED)

    def names(self, kind: Kind, typed: str, count: int) -> list[str]:
        """The names of which a word begins so, those of most articles first."""
        first, last = self._names[kind].prefix_range(encoded(typed.strip()))
        codes = self.tables.names[kind].codes[first:last]
        found = codes[best_of(self._counts[kind][codes], 0, len(codes), 2 * count)]
        return [self.labels[kind][code] for code in dict.fromkeys(found.tolist())][:count]

    def commonest(self, kind: Kind, count: int) -> list[str]:
        counts = self._counts[kind]
        return [self.labels[kind][code] for code in best_of(counts, 0, len(counts), count)]


def best_of(scores: NDArray[np.float32] | Int64, first: int, last: int, count: int) -> list[int]:
    """The places of the highest scores above 0 in scores[first:last], ties by place."""
    some = scores[first:last]
    places = np.arange(len(some))
    if len(some) > count:
        places = np.sort(some.argpartition(len(some) - count)[-count:])
    order = np.argsort(-some[places], kind="stable")
    places = places[order]
    found: list[int] = (places[some[places] > 0] + first).tolist()
    return found
