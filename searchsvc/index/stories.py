"""Which articles tell one story: tied by a link of `related`, either way, by their headline, or as
they say nearly the same.

Found at publish, among live articles only. Without bounds a site's ties end in one great story of
everything, as each article links to older ones: hence the constants.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.addresses import KEY_SIZE
from searchsvc.index.arrays import Int32, Int64, check, load, save
from searchsvc.index.columns import NO_DATE, Columns
from searchsvc.index.strings import ByteStrings

Pairs = tuple[Int64, Int64]

MAX_STORY = 50
"""Articles that links, or what they say, tie: the closest in time come together first, and what
would make more of them stays apart."""
MAX_COINCIDENCE = 10
"""So many articles of one headline are one story whenever they appeared. More of them bear a
rubric ("Live blog") or come from an agency: tied only to the next within MAX_GAP."""
MAX_GAP = 12 * 3600
"""Seconds; less than lie between two issues of a daily rubric."""
MAX_OWNERS = 5
"""Articles of one address; more have that of a site or a section, and links there tie nothing."""

_NAME = "stories"
_KEY = np.dtype("<u8")
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The keys of links, document after document: link i is `keys[i]`, in document `docs[i]`.

    keys  uint64, in the order of the article within each document
    docs  int64, ascending
    """

    keys: NDArray[np.uint64]
    docs: Int64

    @classmethod
    def of_document(cls, doc: int, keys: bytes) -> LinkKeys:
        """Of what `addresses.keys` gave for one article."""
        links = np.frombuffer(keys, _KEY)
        return cls(links, np.full(len(links), doc, np.int64))

    @classmethod
    def of(cls, segments: Iterable[ByteStrings]) -> LinkKeys:
        """Of the columns, in segment order, that `addresses.keys` filled."""
        blobs, counts = [np.zeros(0, np.uint8)], [np.zeros(0, np.int64)]
        for column in segments:
            blobs.append(column.blob)
            ends = column.offsets.astype(np.int64)
            counts.append((ends[1:] - ends[:-1]) // KEY_SIZE)
        number_of = np.concatenate(counts)
        docs = np.repeat(np.arange(len(number_of), dtype=np.int64), number_of)
        return cls(np.concatenate(blobs).view(_KEY), docs)

    def only(self, live: NDArray[np.bool_]) -> LinkKeys:
        kept = live[self.docs]
        return LinkKeys(self.keys[kept], self.docs[kept])


class AddressBook:
    """Finds the documents of an address, the newest first, unless it is a whole section's."""

    def __init__(self, addresses: LinkKeys, newest: Int32) -> None:
        order = np.lexsort((newest[addresses.docs], addresses.keys))
        self._docs = addresses.docs[order].astype(np.int32)
        self._keys, starts = np.unique(addresses.keys[order], return_index=True)
        self._starts = np.append(starts, len(order)).astype(np.int32)

    def follow(self, related: LinkKeys) -> Pairs:
        """Who links whom, in the order of the links.

        A link to an address of the article itself leads nowhere, even if others share the address.
        """
        if not len(self._keys):
            return related.docs[:0], related.docs[:0]
        places = np.minimum(np.searchsorted(self._keys, related.keys), len(self._keys) - 1)
        counts = self._starts[places + 1] - self._starts[places]
        counts[(counts > MAX_OWNERS) | (self._keys[places] != related.keys)] = 0
        links = np.repeat(np.arange(len(counts)), counts)
        within = np.arange(len(links)) - np.repeat(np.cumsum(counts) - counts, counts)
        targets = self._docs[self._starts[places[links]] + within]
        is_own = np.zeros(len(counts), np.bool_)
        is_own[links[related.docs[links] == targets]] = True
        kept = ~is_own[links]
        return related.docs[links[kept]], targets[kept]


@dataclass(frozen=True, slots=True)
class Ties:
    """What can tie documents.

    headlines  int32 [documents], a number for each headline, -1 for none
    addresses  the links to each article
    related    the links from each article to others
    alike      pairs of documents that say nearly the same
    """

    headlines: Int32
    addresses: LinkKeys
    related: LinkKeys
    alike: Pairs = (np.zeros(0, np.int64), np.zeros(0, np.int64))


class Stories:
    """`numbers` has each document's story, -1 for those alone in theirs; int32 [documents]."""

    def __init__(self, numbers: Int32) -> None:
        self.numbers = numbers
        self._count = int(numbers.max(initial=-1)) + 1

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _groups(self) -> tuple[Int32, Int64]:
        """The documents of all stories end to end, and where each story's start."""
        tied = np.flatnonzero(self.numbers >= 0).astype(np.int32)
        order = np.argsort(self.numbers[tied], kind="stable")
        return tied[order], np.concatenate(([0], np.cumsum(np.bincount(self.numbers[tied]))))

    @classmethod
    def find(cls, ties: Ties, columns: Columns, live: NDArray[np.bool_]) -> Stories:
        """Among the live documents; [documents]. Depends on no document's number."""
        dates, newest = columns.published_at, columns.ranks["newest"]
        same = _same_headline(ties.headlines, dates, newest, live)
        linked = AddressBook(ties.addresses.only(live), newest).follow(ties.related.only(live))
        alike = _closest_first(ties.alike, dates, newest)
        linked = _closest_first(linked, dates, newest)
        first, second = (np.concatenate(ends) for ends in zip(same, alike, linked, strict=True))
        roots = _tied(first.tolist(), second.tolist(), len(same[0]), len(live))
        is_tied = np.bincount(roots, minlength=len(live)) > 1
        numbers = np.cumsum(is_tied) - 1
        return cls(np.where(is_tied[roots], numbers[roots], -1).astype(np.int32))

    def members(self, doc: int) -> Int32:
        """The documents of a document's story, itself included, ascending."""
        story = self.numbers[doc]
        if story < 0:
            return np.array([doc], np.int32)
        docs, starts = self._groups
        return docs[starts[story] : starts[story + 1]]

    def save(self, folder: Path) -> None:
        save(folder, _NAME, self.numbers)

    @classmethod
    def load(cls, folder: Path, documents: int) -> Stories:
        """Raises OSError or ValueError for a file that is missing or damaged."""
        numbers = load(folder, _NAME, np.int32)
        is_right = len(numbers) == documents and numbers.max(initial=-1) < documents
        check(
            folder / _NAME, is_right and numbers.min(initial=-1) >= -1, "stories of another index"
        )
        return cls(numbers)


def _tied(first: list[int], second: list[int], unbounded: int, documents: int) -> Int32:
    """The root of each document's story, when the pairs are tied one after the other.

    The first `unbounded` pairs are tied whatever comes of it, others up to MAX_STORY documents.
    """
    roots = list(range(documents))
    sizes = [1] * documents

    def root(doc: int) -> int:
        while roots[doc] != doc:
            roots[doc] = doc = roots[roots[doc]]
        return doc

    for number, pair in enumerate(zip(first, second, strict=True)):
        one, other = map(root, pair)
        total = sizes[one] + sizes[other]
        if one != other and (number < unbounded or total <= MAX_STORY):
            one, other = min(one, other), max(one, other)
            roots[other] = one
            sizes[one] = total
    return np.array([root(doc) if doc != up else doc for doc, up in enumerate(roots)], np.int32)


def _same_headline(headlines: Int32, dates: Int64, newest: Int32, live: NDArray[np.bool_]) -> Pairs:
    """Neighbours in time among the articles of one headline."""
    docs = np.flatnonzero(live & (headlines >= 0))
    bearers = np.bincount(headlines[docs])
    docs = docs[bearers[headlines[docs]] > 1]
    docs = docs[np.lexsort((newest[docs], headlines[docs]))]
    is_same = headlines[docs[1:]] == headlines[docs[:-1]]
    first, second = docs[:-1][is_same], docs[1:][is_same]
    is_rare = bearers[headlines[first]] <= MAX_COINCIDENCE
    kept = is_rare | (_distances(dates, first, second) <= MAX_GAP)
    return first[kept], second[kept]


def _closest_first(pairs: Pairs, dates: Int64, newest: Int32) -> Pairs:
    """Ordered by the time between the two, then by who is newest, whatever the direction."""
    one, other = pairs
    is_newer = newest[one] < newest[other]
    first, second = np.where(is_newer, one, other), np.where(is_newer, other, one)
    ends = newest[first].astype(np.int64) << 32 | newest[second]
    order = np.lexsort((ends, _distances(dates, first, second)))
    return first[order], second[order]


def _distances(dates: Int64, first: Int64, second: Int64) -> Int64:
    """Seconds between the two of each pair; far where one has no date."""
    one, other = dates[first], dates[second]
    are_dated = (one != NO_DATE) & (other != NO_DATE)
    distances: Int64 = np.where(are_dated, np.abs(one - other), _FAR)
    return distances
