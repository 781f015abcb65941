"""Collects articles in memory and turns them into the arrays of one segment."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from searchsvc import kernels
from searchsvc.analysis import LANGUAGES, LANGUAGES_WITH_NAMES, MARK, bind, marked
from searchsvc.articles import addresses
from searchsvc.articles.article import Article
from searchsvc.articles.fields import TEXT_FIELDS, VALUE_FIELDS
from searchsvc.index.arrays import Int32, bounds_of
from searchsvc.index.columns import NEVER, NO_DATE
from searchsvc.index.segment import (
    BEYOND,
    FIELD_SHIFT,
    IN_TITLE,
    LAST_PLACE,
    TITLE_KEY,
    Postings,
    SegmentData,
    hash_of_title,
)
from searchsvc.index.stored import StoredStrings
from searchsvc.index.strings import ByteStrings, TermDictionary, encoded
from searchsvc.index.values import ValueColumn, values_of
from searchsvc.index.word_table import BREAK_CHUNK, WordArrays, WordTable

BODY_KEPT = 10_000
"""Characters of a body that can be shown: a passage of it is."""
BATCH = 2048
"""Articles whose texts are taken in together: most of the work is done for all at once."""
RUNNING_TEXT = (2, 3)
"""The fields of which the case of letters says something: titles are often in capitals."""
_END = "\ue001"
"""Stands, between spaces, behind each text of a batch."""
_BYTES_A_CHUNK = 24
"""A chunk of a text: its number, and what inverting takes at its peak."""
_BYTES_A_DISTINCT_CHUNK = 400
_BYTES_AN_ARTICLE = 800


class SegmentBuilder:
    """Documents are numbered in the order in which articles are added."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words = WordTable(language)
        self._waiting: list[Article] = []
        self._entries: list[list[Int32]] = [[] for _ in TEXT_FIELDS]
        self._counts: list[list[Int32]] = [[] for _ in TEXT_FIELDS]
        self._chunks = 0
        self._stored: list[bytes] = []
        self._bodies: list[bytes] = []
        self._ids: list[bytes] = []
        self._dates, self._expiries = array("q"), array("q")
        self._addresses: list[bytes] = []
        self._related: list[bytes] = []
        self._values: dict[str, list[Sequence[str]]] = {name: [] for name in VALUE_FIELDS}
        self._stored_bytes = 0

    def __len__(self) -> int:
        return len(self._ids) + len(self._waiting)

    @property
    def memory(self) -> int:
        """About how many bytes it takes to hold and to build."""
        distinct = _BYTES_A_DISTINCT_CHUNK * len(self._words)
        texts = self._stored_bytes + _BYTES_A_CHUNK * self._chunks
        return texts + distinct + _BYTES_AN_ARTICLE * len(self)

    def add(self, article: Article) -> None:
        self._waiting.append(article)
        if len(self._waiting) == BATCH:
            self._take_in()

    def _take_in(self) -> None:
        articles, self._waiting = self._waiting, []
        languages = [self._foreign(article) for article in articles]
        for field, texts in enumerate(
            (
                [article.title for article in articles],
                [f" {BREAK_CHUNK} ".join(article.labels) for article in articles],
                [article.excerpt for article in articles],
                [article.body for article in articles],
            )
        ):
            self._read_texts(list(map(_in_language, texts, languages)), field)
        stored = [article.stored_json() for article in articles]
        self._stored += stored
        bodies = [encoded(article.body[:BODY_KEPT]) for article in articles]
        self._bodies += bodies
        self._stored_bytes += sum(map(len, stored)) + sum(map(len, bodies))
        self._ids += [encoded(article.id) for article in articles]
        moments = (article.published_at for article in articles)
        self._dates.extend(int(of.timestamp() // 1) if of else NO_DATE for of in moments)
        moments = (article.expires_at for article in articles)
        self._expiries.extend(int(of.timestamp() // 1) if of else NEVER for of in moments)
        self._addresses += [addresses.keys(article.urls) for article in articles]
        self._related += [addresses.keys(article.related) for article in articles]
        for name, values in self._values.items():
            values += [values_of(article, name) for article in articles]

    def _foreign(self, article: Article) -> str | None:
        """The language of an article, if it is known and another one."""
        is_foreign = article.lang != self._language and article.lang in LANGUAGES
        return article.lang if is_foreign else None

    def _read_texts(self, texts: Sequence[str], field: int) -> None:
        """The chunks of some articles' texts in a field, and how many each has."""
        joined = bind(f" {_END} ".join((*texts, "")), self._language)
        chunks = joined.split()
        numbers = np.fromiter(map(self._words.number, chunks), np.int32, len(chunks))
        ends = np.flatnonzero(numbers == self._words.number(_END))
        counts = np.diff(ends, prepend=-1) - 1
        if len(ends) != len(texts):  # somebody writes such signs
            return self._read_texts([text.replace(_END, " ") for text in texts], field)
        self._entries[field].append(np.delete(numbers, ends))
        self._counts[field].append(counts.astype(np.int32))
        self._chunks += len(numbers)
        return None

    def build(self) -> SegmentData:
        self._take_in()
        # Compressing works without the interpreter's lock, beside all that needs it.
        with ThreadPoolExecutor(1) as beside:
            stored = beside.submit(StoredStrings.of, len(self), self._stored)
            bodies = beside.submit(StoredStrings.of_some, self._bodies)
            return self._built(stored, bodies)

    def _built(self, stored: Future[StoredStrings], bodies: Future[StoredStrings]) -> SegmentData:
        words = self._words.arrays()
        entries = [np.concatenate(parts) for parts in self._entries]
        counts = [np.concatenate(parts) for parts in self._counts]
        inverted = kernels.invert(
            entries,
            counts,
            words.starts,
            words.terms,
            words.offsets,
            words.advances,
            len(words.words),
        )
        keys = self._title_keys(entries[0].tolist(), counts[0].tolist())
        title_keys, title_docs = sorted_titles(keys)
        compounds, compound_counts = self._compounds(entries)
        marks = self._cases(entries, counts, words, inverted)
        firsts = bounds_of(inverted.counts)[:-1]  # a posting's positions begin with the title's
        marks[inverted.positions[firsts] >> FIELD_SHIFT == 0] |= IN_TITLE
        postings = Postings(*inverted[:5], marks)
        return SegmentData(
            words=words.words,
            stems=words.stems,
            stem_of=words.stem_of,
            postings=postings,
            lengths=inverted.lengths - self._foreign_stems(entries, counts),
            stored=stored.result(),
            bodies=bodies.result(),
            ids=ByteStrings.of(self._ids),
            id_order=order_of(self._ids),
            title_keys=title_keys,
            title_docs=title_docs,
            title_hashes=np.fromiter(map(hash_of_title, keys), np.uint64, len(keys)),
            published_at=np.array(self._dates, np.int64),
            expires_at=np.array(self._expiries, np.int64),
            addresses=ByteStrings.of(self._addresses),
            related=ByteStrings.of(self._related),
            values={name: ValueColumn.of(values) for name, values in self._values.items()},
            compounds=compounds,
            compound_counts=compound_counts,
        )

    def _foreign_stems(
        self, entries: Sequence[Int32], counts: Sequence[Int32]
    ) -> NDArray[np.uint16]:
        """How many terms stand beside those that were written; [fields, documents]."""
        of_chunk, docs = self._words.foreign_stems(), np.arange(len(self))
        if not of_chunk.any():
            return np.zeros((len(TEXT_FIELDS), 1), np.uint16)
        sums = [
            np.bincount(np.repeat(docs, sizes), of_chunk[chunks], len(docs))
            for chunks, sizes in zip(entries, counts, strict=True)
        ]
        return np.minimum(sums, 32_767).astype(np.uint16)

    def _title_keys(self, chunks: Sequence[int], counts: Sequence[int]) -> list[bytes]:
        parts = self._words.title_keys()
        place = 0
        keys = []
        for count in counts:
            key = " ".join(filter(None, map(parts.__getitem__, chunks[place : place + count])))
            keys.append(encoded(key))
            place += count
        return keys

    def _cases(
        self,
        entries: Sequence[Int32],
        counts: Sequence[Int32],
        words: WordArrays,
        inverted: kernels.Inverted,
    ) -> NDArray[np.uint8]:
        """How each word stands in the running text of each document; [postings]."""
        if self._language not in LANGUAGES_WITH_NAMES or not len(inverted.docs):
            return np.zeros(len(inverted.docs), np.uint8)
        cases, in_small = self._words.cases()
        positions = inverted.positions
        docs = np.repeat(inverted.docs, inverted.counts)
        found = np.zeros(len(positions), np.uint8)
        for field in RUNNING_TEXT:
            chunks, advances = entries[field], words.advances[entries[field]]
            places = bounds_of(advances)
            first_chunks = bounds_of(counts[field])[:-1]
            is_behind = np.zeros(len(chunks), np.bool_)
            is_behind[1:] = in_small[chunks[:-1]]
            is_behind[first_chunks[counts[field] > 0]] = False
            case_at = np.zeros(places[-1] + 1, np.uint8)
            case_at[places[:-1][is_behind]] = cases[chunks[is_behind]]
            within = positions & BEYOND
            here = np.flatnonzero((positions >> FIELD_SHIFT == field) & (within <= LAST_PLACE))
            found[here] = case_at[places[first_chunks[docs[here]]] + within[here]]
        either: NDArray[np.uint8] = np.bitwise_or.reduceat(found, bounds_of(inverted.counts)[:-1])
        return either

    def _compounds(self, entries: list[Int32]) -> tuple[TermDictionary, Int32]:
        """The keys of hyphenated words, and how often each stands in the texts."""
        compounds = self._words.compounds()
        occurrences = np.zeros(len(self._words), np.int64)
        if compounds:
            for part in entries:
                occurrences += np.bincount(part, minlength=len(occurrences))
        counts: dict[bytes, int] = {}
        for chunk, key in compounds:
            compound = encoded(key)
            counts[compound] = counts.get(compound, 0) + int(occurrences[chunk])
        keys = sorted(counts)
        return TermDictionary.of(keys), np.array([counts[key] for key in keys], np.int32)


def _in_language(text: str, language: str | None) -> str:
    """A text as the chunks of a WordTable: signs of ours in it mean nothing."""
    if MARK in text:
        text = text.replace(MARK, " ")
    if language is None or not text:
        return text
    parts = bind(text, language).split(BREAK_CHUNK)
    return f" {BREAK_CHUNK} ".join(marked(part, language) for part in parts)


def order_of(strings: list[bytes]) -> Int32:
    """The places of strings in their sorted order."""
    return np.array(sorted(range(len(strings)), key=strings.__getitem__), np.int32)


def sorted_titles(keys: list[bytes]) -> tuple[TermDictionary, Int32]:
    """The keys that are not empty, cut and sorted, and the document of each."""
    cut = [key[:TITLE_KEY] for key in keys]
    order = order_of(cut)
    order = order[cut.count(b"") :]
    return TermDictionary.of([cut[doc] for doc in order.tolist()]), order
