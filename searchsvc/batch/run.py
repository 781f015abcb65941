"""Articles collected in memory until they are written as one segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc import addresses
from searchsvc.analysis import BREAK
from searchsvc.article import Article, Provider
from searchsvc.batch.blobstream import BlobStream
from searchsvc.batch.datestream import DateStream
from searchsvc.batch.keystream import KeyStream
from searchsvc.batch.wordstream import WordStream
from searchsvc.batch.wordtable import WordArrays, WordTable
from searchsvc.columnar import (
    BytesColumn,
    Documents,
    FieldLengths,
    FieldPostings,
    FieldsWriter,
    NumberColumn,
    compressed,
    write_documents,
)
from searchsvc.schema import EXACT, KEY_FIELDS, LENGTH, VALUE, keys_of
from searchsvc.vocabulary import TEXT_FIELDS

_BYTES_AN_ENTRY = 64
"""What inverting the longest text field takes at its peak, for each of its words."""

_Source = tuple[str | None, str | None, str | None, str | None]
"""An article's provider (name, domain), category and type."""
_FROM_TOPICS = ("topic", VALUE["topic"])


class Run:
    """What `schema.document` says of articles, in growing flat arrays."""

    def __init__(self, words: WordTable) -> None:
        self._words = words
        self._key_of = words.key_of.__getitem__
        self._texts = {field: WordStream(words) for field in TEXT_FIELDS}
        self._ids: KeyStream[str] = KeyStream()
        self._title_keys: KeyStream[str] = KeyStream()
        self._compounds: KeyStream[tuple[str, ...]] = KeyStream()
        self._topics: KeyStream[tuple[str, ...]] = KeyStream()
        self._sources: KeyStream[_Source] = KeyStream()
        self._dates = DateStream()
        self._stored = BlobStream()
        self._addresses = BlobStream()
        self._related = BlobStream()

    def __len__(self) -> int:
        return len(self._dates)

    @property
    def memory(self) -> int:
        """About how many bytes it takes to hold and to write it."""
        keys = (self._ids, self._title_keys, self._compounds, self._topics, self._sources)
        entries = [len(stream) for stream in self._texts.values()]
        return (
            sum(stream.memory for stream in keys)
            + self._stored.memory
            + self._addresses.memory
            + self._related.memory
            + 4 * sum(entries)
            + _BYTES_AN_ENTRY * max(entries)
        )

    def add(self, article: Article) -> None:
        """The next document."""
        texts, provider = self._texts, article.provider
        entries = texts["title"].add(article.title)
        self._title_keys.add(" ".join(filter(None, map(self._key_of, entries))))
        entries += texts["topics"].add(BREAK.join(article.topics))
        entries += texts["excerpt"].add(article.excerpt)
        self._compounds.add(self._compounds_in(entries))
        self._ids.add(article.id)
        self._topics.add(article.topics)
        name, domain = (provider.name, provider.domain) if provider else (None, None)
        self._sources.add((name, domain, article.category, article.type))
        self._dates.add(article)
        self._stored.add(article.stored_json())
        self._addresses.add(addresses.keys(article.urls))
        self._related.add(addresses.keys(article.related))

    def _compounds_in(self, entries: list[int]) -> tuple[str, ...]:
        known = self._words.compounds
        if known.keys().isdisjoint(entries):
            return ()
        return tuple({key: None for entry in entries for key in known.get(entry, ())})

    def write(self, storage: Any, segment: Any, *, aside: bool = False) -> None:
        """Writes the run as a segment, or `aside` to be merged; nothing can be added afterwards."""
        segment.set_doc_count(len(self))
        writer = FieldsWriter(storage, segment)
        for name, postings in self._key_fields():
            if postings is not None:
                writer.write(name, postings)
        exact_lengths = {}
        words = self._words.arrays()
        for field in TEXT_FIELDS:
            exact_lengths[field] = self._write_text(writer, field, words)
        writer.close()
        write_documents(storage, segment, self._documents(exact_lengths, aside))

    def _key_fields(self) -> Iterator[tuple[str, FieldPostings | None]]:
        yield "published_at", self._dates.postings()
        yield "id", self._ids.postings(lambda article_id: (article_id,))
        yield "title_key", self._title_keys.postings(lambda key: (key,) if key else ())
        yield "compound", self._compounds.postings(lambda keys: keys)
        for name in KEY_FIELDS:
            if name in _FROM_TOPICS:
                yield name, self._topics.postings(partial(_topic_keys, name))
            else:
                yield name, self._sources.postings(partial(_source_keys, name))

    def _write_text(self, writer: FieldsWriter, field: str, words: WordArrays) -> NDArray[np.int32]:
        """Writes both forms of a text field; returns its exact lengths, [documents]."""
        occurrences = self._texts.pop(field).occurrences(words)
        if len(occurrences.terms):
            writer.write(EXACT[field], occurrences.exact_postings(words))
            writer.write(field, occurrences.stem_postings(words))
        return occurrences.lengths

    def _documents(self, exact_lengths: Mapping[str, NDArray[np.int32]], aside: bool) -> Documents:
        stored = self._stored.strings()
        return Documents(
            len(self),
            stored if aside else compressed(stored),
            field_lengths(exact_lengths),
            {
                "addresses": BytesColumn(self._addresses.strings()),
                "related": BytesColumn(self._related.strings()),
                "published_seconds": self._dates.column(),
                **{LENGTH[name]: NumberColumn(of) for name, of in exact_lengths.items()},
            },
        )


def _topic_keys(name: str, topics: tuple[str, ...]) -> list[str]:
    return keys_of(Article("", "", topics=topics), name)


def _source_keys(name: str, source: _Source) -> list[str]:
    provider_name, domain, category, type_ = source
    provider = Provider(provider_name, domain)
    return keys_of(Article("", "", provider=provider, category=category, type=type_), name)


def field_lengths(exact: Mapping[str, NDArray[np.int32]]) -> dict[str, FieldLengths]:
    """Whoosh's lengths of both forms of each text field that any document has."""
    lengths = {}
    for name, of in exact.items():
        if of.any():
            lengths[name] = lengths[EXACT[name]] = FieldLengths.of(of)
    return lengths
