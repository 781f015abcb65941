"""A segment: articles as flat arrays that never change, shared by generations through hard links.

Its files are `MAIN_<id>.<part>.npy` in a generation's folder, mapped when opened.

words, stems      the terms as typed, and their stems; `stem_of` has the stem of each word
starts            where a word's postings start: `docs[starts[w]:starts[w + 1]]`, ascending
counts            how often the word stands in the document, at most 255
marks             IN_SMALL | WITH_CAPITAL: how the document's running text has the word; IN_TITLE
positions         of each occurrence: the field's number << 14 | the place in the field
position_starts   where the positions of a word's postings start
lengths           how many terms each field has, at most 65,535; [fields, documents]
title_keys        whole titles as one key, cut to TITLE_KEY bytes, sorted; `title_docs` has them
title_hashes      of whole keys, by document; 0 for none
bodies            what is kept of bodies, to show where a word stands in one; no strings if no
                  document has one
compounds         keys of hyphenated words, each with how often it was found, deletions included
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS, VALUE_FIELDS
from searchsvc.index.arrays import (
    Bounds,
    Int32,
    Int64,
    are_ascending_within,
    are_bounds,
    are_within,
    check,
    load,
    narrowed,
    save,
)
from searchsvc.index.stored import StoredStrings
from searchsvc.index.strings import ByteStrings, TermDictionary, encoded
from searchsvc.index.values import ValueColumn

PREFIX = "MAIN_"
FIELD_SHIFT = 14
LAST_PLACE, BEYOND = (1 << FIELD_SHIFT) - 3, (1 << FIELD_SHIFT) - 1
"""The last place of a field that phrases know, and what later words have for theirs."""
TITLE_KEY = 20
IN_TITLE = 4
"""Beside the marks of `analysis.names`."""
_LINK_KEY = 8


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Where each word of a vocabulary stands; the arrays are those of a segment."""

    starts: Bounds
    docs: Int32
    counts: NDArray[np.uint8]
    position_starts: Bounds
    positions: NDArray[np.uint16]
    marks: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class SegmentData:
    """All arrays of a segment, whether they are about to be written or were opened."""

    words: TermDictionary
    stems: TermDictionary
    stem_of: Int32
    postings: Postings
    lengths: NDArray[np.uint16]
    stored: StoredStrings
    bodies: StoredStrings
    ids: ByteStrings
    id_order: Int32
    title_keys: TermDictionary
    title_docs: Int32
    title_hashes: NDArray[np.uint64]
    published_at: Int64
    expires_at: Int64
    addresses: ByteStrings
    related: ByteStrings
    values: dict[str, ValueColumn]
    compounds: TermDictionary
    compound_counts: Int32

    @property
    def documents(self) -> int:
        return len(self.published_at)

    def save(self, folder: Path, name: str) -> None:
        """Writes the files of the segment of this name (its id)."""
        of = f"{PREFIX}{name}."
        for part in _STRINGS:
            getattr(self, part).save(folder, of + part)
        self.stored.save(folder, of + "stored")
        self.bodies.save(folder, of + "bodies")
        for part, column in self.values.items():
            column.save(folder, f"{of}value.{part}")
        for part in _POSTINGS:
            save(folder, of + part, getattr(self.postings, part))
        for part in _BOUNDS:
            save(folder, of + part, narrowed(getattr(self.postings, part)))
        for part in (*_ARRAYS, "lengths"):
            save(folder, of + part, getattr(self, part))

    @classmethod
    def load(cls, folder: Path, name: str) -> SegmentData:
        """Raises OSError or ValueError for what is missing, damaged or makes no sense."""
        of = f"{PREFIX}{name}."
        arrays: dict[str, Any] = {p: load(folder, of + p, t) for p, t in _ARRAYS.items()}
        arrays["lengths"] = load(folder, of + "lengths", np.uint16, ndim=2)
        documents = len(arrays["published_at"])
        strings: dict[str, Any] = {p: kind.load(folder, of + p) for p, kind in _STRINGS.items()}
        data = cls(
            postings=Postings(
                **{p: load(folder, of + p, t) for p, t in _POSTINGS.items()},
                **{p: load(folder, of + p, np.uint32, np.int64) for p in _BOUNDS},
            ),
            stored=StoredStrings.load(folder, of + "stored", documents),
            bodies=StoredStrings.load(folder, of + "bodies"),
            values={
                part: ValueColumn.load(folder, f"{of}value.{part}", documents)
                for part in VALUE_FIELDS
            },
            **arrays,
            **strings,
        )
        _check(data, folder / f"{PREFIX}{name}")
        return data


_STRINGS: dict[str, type[ByteStrings]] = {
    **dict.fromkeys(("words", "stems", "title_keys", "compounds"), TermDictionary),
    **dict.fromkeys(("ids", "addresses", "related"), ByteStrings),
}
_BOUNDS = ("starts", "position_starts")
_POSTINGS: dict[str, Any] = {
    "docs": np.int32,
    "counts": np.uint8,
    "positions": np.uint16,
    "marks": np.uint8,
}
_ARRAYS: dict[str, Any] = {
    "stem_of": np.int32,
    "id_order": np.int32,
    "title_docs": np.int32,
    "title_hashes": np.uint64,
    "published_at": np.int64,
    "expires_at": np.int64,
    "compound_counts": np.int32,
}


def _check(data: SegmentData, path: Path) -> None:
    """What kernels and readers rely on without looking."""
    postings, documents, words = data.postings, data.documents, len(data.words)
    check(path, are_bounds(postings.starts, len(postings.docs)), "postings have no bounds")
    check(path, len(postings.starts) == words + 1, "not one list for each word")
    check(path, len(postings.counts) == len(postings.docs), "not one count for each posting")
    check(path, len(postings.marks) == len(postings.docs), "not one mark for each posting")
    check(path, are_within(postings.docs, documents), "postings of documents that are not there")
    check(path, are_ascending_within(postings.docs, postings.starts), "postings out of order")
    check(path, bool((np.diff(postings.starts) > 0).all()), "words without postings")
    sums = np.add.reduceat(postings.counts, postings.starts[:-1], dtype=np.int64) if words else ()
    check(path, len(postings.position_starts) == words + 1, "not one list of positions a word")
    is_right = np.array_equal(np.diff(postings.position_starts), sums)
    check(path, is_right and not postings.position_starts[0], "positions not as counted")
    check(path, postings.position_starts[-1] == len(postings.positions), "positions are missing")
    check(path, are_within(data.stem_of, len(data.stems)), "words without a stem")
    check(path, len(data.stem_of) == words, "not one stem for each word")
    check(path, data.lengths.shape == (len(TEXT_FIELDS), documents), "lengths are missing")
    check(path, len(data.bodies) in (0, documents), "not one body for each document")
    check(path, len(data.title_docs) == len(data.title_keys), "title keys without documents")
    check(path, len(data.compound_counts) == len(data.compounds), "compounds without counts")
    for docs in (data.id_order, data.title_docs):
        check(path, are_within(docs, documents), "documents that are not there")
    for strings in (data.ids, data.addresses, data.related):
        check(path, len(strings) == documents, "not one text for each document")
    for counted in (data.id_order, data.title_hashes, data.expires_at):
        check(path, len(counted) == documents, "not one value for each document")
    for links in (data.addresses, data.related):
        check(path, not (np.diff(links.offsets) % _LINK_KEY).any(), "links cut short")


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """An open segment; `base` is the number of its first document in the generation."""

    name: str
    base: int
    data: SegmentData

    @classmethod
    def open(cls, folder: Path, name: str, base: int = 0) -> Segment:
        return cls(name, base, SegmentData.load(folder, name))

    @property
    def documents(self) -> int:
        return self.data.documents

    @property
    def words(self) -> TermDictionary:
        return self.data.words

    @property
    def postings(self) -> Postings:
        return self.data.postings

    def find(self, article_id: str) -> int:
        """The document of an id, by the segment's numbers; -1 if there is none."""
        ids, order = self.data.ids, self.data.id_order
        wanted = encoded(article_id)
        low, high = 0, len(order)
        while low < high:
            middle = (low + high) // 2
            if ids[order[middle]] < wanted:
                low = middle + 1
            else:
                high = middle
        return int(order[low]) if low < len(order) and ids[order[low]] == wanted else -1

    def posting(self, word: int, doc: int) -> int:
        """The place of the posting of a word in a document; -1 if it does not stand there."""
        start, stop = self.postings.starts[word : word + 2].tolist()
        place = start + int(self.postings.docs[start:stop].searchsorted(np.int32(doc)))
        return place if place < stop and self.postings.docs[place] == doc else -1

    def positions(self, word: int, posting: int) -> NDArray[np.uint16]:
        """The positions of one posting of a word."""
        postings = self.postings
        start = postings.starts[word]
        first = int(postings.position_starts[word])
        first += int(postings.counts[start:posting].sum(dtype=np.int64))
        return postings.positions[first : first + int(postings.counts[posting])]

    def titled(self, key: bytes, title_hash: int) -> Int32:
        """The documents whose whole title has this key, by the segment's numbers."""
        keys, cut = self.data.title_keys, key[:TITLE_KEY]
        first = last = keys.lower_bound(cut)
        while last < len(keys) and keys[last] == cut:
            last += 1
        docs = self.data.title_docs[first:last]
        titled: Int32 = docs[self.data.title_hashes[docs] == title_hash] if len(docs) else docs
        return titled

    def beginning_with(self, start: bytes) -> slice:
        """The postings of all words that begin so."""
        first, last = self.words.prefix_range(start)
        return slice(int(self.postings.starts[first]), int(self.postings.starts[last]))

    def beginning(self, key: bytes) -> tuple[int, int]:
        """Where the title keys that begin so start and stop."""
        return self.data.title_keys.prefix_range(key)


def hash_of_title(key: bytes) -> int:
    """Never 0 for a key that is not empty."""
    if not key:
        return 0
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "little") or 1


def link_segment(name: str, source: Path, target: Path) -> list[str]:
    """Shares the files of a segment with another folder; returns their names."""
    of = f"{PREFIX}{name}."
    names = [entry.name for entry in os.scandir(source) if entry.name.startswith(of)]
    for file in names:
        link(source / file, target / file)
    return names


def link(source: Path, target: Path) -> None:
    """Shares a file, or copies it where there are no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
