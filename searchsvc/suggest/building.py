"""Writing the tables of suggestions of a generation that is about to be published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import function_words, title_key
from searchsvc.analysis.languages import ELISIONS
from searchsvc.index import WrittenIndex
from searchsvc.index.arrays import Int32, Int64, Mask, bounds_of
from searchsvc.index.columns import Columns
from searchsvc.index.impacts import Impacts
from searchsvc.index.segment import FIELD_SHIFT, IN_TITLE, Segment
from searchsvc.index.strings import TermDictionary, encoded
from searchsvc.index.values import ValueColumn
from searchsvc.search.ranking import saturation
from searchsvc.suggest.tables import NAMES, Names, Phrases, Titles, Weighed

TEXT_SHARE = 0.1
"""What an article counts for a word that stands in other fields than its title."""
FUNCTION_SHARE = 0.05
"""What articles count for words that say nothing by themselves: `the`, a single letter."""
MOST_PHRASES = 10_000
"""Kept at least; of more articles half as many as there are: it bounds the tables."""
AT_ONCE = 2_000_000
"""Occurrences that are counted at once, at about 60 bytes each."""
MAX_KEY = 64
"""Bytes of a name that can be typed; beyond that nobody does."""


def write_tables(folder: Path, written: WrittenIndex) -> None:
    """Titles and names that were linked, as nothing but ratings has changed, are left alone."""
    impacts, columns, live = written.impacts, written.columns, written.live
    if (folder / "suggest.titles.starts.npy").exists():
        titles = Titles.load(folder, "titles")
    else:
        titles = titles_of(written.segments, impacts, written.language)
        titles.save(folder, "titles")
        for kind in NAMES:
            names = names_of(columns.values[kind], live, written.language)
            names.save(folder, f"names.{kind}")
    weigher = Weigher.of(columns, live, written.heat_pivot)
    functions = are_functions(impacts.words, written.language)
    _weigh_words(written.segments, impacts, weigher, functions).save(folder, "words")
    count_phrases(titles, weigher, functions).save(folder, "phrases")


@dataclass(frozen=True, slots=True, eq=False)
class Weigher:
    """What each document counts: 1 if it is live, more for its heat, less than 2.

    `ranks` has each one's place in the order of weights, -1 if it is not live; `order` is the
    document of each place.
    """

    weights: NDArray[np.float64]
    ranks: Int32
    order: Int32

    @classmethod
    def of(cls, columns: Columns, live: Mask, heat_pivot: float) -> Weigher:
        weights = weights_of(columns, live, heat_pivot)
        documents = np.flatnonzero(live).astype(np.int32)
        order = documents[np.argsort(weights[documents], kind="stable")]
        ranks = np.full(len(live), -1, np.int32)
        ranks[order] = np.arange(len(order))
        return cls(weights, ranks, order)

    def weigh(self, rows: NDArray[np.integer], docs: Int32, size: int) -> Weighed:
        """Of occurrences, each of a row in a document; `size` rows."""
        scores, best = np.zeros(size), np.full(size, -1, np.int32)
        for first in range(0, len(rows), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            scores += np.bincount(rows[some], self.weights[docs[some]], size)
            np.maximum.at(best, rows[some], self.ranks[docs[some]])
        examples = np.full(size, -1, np.int32)
        examples[best >= 0] = self.order[best[best >= 0]]
        return Weighed(scores.astype(np.float32), examples)


def weights_of(columns: Columns, live: Mask, heat_pivot: float) -> NDArray[np.float64]:
    return np.where(live, 1.0 + saturation(columns.heat, heat_pivot), 0.0)


def are_functions(words: TermDictionary, language: str) -> Mask:
    """Which words say nothing by themselves; [words]."""
    functions: Mask = np.diff(words.offsets) == 1
    found = np.array(words.find_all([w.encode() for w in function_words(language)]), np.int64)
    functions[found[found >= 0]] = True
    return functions


def titles_of(segments: Sequence[Segment], impacts: Impacts, language: str) -> Titles:
    """Of all documents, deleted ones included."""
    precedence = _precedence(impacts, language)
    by_precedence = np.argsort(precedence).astype(np.int32)
    lengths, words = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)]
    bits = len(precedence).bit_length()
    for segment, numbers in zip(segments, impacts.vocabulary.words_in, strict=True):
        postings = segment.postings
        is_title = postings.positions >> FIELD_SHIFT == 0
        counts = postings.counts.astype(np.int64)
        of = np.repeat(np.arange(len(counts), dtype=np.int32), counts)[is_title]
        word = np.repeat(numbers, np.diff(postings.starts))
        docs = postings.docs[of].astype(np.int64)
        # Of the words at one place the first by precedence stays.
        places = docs << FIELD_SHIFT | postings.positions[is_title]
        keys = np.sort(places << bits | precedence[word[of]])
        keys = keys[_are_first(keys >> bits)]
        lengths.append(np.bincount(keys >> bits + FIELD_SHIFT, minlength=segment.documents))
        words.append(by_precedence[keys & ((1 << bits) - 1)])
    starts = bounds_of(np.concatenate(lengths)).astype(np.uint32)
    return Titles(starts, np.concatenate(words))


def _precedence(impacts: Impacts, language: str) -> Int64:
    """The order of words that stand at one place: those by which it is said come first.

    A part (covid) is in more articles than its joined form (covid19), a word without its accents in
    more than with them. The last character of a CJK run, l' in l'usine, and the stem in another
    language are beside the word.
    """
    words = impacts.words
    sizes = np.diff(words.offsets)
    leads = words.blob[np.minimum(words.offsets[:-1], max(len(words.blob) - 1, 0))]
    is_beside = (sizes == 1) | ((leads >= 0xE0) & (sizes == 3 + (leads >= 0xF0)))
    elided = np.array(words.find_all([w.encode() for w in ELISIONS.get(language, ())]), np.int64)
    is_beside[elided[elided >= 0]] = True
    is_beside[impacts.vocabulary.foreign_stems()] = True
    order = np.lexsort((-impacts.document_counts, is_beside))
    precedence = np.empty(len(order), np.int64)
    precedence[order] = np.arange(len(order))
    return precedence


def _weigh_words(
    segments: Sequence[Segment], impacts: Impacts, weigher: Weigher, functions: Mask
) -> Weighed:
    words = len(functions)
    rows, docs, marks = [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], [np.zeros(0, np.uint8)]
    for segment, words_in in zip(segments, impacts.vocabulary.words_in, strict=True):
        rows.append(np.repeat(words_in, np.diff(segment.postings.starts)))
        docs.append(segment.postings.docs + np.int32(segment.base))
        marks.append(segment.postings.marks)
    numbers, owners = np.concatenate(rows), np.concatenate(docs)
    anywhere = weigher.weigh(numbers, owners, words)
    chosen = np.concatenate(marks) & IN_TITLE > 0
    in_titles = weigher.weigh(numbers[chosen], owners[chosen], words)
    scores = (1 - TEXT_SHARE) * in_titles.scores + TEXT_SHARE * anywhere.scores
    scores[functions] *= FUNCTION_SHARE
    scores[impacts.vocabulary.foreign_stems()] = 0.0
    examples = np.where(in_titles.examples >= 0, in_titles.examples, anywhere.examples)
    return Weighed(scores.astype(np.float32), examples)


def count_phrases(titles: Titles, weigher: Weigher, functions: Mask) -> Phrases:
    """Two or three words side by side in the titles of several live documents.

    No phrase ends with a function word; one that begins with such a word counts less.
    """
    docs = np.repeat(np.arange(len(weigher.ranks), dtype=np.int32), np.diff(titles.starts))
    is_live = weigher.ranks[docs] >= 0
    docs, words = docs[is_live], titles.words[is_live]
    places = np.flatnonzero(~_are_first(docs)) - 1
    pairs, numbers, pairs_weighed = _shared(places, words[places], words[places + 1], docs, weigher)
    pair_at = np.full(len(docs), -1, np.int64)
    pair_at[places] = numbers
    places = np.flatnonzero(pair_at >= 0)
    places = places[:-1][pair_at[places[:-1] + 1] >= 0]
    triples, _, triples_weighed = _shared(places, pair_at[places], words[places + 2], docs, weigher)
    no_third = np.full(len(pairs), -1, np.int32)
    table = np.concatenate(
        (
            np.stack((words[pairs], words[pairs + 1], no_third)),
            np.stack((words[triples], words[triples + 1], words[triples + 2])),
        ),
        axis=1,
    )
    scores = np.concatenate((pairs_weighed.scores, triples_weighed.scores))
    scores[functions[table[0]]] *= np.float32(FUNCTION_SHARE)
    kept = np.flatnonzero(~functions[np.where(table[2] >= 0, table[2], table[1])])
    most = max(MOST_PHRASES, len(weigher.order) // 2)
    if len(kept) > most:
        kept = kept[np.argpartition(-scores[kept], most)[:most]]
    kept = kept[np.lexsort((table[2, kept], table[1, kept], table[0, kept]))]
    examples = np.concatenate((pairs_weighed.examples, triples_weighed.examples))
    first, second, third = table[:, kept]
    return Phrases(first, second, third, scores[kept], examples[kept])


def _shared(
    places: NDArray[np.intp],
    heads: NDArray[np.integer],
    tails: Int32,
    docs: Int32,
    weigher: Weigher,
) -> tuple[Int64, Int64, Weighed]:
    """The pairs of a head and a tail that several documents have.

    Returns a place of each, which of them stands at each of `places` (-1 for none), their weights.
    """
    numbers = np.full(len(places), -1, np.int64)
    firsts, scores, examples = [np.zeros(0, np.int64)], [], []
    parts = 1 + len(places) // AT_ONCE
    for part in range(parts):
        chosen = np.flatnonzero(heads % parts == part)
        keys = heads[chosen].astype(np.int64) << 32 | tails[chosen]
        distinct, rows = np.unique(keys, return_inverse=True)
        own = docs[places[chosen]]
        occurrences = rows << 32 | own
        occurrences.sort()  # several times as fast as numpy's unique
        occurrences = occurrences[_are_first(occurrences)]
        rows_of, own = occurrences >> 32, (occurrences & 0xFFFFFFFF).astype(np.int32)
        often = np.flatnonzero(np.bincount(rows_of, minlength=len(distinct)) > 1)
        renamed = np.full(len(distinct), -1, np.int64)
        renamed[often] = np.arange(len(often)) + sum(map(len, firsts))
        numbers[chosen] = renamed[rows]
        place_of = np.empty(len(distinct), np.int64)
        place_of[rows] = places[chosen]
        weighed = weigher.weigh(rows_of, own, len(distinct))
        firsts.append(place_of[often])
        scores.append(weighed.scores[often])
        examples.append(weighed.examples[often])
    return (
        np.concatenate(firsts),
        numbers,
        Weighed(np.concatenate(scores), np.concatenate(examples)),
    )


def _are_first(values: NDArray[np.integer]) -> Mask:
    """Which sorted values differ from the one before."""
    are_first = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=are_first[1:])
    return are_first


def names_of(column: ValueColumn, live: Mask, language: str) -> Names:
    """The values of a column by the beginnings of their words."""
    keys: list[tuple[bytes, int]] = []
    for code, label in enumerate(column.labels):
        parts = title_key(label, language).split()
        keys += ((encoded(" ".join(parts[i:]))[:MAX_KEY], code) for i in range(len(parts)))
    keys.sort()
    owners = np.repeat(np.arange(len(live)), np.diff(column.starts))
    counts = np.bincount(column.codes[live[owners]], minlength=len(column.labels))
    codes = np.array([code for _, code in keys], np.int32)
    beginnings = TermDictionary.of(key for key, _ in keys)
    offsets = beginnings.offsets.astype(np.uint32, copy=False)
    return Names(beginnings.blob, offsets, codes, counts)
