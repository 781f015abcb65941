"""The postings of each field that Whoosh reads, made of the arrays of a segment.

A segment has one list of postings for each word over all fields of an article. A field's own
postings are made whole when they are first asked for, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import TermInfo
from whoosh.util.numeric import byte_to_length

from searchsvc.analysis import title_key
from searchsvc.articles.article import stored_title
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.arrays import Int32, Int64, bounds_of
from searchsvc.index.columns import NO_DATE
from searchsvc.index.schema import EXACT_SUFFIX
from searchsvc.index.segment import FIELD_SHIFT, SegmentData
from searchsvc.index.strings import TermDictionary, encoded

_PLACE = (1 << FIELD_SHIFT) - 1
_SECONDS_TO_EPOCH = 719_162 * 86_400
"""From the first day of the year 1, from which Whoosh counts."""
_DATE_SHIFTS = range(0, 64, 8)
"""A date is a term in each of these precisions, by the bits left out, as DATETIME has them."""
_DATE_TERM = 9


BYTE_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], np.int64)
"""The length that each byte stands for: Whoosh's 256 steps, rising from 0 to 106,374."""
LENGTH_OF_BYTE: list[int] = BYTE_LENGTHS.tolist()


@dataclass(frozen=True, slots=True, eq=False)
class FieldPostings:
    """Posting i of term t is at `starts[t] <= i < starts[t + 1]`.

    docs             int32, ascending within a term
    frequencies      int32
    position_starts  int64, where each posting's positions start; None in fields without them
    """

    terms: TermDictionary
    starts: Int64
    docs: Int32
    frequencies: Int32
    position_starts: Int64 | None = None
    positions: NDArray[np.uint16] | None = None

    @classmethod
    def of(
        cls, terms: TermDictionary, owners: NDArray[Any], docs: NDArray[Any], *more: Any
    ) -> FieldPostings:
        """Of postings in order, each with the number of its term; terms without any are left out.

        `more` are frequencies, 1 where there are none, and positions.
        """
        held, counts = np.unique(owners, return_counts=True)
        more = more or (np.ones(len(docs), np.int32),)
        return cls(terms.take(held), bounds_of(counts), docs.astype(np.int32), *more)

    def extent(self, term: int) -> slice:
        """Where the postings of a term are."""
        return slice(int(self.starts[term]), int(self.starts[term + 1]))


class SegmentFields(dict[str, FieldPostings]):
    """The postings of the fields of a segment, by their names."""

    def __init__(self, data: SegmentData, language: str) -> None:
        super().__init__()
        self._makers: dict[str, Callable[[SegmentData], FieldPostings]] = {
            "id": lambda data: _of_keys(data.ids),
            "title_key": lambda data: _of_keys(_title_keys(data, language)),
            "topic": partial(_of_values, ["topic"]),
            "provider": partial(_of_values, ["provider", "domain"]),
            "category": partial(_of_values, ["category"]),
            "type": partial(_of_values, ["type"]),
            "published_at": _of_dates,
        }
        for number, field in enumerate(TEXT_FIELDS):
            self._makers[field] = partial(_of_stems, number)
            self._makers[field + EXACT_SUFFIX] = partial(_of_words, number)
        self._data = data
        self.names = sorted(self._makers)

    def __missing__(self, name: str) -> FieldPostings:
        return self.setdefault(name, self._makers[name](self._data))


class OpenedSegment:
    """The arrays of a segment, and what is made of them for Whoosh."""

    def __init__(self, folder: Path, name: str, language: str) -> None:
        self.folder = folder
        self.data = SegmentData.load(folder, name)
        self.fields = SegmentFields(self.data, language)
        self._length_bytes: dict[int, NDArray[np.uint8]] = {}

    def length_bytes(self, field: str) -> NDArray[np.uint8] | None:
        """The length of a text field in each document, as Whoosh rounds it; None for others."""
        name = field.removesuffix(EXACT_SUFFIX)
        if name not in TEXT_FIELDS:
            return None
        number = TEXT_FIELDS.index(name)
        if number not in self._length_bytes:
            self._length_bytes[number] = _length_bytes(self.data.lengths[number])
        return self._length_bytes[number]

    def term_info(self, field: str, number: int) -> TermInfo:
        """Whoosh's statistics of one term."""
        postings = self.fields[field]
        extent = postings.extent(number)
        docs, frequencies = postings.docs[extent], postings.frequencies[extent]
        lengths = self.length_bytes(field)
        found = np.zeros(1, np.uint8) if lengths is None else lengths[docs]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(docs),
            minlength=LENGTH_OF_BYTE[found.min()],
            maxlength=LENGTH_OF_BYTE[found.max()],
            maxweight=float(frequencies.max()),
            minid=int(docs[0]),
            maxid=int(docs[-1]),
        )


def _length_bytes(lengths: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Exact lengths as Whoosh's bytes (its `length_to_byte`, for a whole array)."""
    return np.minimum(np.searchsorted(BYTE_LENGTHS, lengths), 255).astype(np.uint8)


def _of_words(number: int, data: SegmentData) -> FieldPostings:
    """A text field's words as typed, with their places."""
    words, docs, frequencies, chosen = _in_field(number, data)
    positions = data.postings.positions[chosen] & np.uint16(_PLACE)
    return FieldPostings.of(data.words, words, docs, frequencies, bounds_of(frequencies), positions)


def _of_stems(number: int, data: SegmentData) -> FieldPostings:
    """A text field's stems: the postings of a stem's words together, frequencies summed."""
    words, docs, frequencies, _ = _in_field(number, data)
    keys, places = np.unique(data.stem_of[words].astype(np.int64) << 32 | docs, return_inverse=True)
    summed = np.bincount(places, weights=frequencies, minlength=len(keys)).astype(np.int32)
    return FieldPostings.of(data.stems, keys >> 32, keys & 0xFFFFFFFF, summed)


def _in_field(number: int, data: SegmentData) -> tuple[Int64, Int32, Int32, NDArray[np.bool_]]:
    """Of the postings with occurrences in a field: words, documents, frequencies; and which
    positions are in it.
    """
    postings = data.postings
    chosen = (postings.positions >> FIELD_SHIFT) == number
    frequencies = np.diff(bounds_of(chosen)[bounds_of(postings.counts)]).astype(np.int32)
    kept = frequencies > 0
    words = np.repeat(np.arange(len(data.words)), np.diff(postings.starts))
    return words[kept], postings.docs[kept], frequencies[kept], chosen


def _of_values(names: Sequence[str], data: SegmentData) -> FieldPostings:
    """Doc values, folded."""
    columns = [data.values[name] for name in names]
    folded = [[encoded(label.casefold()) for label in column.labels] for column in columns]
    terms = sorted(set().union(*folded))
    number = {term: place for place, term in enumerate(terms)}
    parts = [np.zeros(0, np.int64)]
    for column, keys in zip(columns, folded, strict=True):
        docs = np.repeat(np.arange(len(column)), np.diff(column.starts))
        own = np.array([number[key] for key in keys], np.int64)
        parts.append(own[column.codes] << 32 | docs)
    pairs = np.unique(np.concatenate(parts))
    return FieldPostings.of(TermDictionary.of(terms), pairs >> 32, pairs & 0xFFFFFFFF)


def _of_keys(keys: Iterable[bytes]) -> FieldPostings:
    """One key a document, empty where it has none."""
    listed = sorted((key, doc) for doc, key in enumerate(keys) if key)
    number: dict[bytes, int] = {}
    owners = [number.setdefault(key, len(number)) for key, _ in listed]
    docs = np.array([doc for _, doc in listed], np.int32)
    return FieldPostings.of(TermDictionary.of(number), np.array(owners, np.int64), docs)


def _title_keys(data: SegmentData, language: str) -> Iterable[bytes]:
    """Whole, where a segment has them cut."""
    for stored in data.stored:
        yield encoded(title_key(stored_title(stored), language))


def _of_dates(data: SegmentData) -> FieldPostings:
    """The terms that Whoosh looks for: the precision, then the date, so that they sort."""
    docs = np.flatnonzero(data.published_at != NO_DATE)
    moments = (data.published_at[docs] + _SECONDS_TO_EPOCH) * 1_000_000
    sortable = moments.astype(np.uint64) + np.uint64(1 << 63)
    blobs, owners, listed, base = [np.zeros(0, np.uint8)], [docs[:0]], [docs[:0]], 0
    for shift in _DATE_SHIFTS:
        values, own = np.unique(sortable >> np.uint64(shift), return_inverse=True)
        terms = np.empty((len(values), _DATE_TERM), np.uint8)
        terms[:, 0] = shift
        terms[:, 1:] = values.astype(">u8").view(np.uint8).reshape(-1, _DATE_TERM - 1)
        order = np.argsort(own, kind="stable")
        blobs.append(terms.ravel())
        owners.append(own[order] + base)
        listed.append(docs[order])
        base += len(values)
    offsets = np.arange(base + 1, dtype=np.uint32) * np.uint32(_DATE_TERM)
    return FieldPostings.of(
        TermDictionary(np.concatenate(blobs), offsets),
        np.concatenate(owners),
        np.concatenate(listed),
    )
