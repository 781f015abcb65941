"""One generation, open for reading: its segments, impacts, columns and stored articles."""

from __future__ import annotations

import copy
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.article import rated
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.errors import NoIndex
from searchsvc.index.arrays import Int32, Int64, check, joined, load
from searchsvc.index.columns import NO_VALUE, Columns
from searchsvc.index.impacts import DELETED, LIVE, FieldWeights, Impacts, norms_of
from searchsvc.index.manifest import MANIFEST, read_manifest, verify
from searchsvc.index.open_files import OpenFiles
from searchsvc.index.segment import FIELD_SHIFT, Segment, hash_of_title
from searchsvc.index.stories import AddressBook, LinkKeys, Stories
from searchsvc.index.strings import ByteStrings, encoded

NO_DOCS = np.zeros(0, np.int32)


class Generation:
    """Verified when opened. Raises NoIndex, naming the file, when it is not whole.

    Documents are numbered through all segments, deleted ones included. `states` has the state of
    each at the clock of the manifest.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.manifest = read_manifest(folder)
        self.files = OpenFiles.of(folder, (MANIFEST, *self.manifest.files))
        verify(folder, self.manifest.files)
        try:
            documents = self.manifest.documents
            self.segments = tuple(open_segments(folder, self.manifest.segments))
            self.states = load(folder, "states", np.uint8)
            self.impacts = Impacts.load(folder, self.segments, documents)
            self.columns = Columns.load(folder, published_in(self.segments))
            self.stories = Stories.load(folder, documents)
            check(folder, len(self.states) == documents, "not one state for each document")
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise NoIndex(
                f"{folder} cannot be opened ({error}); run `searchsvc reindex --full`"
            ) from error
        self.weights = tuple(self.manifest.weights)
        self._bases = [segment.base for segment in self.segments]
        # Memory views: reading one item costs a fifth of what indexing an array does.
        self._quality, self._heat = self.columns.quality.data, self.columns.heat.data

    def __len__(self) -> int:
        """Documents, deleted ones included."""
        return len(self.states)

    @cached_property
    def are_present(self) -> NDArray[np.bool_]:
        """Which documents are not deleted; [documents]."""
        present: NDArray[np.bool_] = self.states != DELETED
        return present

    @cached_property
    def expires_at(self) -> Int64:
        """When each document expires; [documents]."""
        return expiries_in(self.segments)

    @cached_property
    def norms(self) -> NDArray[np.float32]:
        """K1 (1 - B + B len / avglen) of each document; impacts have it in them."""
        return norms_of(lengths_in(self.segments), self.states == LIVE, self.weights)

    def with_weights(self, weights: FieldWeights) -> Generation:
        """The same articles with other field weights, in memory."""
        changed = copy.copy(self)
        changed.__dict__.pop("norms", None)
        changed.weights = weights
        language = self.manifest.language
        changed.impacts = Impacts.of(self.segments, self.states, changed.norms, weights, language)
        return changed

    def segment_of(self, doc: int) -> Segment:
        return self.segments[bisect_right(self._bases, doc) - 1]

    def stored_of(self, docs: Sequence[int]) -> list[bytes]:
        """The JSON of articles, with the quality and heat of this generation."""
        if len(self.segments) == 1:
            stored = self.segments[0].data.stored.some(docs)
        else:
            stored = []
            for doc in docs:
                segment = self.segment_of(doc)
                stored += segment.data.stored.some([doc - segment.base])
        quality, heat = self._quality, self._heat
        return [
            rated(
                article,
                None if quality[doc] == NO_VALUE else quality[doc],
                None if heat[doc] == NO_VALUE else heat[doc],
            )
            for article, doc in zip(stored, docs, strict=True)
        ]

    def body_of(self, doc: int) -> bytes:
        """What is kept of the body of an article; empty where there is none."""
        segment = self.segment_of(doc)
        bodies = segment.data.bodies
        return bodies.some([doc - segment.base])[0] if len(bodies) else b""

    @cached_property
    def has_bodies(self) -> bool:
        return any(len(segment.data.bodies) for segment in self.segments)

    def find(self, article_id: str) -> int | None:
        """The document of an id, live or held; None if there is none."""
        for segment in self.segments:
            doc = segment.find(article_id)
            if doc >= 0 and self.states[segment.base + doc] != DELETED:
                return segment.base + doc
        return None

    def titled(self, key: str) -> Int32:
        """The documents, ascending, whose whole title has this key (`analysis.title_key`)."""
        title = encoded(key)
        title_hash = hash_of_title(title)
        docs = NO_DOCS
        for segment in self.segments:
            found = segment.titled(title, title_hash)
            if len(found):
                docs = np.concatenate((docs, np.sort(found) + np.int32(segment.base)))
        return docs[self.are_present[docs]] if len(docs) else docs

    def word_in(self, segment_number: int, word: int) -> int:
        """The number of a word of the vocabulary in one of the segments; -1 if it has it not."""
        if len(self.segments) == 1:
            return word  # the vocabulary is the segment's
        numbers = self.impacts.vocabulary.words_in[segment_number]
        place = int(numbers.searchsorted(np.int32(word)))
        return place if place < len(numbers) and numbers[place] == word else -1

    def words_between(self, segment_number: int, first: int, last: int) -> tuple[int, int]:
        """Where the words of a segment that lie in a range of the vocabulary start and stop."""
        if len(self.segments) == 1:
            return first, last
        numbers = self.impacts.vocabulary.words_in[segment_number]
        start, stop = numbers.searchsorted(np.array((first, last), np.int32)).tolist()
        return start, stop

    def counts_in(self, word: int, doc: int) -> NDArray[np.int64]:
        """How often a word as typed stands in each field of a document; [fields]."""
        number = bisect_right(self._bases, doc) - 1
        segment = self.segments[number]
        own = self.word_in(number, word)
        posting = segment.posting(own, doc - segment.base) if own >= 0 else -1
        if posting < 0:
            return np.zeros(len(self.weights), np.int64)
        fields = segment.positions(own, posting) >> FIELD_SHIFT
        return np.bincount(fields, minlength=len(self.weights))

    @cached_property
    def _words_by_stem(self) -> tuple[NDArray[np.intp], Int32]:
        stem_of = self.impacts.vocabulary.stem_of
        order = np.argsort(stem_of, kind="stable")
        return order, stem_of[order]

    def forms_of(self, stem: int) -> list[int]:
        """The words of a stem."""
        order, stems = self._words_by_stem
        first, last = stems.searchsorted(np.array((stem, stem + 1), np.int32)).tolist()
        forms: list[int] = order[first:last].tolist()
        return forms

    def linked(self, doc: int) -> list[int]:
        """The documents that an article's own links lead to, in their order, each once."""
        segment = self.segment_of(doc)
        _, targets = self._addresses.follow(
            LinkKeys.of_document(doc, segment.data.related[doc - segment.base])
        )
        return list(dict.fromkeys(targets.tolist()))

    @cached_property
    def _addresses(self) -> AddressBook:
        """Made when first asked for: few ask."""
        addresses: list[ByteStrings] = [segment.data.addresses for segment in self.segments]
        links = LinkKeys.of(addresses).only(self.are_present)
        return AddressBook(links, self.columns.ranks["newest"])


def open_segments(folder: Path, named: Sequence[tuple[str, int]]) -> Iterator[Segment]:
    """Raises OSError or ValueError, also where a segment holds another number of documents."""
    bases = accumulate((documents for _, documents in named), initial=0)
    for (name, documents), base in zip(named, bases, strict=False):
        segment = Segment.open(folder, name, base)
        check(folder / name, segment.documents == documents, "another number of documents")
        yield segment


def lengths_in(segments: Sequence[Segment]) -> NDArray[np.uint16]:
    """How many terms each field has, of all documents of a generation; [fields, documents]."""
    nothing = np.zeros((len(TEXT_FIELDS), 0), np.uint16)
    return np.concatenate([nothing, *(segment.data.lengths for segment in segments)], axis=1)


def expiries_in(segments: Sequence[Segment]) -> Int64:
    """When each document of a generation expires, NEVER for most."""
    return joined([segment.data.expires_at for segment in segments], np.int64)


def published_in(segments: Sequence[Segment]) -> Int64:
    """The dates of all documents of a generation."""
    return joined([segment.data.published_at for segment in segments], np.int64)


__all__ = ["LIVE", "Generation", "expiries_in", "lengths_in", "open_segments", "published_in"]
