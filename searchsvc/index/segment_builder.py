"""Collects articles in memory and turns them into the arrays of one segment."""

from __future__ import annotations

from array import array

import numpy as np

from searchsvc import kernels
from searchsvc.analysis import bind
from searchsvc.articles import addresses
from searchsvc.articles.article import Article
from searchsvc.articles.dates import as_utc
from searchsvc.articles.fields import TEXT_FIELDS, VALUE_FIELDS
from searchsvc.index.arrays import Int32
from searchsvc.index.columns import NO_DATE
from searchsvc.index.segment import TITLE_KEY, Postings, SegmentData, hash_of_title
from searchsvc.index.stored import StoredStrings
from searchsvc.index.strings import ByteStrings, Terms
from searchsvc.index.values import ValueColumn, values_of
from searchsvc.index.word_table import BREAK_CHUNK, WordTable

_BYTES_A_CHUNK = 24
"""A chunk of a text: its number, and what inverting takes at its peak."""
_BYTES_A_DISTINCT_CHUNK = 400
_BYTES_AN_ARTICLE = 800


class SegmentBuilder:
    """Documents are numbered in the order in which articles are added."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._words = WordTable(language)
        self._entries = [array("i") for _ in TEXT_FIELDS]
        self._counts = [array("i") for _ in TEXT_FIELDS]
        self._stored: list[bytes] = []
        self._ids: list[bytes] = []
        self._dates = array("q")
        self._addresses: list[bytes] = []
        self._related: list[bytes] = []
        self._values: dict[str, list[tuple[str, ...]]] = {name: [] for name in VALUE_FIELDS}
        self._stored_bytes = 0

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def memory(self) -> int:
        """About how many bytes it takes to hold and to build."""
        chunks = sum(map(len, self._entries))
        distinct = _BYTES_A_DISTINCT_CHUNK * len(self._words)
        return (
            self._stored_bytes + _BYTES_A_CHUNK * chunks + distinct + _BYTES_AN_ARTICLE * len(self)
        )

    def add(self, article: Article) -> None:
        number = self._words.number
        texts = (article.title, f" {BREAK_CHUNK} ".join(article.topics), article.excerpt, "")
        for text, entries, counts in zip(texts, self._entries, self._counts, strict=True):
            numbers = list(map(number, bind(text, self._language).split()))
            entries.extend(numbers)
            counts.append(len(numbers))
        stored = article.stored_json()
        self._stored.append(stored)
        self._stored_bytes += len(stored)
        self._ids.append(article.id.encode("utf-8", "surrogatepass"))
        moment = article.published_at
        self._dates.append(int(as_utc(moment).timestamp() // 1) if moment else NO_DATE)
        self._addresses.append(addresses.keys(article.urls))
        self._related.append(addresses.keys(article.related))
        for name, values in self._values.items():
            values.append(tuple(values_of(article, name)))

    def build(self) -> SegmentData:
        words = self._words.arrays()
        entries = [np.frombuffer(part, np.int32) for part in self._entries]
        counts = [np.frombuffer(part, np.int32) for part in self._counts]
        inverted = kernels.invert(
            entries,
            counts,
            words.starts,
            words.terms,
            words.offsets,
            words.advances,
            len(words.words),
        )
        keys = self._title_keys()
        title_keys, title_docs = sorted_titles(keys)
        compounds, compound_counts = self._compounds(entries)
        return SegmentData(
            words=words.words,
            stems=words.stems,
            stem_of=words.stem_of,
            postings=Postings(*inverted[:5]),
            lengths=inverted.lengths,
            stored=StoredStrings.of(len(self), self._stored),
            ids=ByteStrings.of(self._ids),
            id_order=order_of(self._ids),
            title_keys=title_keys,
            title_docs=title_docs,
            title_hashes=np.fromiter(map(hash_of_title, keys), np.uint64, len(keys)),
            published_at=np.array(self._dates, np.int64),
            addresses=ByteStrings.of(self._addresses),
            related=ByteStrings.of(self._related),
            values={name: ValueColumn.of(values) for name, values in self._values.items()},
            compounds=compounds,
            compound_counts=compound_counts,
        )

    def _title_keys(self) -> list[bytes]:
        parts = self._words.title_keys()
        title, place = self._entries[0], 0
        keys = []
        for count in self._counts[0]:
            key = " ".join(filter(None, map(parts.__getitem__, title[place : place + count])))
            keys.append(key.encode("utf-8", "surrogatepass"))
            place += count
        return keys

    def _compounds(self, entries: list[Int32]) -> tuple[Terms, Int32]:
        """The keys of hyphenated words, and how often each stands in the texts."""
        compounds = self._words.compounds()
        occurrences = np.zeros(len(self._words), np.int64)
        if compounds:
            for part in entries:
                occurrences += np.bincount(part, minlength=len(occurrences))
        counts: dict[bytes, int] = {}
        for chunk, key in compounds:
            encoded = key.encode("utf-8", "surrogatepass")
            counts[encoded] = counts.get(encoded, 0) + int(occurrences[chunk])
        keys = sorted(counts)
        return Terms.of(keys), np.array([counts[key] for key in keys], np.int32)


def order_of(strings: list[bytes]) -> Int32:
    """The places of strings in their sorted order."""
    return np.array(sorted(range(len(strings)), key=strings.__getitem__), np.int32)


def sorted_titles(keys: list[bytes]) -> tuple[ByteStrings, Int32]:
    """The keys that are not empty, cut and sorted, and the document of each."""
    cut = [key[:TITLE_KEY] for key in keys]
    order = order_of(cut)
    order = order[cut.count(b"") :]
    return ByteStrings.of([cut[doc] for doc in order.tolist()]), order
