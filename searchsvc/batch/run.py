"""Articles collected in memory until they are written as one segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.analysis import BREAK
from searchsvc.articles import addresses
from searchsvc.articles.article import Article, Provider
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.batch.blobstream import BlobStream
from searchsvc.batch.datestream import DateStream
from searchsvc.batch.inversion import value_postings
from searchsvc.batch.keystream import KeyStream
from searchsvc.batch.wordstream import WordStream, compound_postings
from searchsvc.batch.wordtable import WordArrays, WordTable
from searchsvc.columnar import (
    BytesColumn,
    ByteStrings,
    CompressedStrings,
    Documents,
    FieldLengths,
    FieldPostings,
    FieldsWriter,
    NumberColumn,
    compressed,
    write_documents,
)
from searchsvc.index.schema import EXACT, KEY_FIELDS, LENGTH, VALUE, keys_of

BLOCK = 2048
BLOCK_TEXT = 1 << 22
"""Articles that are taken in at once, and characters of their excerpts: about so many."""
_BYTES_AN_ENTRY = 24
"""A word of a text: its place there, and what inverting all texts takes at its peak."""

Int32 = NDArray[np.int32]
_Source = tuple[str | None, str | None, str | None, str | None]
"""An article's provider (name, domain), category and type."""
_FROM_TOPICS = ("topic", VALUE["topic"])


class Run:
    """What `schema.document` says of articles, in growing flat arrays."""

    def __init__(self, words: WordTable, beside: Executor) -> None:
        """What does without the interpreter's lock is done `beside`."""
        self._words = words
        self._beside = beside
        self._waiting: list[Article] = []
        self._waiting_text = 0
        self._looked_up: Future[tuple[Int32, Int32]] | None = None
        self._texts = {field: WordStream() for field in TEXT_FIELDS}
        self._ids = BlobStream()
        self._topics: KeyStream[tuple[str, ...]] = KeyStream()
        self._sources: KeyStream[_Source] = KeyStream()
        self._dates = DateStream()
        self._stored = BlobStream()
        self._addresses = BlobStream()
        self._related = BlobStream()

    def __len__(self) -> int:
        return len(self._dates) + len(self._waiting)

    @property
    def memory(self) -> int:
        """About how many bytes it takes to hold and to write it, once nothing is waiting."""
        keys = (self._topics, self._sources)
        blobs = (self._ids, self._stored, self._addresses, self._related)
        entries = map(len, self._texts.values())
        return sum(stream.memory for stream in (*keys, *blobs)) + _BYTES_AN_ENTRY * sum(entries)

    def add(self, article: Article) -> bool:
        """The next document; whether all that were added have been taken in.

        They are taken in by the block: most of the work is done for all of it at once.
        """
        self._waiting.append(article)
        self._waiting_text += len(article.excerpt)
        if len(self._waiting) < BLOCK and self._waiting_text < BLOCK_TEXT:
            return False
        self._take_in()
        return True

    def _take_in(self) -> None:
        self._collect()
        articles, self._waiting, self._waiting_text = self._waiting, [], 0
        texts = [article.title for article in articles]
        texts += [BREAK.join(article.topics) for article in articles]
        texts += [article.excerpt for article in articles]
        self._looked_up = self._beside.submit(self._words.look_up, texts)
        self._ids.extend([article.id.encode() for article in articles])
        self._topics.extend(article.topics for article in articles)
        self._sources.extend(map(_source, articles))
        self._dates.extend(article.published_at for article in articles)
        self._stored.extend([article.stored_json() for article in articles])
        self._addresses.extend([addresses.keys(article.urls) for article in articles])
        self._related.extend([addresses.keys(article.related) for article in articles])

    def _collect(self) -> None:
        """The words of the last block, field after field."""
        if self._looked_up is None:
            return
        entries, counts = self._looked_up.result()
        self._looked_up = None
        of_fields = counts.reshape(len(self._texts), -1)
        ends = np.cumsum(of_fields.sum(axis=1))
        parts = np.split(entries, ends[:-1])
        for stream, part, of_field in zip(self._texts.values(), parts, of_fields, strict=True):
            stream.extend(part, of_field)

    def write(self, storage: Any, segment: Any, *, aside: bool = False) -> None:
        """Writes the run as a segment, or `aside` to be merged; nothing can be added afterwards."""
        if self._waiting:
            self._take_in()
        self._collect()
        segment.set_doc_count(len(self))
        writer = FieldsWriter(storage, segment)
        ids = self._beside.submit(value_postings, self._ids.strings())
        strings = self._stored.strings()
        stored = None if aside else self._beside.submit(compressed, strings)
        words = self._words.arrays()
        titles = self._beside.submit(self._texts["title"].whole, words)
        texts = [self._beside.submit(self._texts[name].postings, words) for name in TEXT_FIELDS]
        for name, keys in self._key_fields(words):
            _write(writer, name, keys)
        _write(writer, "id", ids.result())
        _write(writer, "title_key", titles.result())
        exact_lengths = {}
        for name, postings in zip(TEXT_FIELDS, texts, strict=True):
            exact, stems, exact_lengths[name] = postings.result()
            if len(exact.terms):
                writer.write(EXACT[name], exact)
                writer.unite(name, *stems, EXACT[name])
        writer.close()
        documents = self._documents(stored.result() if stored else strings, exact_lengths)
        write_documents(storage, segment, documents)

    def _key_fields(self, words: WordArrays) -> Iterator[tuple[str, FieldPostings | None]]:
        yield "published_at", self._dates.postings()
        yield "compound", compound_postings(words, self._texts.values())
        for name in KEY_FIELDS:
            if name in _FROM_TOPICS:
                yield name, self._topics.postings(partial(_topic_keys, name))
            else:
                yield name, self._sources.postings(partial(_source_keys, name))

    def _documents(
        self,
        stored: ByteStrings | CompressedStrings,
        exact_lengths: Mapping[str, Int32],
    ) -> Documents:
        return Documents(
            len(self),
            stored,
            field_lengths(exact_lengths),
            {
                "addresses": BytesColumn(self._addresses.strings()),
                "related": BytesColumn(self._related.strings()),
                "published_seconds": self._dates.column(),
                **{LENGTH[name]: NumberColumn.of(of) for name, of in exact_lengths.items()},
            },
        )


def _write(writer: FieldsWriter, name: str, postings: FieldPostings | None) -> None:
    if postings is not None:
        writer.write(name, postings)


def _source(article: Article) -> _Source:
    provider = article.provider
    name, domain = (provider.name, provider.domain) if provider else (None, None)
    return name, domain, article.category, article.type


def _topic_keys(name: str, topics: tuple[str, ...]) -> list[str]:
    return keys_of(Article("", "", topics=topics), name)


def _source_keys(name: str, source: _Source) -> list[str]:
    provider_name, domain, category, type_ = source
    provider = Provider(provider_name, domain)
    return keys_of(Article("", "", provider=provider, category=category, type=type_), name)


def field_lengths(exact: Mapping[str, Int32]) -> dict[str, FieldLengths]:
    """Whoosh's lengths of both forms of each text field that any document has."""
    lengths = {}
    for name, of in exact.items():
        if of.any():
            lengths[name] = lengths[EXACT[name]] = FieldLengths.of(of)
    return lengths
