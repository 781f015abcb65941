"""Articles that say nearly the same: one story that a feed brings several times.

Candidates are found by minhash with one permutation (Li, Owen and Zhang, NIPS 2012): the hashes of
an article's stems fall into bins, and of each bin the least hash is kept. Nearly equal sets of
stems agree in most bins, so those that agree in two bins of a band are compared. Two articles are
one story where their rare words are nearly all in both, and few hours lie between them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from searchsvc.index.arrays import Int64
from searchsvc.index.columns import NO_DATE, Columns
from searchsvc.index.impacts import Impacts

Pairs = tuple[Int64, Int64]

ALIKE = 0.75
"""Of the idf of the stems of either article, what both have."""
MAX_HOURS_APART = 12
"""Issues of a daily column are alike, too."""
RARE, RARE_SHARE = 50, 0.01
"""A stem that is in more articles than both, the share being of all, gives no hash: any two
articles would agree by it."""
BINS, LEAST_AGREEING = 8, 5
_NO_HASH = np.uint32(0xFFFFFFFF)
_BIN_SHIFT = np.uint32(29)
_AT_ONCE = 1 << 22
"""Postings that are looked at together, so that memory stays bounded."""


def near_duplicates(impacts: Impacts, columns: Columns, live: NDArray[np.bool_]) -> Pairs:
    """Pairs of live documents that are one story; depends on no document's number."""
    newest, dates = columns.ranks["newest"], columns.published_at
    signatures = _signatures(impacts, len(live))
    docs = np.flatnonzero(live & (dates != NO_DATE))
    first, second = _candidates(signatures, docs, newest)
    agreeing = (signatures[first] == signatures[second]).sum(1)
    apart = np.abs(dates[first] - dates[second])
    kept = (agreeing >= LEAST_AGREEING) & (apart <= MAX_HOURS_APART * 3600)
    first, second = first[kept], second[kept]
    alike = _alike(impacts, first, second, len(live))
    return first[alike], second[alike]


def _signatures(impacts: Impacts, documents: int) -> NDArray[np.uint32]:
    """The least hash of each bin; [documents, BINS]."""
    counts = _counts(impacts)
    hashes = _hashes(impacts)
    rare = np.flatnonzero((counts > 1) & (counts <= max(RARE, int(RARE_SHARE * documents))))
    order = rare[np.argsort(hashes[rare], kind="stable")[::-1]]
    bins = (hashes * np.uint32(0x9E3779B1)) >> _BIN_SHIFT
    signatures = np.full(documents * BINS, _NO_HASH)
    for stems in _chunks(order, counts):
        postings = _Postings.of(impacts, stems)
        places = postings.docs.astype(np.int64) * BINS + bins[postings.stems]
        # Of several values for one place the last one stays, which is the least.
        signatures[places] = hashes[postings.stems]
    return signatures.reshape(documents, BINS)


def _counts(impacts: Impacts) -> Int64:
    """How many documents each stem is in, held ones included."""
    starts: Int64 = impacts.starts.astype(np.int64)
    return starts[1:] - starts[:-1]


def _hashes(impacts: Impacts) -> NDArray[np.uint32]:
    plain = np.array([zlib.crc32(stem) for stem in impacts.stems], np.uint64)
    mixed = (plain * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    hashes: NDArray[np.uint32] = mixed.astype(np.uint32)
    return hashes


def _candidates(signatures: NDArray[np.uint32], docs: Int64, newest: NDArray[np.int32]) -> Pairs:
    """Neighbours in time among those of equal bands, each pair once."""
    found = [np.zeros(0, np.int64)]
    for place in range(0, BINS, 2):
        band = signatures[docs, place : place + 2]
        kept = (band != _NO_HASH).all(1)
        keys, bearers = np.ascontiguousarray(band[kept]).view(np.uint64)[:, 0], docs[kept]
        order = np.lexsort((newest[bearers], keys))
        same = keys[order[1:]] == keys[order[:-1]]
        one, other = bearers[order[:-1][same]], bearers[order[1:][same]]
        found.append(np.minimum(one, other) << 32 | np.maximum(one, other))
    pairs = np.unique(np.concatenate(found))
    return pairs >> 32, pairs & 0xFFFFFFFF


def _alike(impacts: Impacts, first: Int64, second: Int64, documents: int) -> NDArray[np.bool_]:
    """Whether the two of each pair share enough: Jaccard, each stem weighing its idf."""
    sets = _StemSets.of(impacts, np.union1d(first, second), documents)
    alike = np.zeros(len(first), np.bool_)
    for start in range(0, len(first), _AT_ONCE >> 6):
        some = slice(start, start + (_AT_ONCE >> 6))
        alike[some] = sets.shares(first[some], second[some]) >= ALIKE
    return alike


@dataclass(frozen=True, slots=True)
class _Postings:
    docs: NDArray[np.int32]
    stems: Int64

    @classmethod
    def of(cls, impacts: Impacts, stems: Int64) -> _Postings:
        """Those of some stems, in their order."""
        starts = impacts.starts[stems].astype(np.int64)
        counts = impacts.starts[stems + 1].astype(np.int64) - starts
        return cls(impacts.docs[_ranges(starts, counts)], np.repeat(stems, counts))


@dataclass(frozen=True, slots=True)
class _StemSets:
    """The stems of some documents: `keys` are ascending, document x stems + stem; those of a
    document are `starts[document]:starts[document + 1]`."""

    keys: Int64
    starts: Int64
    weights: NDArray[np.float64]
    sums: NDArray[np.float64]

    @classmethod
    def of(cls, impacts: Impacts, docs: Int64, documents: int) -> _StemSets:
        stems = len(impacts.stems)
        wanted = np.zeros(documents, np.bool_)
        wanted[docs] = True
        keys = [np.zeros(0, np.int64)]
        for chunk in _chunks(np.arange(stems), _counts(impacts)):
            postings = _Postings.of(impacts, chunk)
            kept = wanted[postings.docs]
            keys.append(postings.docs[kept].astype(np.int64) * stems + postings.stems[kept])
        ordered = np.sort(np.concatenate(keys))
        bearers, own = np.divmod(ordered, max(stems, 1))
        weights = np.log1p(documents / (impacts.frequencies + 0.5))
        return cls(
            ordered,
            np.searchsorted(bearers, np.arange(documents + 1)),
            weights,
            np.bincount(bearers, weights[own], documents).astype(np.float64),
        )

    def shares(self, first: Int64, second: Int64) -> NDArray[np.float64]:
        counts = self.starts[first + 1] - self.starts[first]
        stems = self.keys[_ranges(self.starts[first], counts)] % len(self.weights)
        wanted = np.repeat(second, counts) * len(self.weights) + stems
        places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        shared = np.where(self.keys[places] == wanted, self.weights[stems], 0.0)
        both = np.bincount(np.repeat(np.arange(len(first)), counts), shared, len(first))
        shares: NDArray[np.float64] = both / (self.sums[first] + self.sums[second] - both)
        return shares


def _chunks(stems: Int64, counts: Int64) -> Iterator[Int64]:
    """The stems in their order, so many at a time as have about _AT_ONCE postings."""
    ends = np.cumsum(counts[stems])
    cuts = np.searchsorted(ends, np.arange(_AT_ONCE, ends[-1] if len(ends) else 0, _AT_ONCE))
    yield from (chunk for chunk in np.split(stems, cuts) if len(chunk))


def _ranges(starts: Int64, counts: Int64) -> Int64:
    """The numbers from each start, as many as each count says, one range after the other."""
    before = np.cumsum(counts) - counts
    ranges: Int64 = np.repeat(starts - before, counts) + np.arange(counts.sum())
    return ranges
