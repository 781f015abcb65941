"""Articles that say nearly the same: one story that a feed brings several times.

Candidates are found by minhash with one permutation (Li, Owen and Zhang, NIPS 2012): the hashes of
an article's stems fall into bins, and of each bin the least hash is kept. Nearly equal sets of
stems agree in most bins, so those that agree in two bins of a band are compared. Two articles are
one story where their rare words are nearly all in both, and few hours lie between them; not if the
numbers differ as in two issues of a table, nor if what they share is a form that articles of other
days are written in.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.index.arrays import Int64
from searchsvc.index.columns import NO_DATE, Columns
from searchsvc.index.impacts import Impacts
from searchsvc.index.segment import FIELD_SHIFT, Postings, Segment
from searchsvc.index.strings import TermDictionary

Pairs = tuple[Int64, Int64]
Floats = NDArray[np.float64]

ALIKE = 0.75
"""Of the idf of the stems of either article, what both have."""
MAX_HOURS_APART = 12
"""Issues of a daily column are alike, too."""
MAX_OWN_NUMBERS = 1
"""Numbers that each of two may have and the other not: a death toll that rises, not a new table."""
OTHER_DAY = 24
"""Hours from which on what is alike has a form in common, or a cause; no story is told so long."""
BEYOND_FORM, COPY = 0.35, 0.95
"""By how much more than with an article of another day the two have to be alike, while they are no
copies. A copy that comes days later shows no form."""
RARE, RARE_SHARE = 50, 0.01
"""A stem that is in more articles than both, the share being of all, gives no hash: any two
articles would agree by it."""
BINS, LEAST_AGREEING = 8, 5
_BODY = TEXT_FIELDS.index("body")
_NO_HASH = np.uint32(0xFFFFFFFF)
_BIN_SHIFT = np.uint32(29)
_AT_ONCE = 1 << 22
"""Postings that are looked at together, so that memory stays bounded."""


def near_duplicates(
    impacts: Impacts, segments: Sequence[Segment], columns: Columns, live: NDArray[np.bool_]
) -> Pairs:
    """Pairs of live documents that are one story; depends on no document's number.

    Bodies do not count: a story goes on in one feed and ends after two paragraphs in another.
    """
    dates = columns.published_at
    docs = np.flatnonzero(live & (dates != NO_DATE))
    texts = _Texts.of(impacts, segments)
    signatures = _signatures(texts, _hashes(impacts), len(live))
    bands = _Bands(signatures, docs, dates, columns.ranks["newest"])
    first, second = bands.neighbours()
    agreeing = (signatures[first] == signatures[second]).sum(1)
    apart = np.abs(dates[first] - dates[second])
    kept = (agreeing >= LEAST_AGREEING) & (apart <= MAX_HOURS_APART * 3600)
    first, second = first[kept], second[kept]
    own, other = bands.of_other_days(np.union1d(first, second))
    sets = _StemSets.of(texts, np.concatenate((first, second, other)), len(live))
    weights = np.log1p(len(live) / (impacts.frequencies + 0.5))
    shares = sets.shares(first, second, weights)
    needed = np.full(len(live), ALIKE)
    of_form = sets.shares(own, other, weights)
    of_form[np.isin(other, other[of_form >= COPY])] = 0
    np.maximum.at(needed, own, np.minimum(of_form + BEYOND_FORM, COPY))
    alike = shares >= np.maximum(needed[first], needed[second])
    alike &= sets.least_own(first, second, _are_numbers(impacts.stems)) <= MAX_OWN_NUMBERS
    return first[alike], second[alike]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The documents of each stem: stem t has docs[starts[t]:starts[t + 1]].

    Of titles, topics and excerpts; one with several forms of a stem may be there several times.
    """

    starts: Int64
    docs: NDArray[np.int32]

    @classmethod
    def of(cls, impacts: Impacts, segments: Sequence[Segment]) -> _Texts:
        if not any(len(segment.data.bodies) for segment in segments):
            return cls(impacts.starts.astype(np.int64), impacts.docs)
        docs, counts, stems = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], []
        for segment, words in zip(segments, impacts.vocabulary.words_in, strict=True):
            for some_docs, some_counts in _before_bodies(segment.data.postings):
                docs.append(some_docs + np.int32(segment.base))
                counts.append(some_counts)
            stems.append(impacts.vocabulary.stem_of[words])
        # Each word of a segment is a run of documents; those of a stem come together.
        of_runs = np.concatenate(counts)
        own = np.concatenate(stems)
        order = np.argsort(own, kind="stable")
        starts = np.cumsum(of_runs) - of_runs
        sizes = np.bincount(own, of_runs, len(impacts.stems)).astype(np.int64)
        return cls(
            np.concatenate(([0], np.cumsum(sizes))),
            np.concatenate(docs)[_ranges(starts[order], of_runs[order])],
        )

    @property
    def counts(self) -> Int64:
        """How many documents each stem is in, held ones included."""
        return self.starts[1:] - self.starts[:-1]


def _before_bodies(postings: Postings) -> Iterator[tuple[NDArray[np.int32], Int64]]:
    """The documents that have a word not in their body alone, and how many each word has."""
    starts, first = postings.starts.astype(np.int64), 0
    words = len(starts) - 1
    while first < words:
        last = max(int(np.searchsorted(starts, starts[first] + _AT_ONCE, "right")) - 1, first + 1)
        some = slice(int(starts[first]), int(starts[last]))
        counts = postings.counts[some].astype(np.int64)
        places = np.cumsum(counts) - counts + int(postings.position_starts[first])
        kept = postings.positions[places] >> FIELD_SHIFT != _BODY
        before = np.concatenate(([0], np.cumsum(kept)))
        bounds = before[starts[first : last + 1] - starts[first]]
        yield postings.docs[some][kept], bounds[1:] - bounds[:-1]
        first = last


def _signatures(texts: _Texts, hashes: NDArray[np.uint32], documents: int) -> NDArray[np.uint32]:
    """The least hash of each bin; [documents, BINS]."""
    counts = texts.counts
    rare = np.flatnonzero((counts > 1) & (counts <= max(RARE, int(RARE_SHARE * documents))))
    order = rare[np.argsort(hashes[rare], kind="stable")[::-1]]
    bins = (hashes * np.uint32(0x9E3779B1)) >> _BIN_SHIFT
    signatures = np.full(documents * BINS, _NO_HASH)
    for stems in _chunks(order, counts):
        postings = _Postings.of(texts, stems)
        places = postings.docs.astype(np.int64) * BINS + bins[postings.stems]
        # Of several values for one place the last one stays, which is the least.
        signatures[places] = hashes[postings.stems]
    return signatures.reshape(documents, BINS)


def _hashes(impacts: Impacts) -> NDArray[np.uint32]:
    plain = np.array([zlib.crc32(stem) for stem in impacts.stems], np.uint64)
    mixed = (plain * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    hashes: NDArray[np.uint32] = mixed.astype(np.uint32)
    return hashes


def _are_numbers(stems: TermDictionary) -> NDArray[np.bool_]:
    """Which stems have a digit."""
    if not len(stems):
        return np.zeros(0, np.bool_)
    are_digits = (stems.blob >= ord("0")) & (stems.blob <= ord("9"))
    return np.logical_or.reduceat(are_digits, stems.offsets[:-1])


class _Bands:
    """Dated documents by two bins each, in the order of time."""

    def __init__(
        self,
        signatures: NDArray[np.uint32],
        docs: Int64,
        dates: NDArray[np.int64],
        newest: NDArray[np.int32],
    ) -> None:
        self._dates = dates
        self._bands: list[tuple[NDArray[np.uint64], Int64]] = []
        for place in range(0, BINS, 2):
            band = signatures[docs, place : place + 2]
            kept = (band != _NO_HASH).all(1)
            keys, bearers = np.ascontiguousarray(band[kept]).view(np.uint64)[:, 0], docs[kept]
            order = np.lexsort((newest[bearers], dates[bearers], keys))
            self._bands.append((keys[order], bearers[order]))

    def neighbours(self) -> Pairs:
        """Those next to each other in time that agree in a band, each pair once."""
        found = [np.zeros(0, np.int64)]
        for keys, bearers in self._bands:
            same = keys[1:] == keys[:-1]
            one, other = bearers[:-1][same], bearers[1:][same]
            found.append(np.minimum(one, other) << 32 | np.maximum(one, other))
        pairs = np.unique(np.concatenate(found))
        return pairs >> 32, pairs & 0xFFFFFFFF

    def of_other_days(self, docs: Int64) -> Pairs:
        """Each of some documents with the next before it and after it that is OTHER_DAY away."""
        pairs = [np.zeros((2, 0), np.int64)]
        is_wanted = np.zeros(len(self._dates), np.bool_)
        is_wanted[docs] = True
        for keys, bearers in self._bands:
            of_wanted = np.isin(keys, keys[is_wanted[bearers]])
            _, groups = np.unique(keys[of_wanted], return_inverse=True)
            members = bearers[of_wanted]
            dates = self._dates[members]
            span = 2 * OTHER_DAY * 3600 + int(np.ptp(dates)) if len(dates) else 0
            times = groups * (span + 1) + (dates - dates.min(initial=0))
            own = is_wanted[members]
            before = np.searchsorted(times, times[own] - OTHER_DAY * 3600, "right") - 1
            after = np.searchsorted(times, times[own] + OTHER_DAY * 3600)
            for places in (before, after):
                inside = (places >= 0) & (places < len(times))
                inside[inside] = groups[places[inside]] == groups[own][inside]
                pairs.append(np.stack((members[own][inside], members[places[inside]])))
        one, other = np.concatenate(pairs, axis=1)
        return one, other


@dataclass(frozen=True, slots=True)
class _Postings:
    docs: NDArray[np.int32]
    stems: Int64

    @classmethod
    def of(cls, texts: _Texts, stems: Int64) -> _Postings:
        """Those of some stems, in their order."""
        starts = texts.starts[stems]
        counts = texts.starts[stems + 1] - starts
        return cls(texts.docs[_ranges(starts, counts)], np.repeat(stems, counts))


@dataclass(frozen=True, slots=True)
class _StemSets:
    """The stems of some documents: `keys` are ascending, document x `stems` + stem; those of a
    document are `starts[document]:starts[document + 1]`."""

    keys: Int64
    starts: Int64
    stems: int

    @classmethod
    def of(cls, texts: _Texts, docs: Int64, documents: int) -> _StemSets:
        stems = max(len(texts.counts), 1)
        wanted = np.zeros(documents, np.bool_)
        wanted[docs] = True
        keys = [np.zeros(0, np.int64)]
        for chunk in _chunks(np.arange(len(texts.counts)), texts.counts):
            postings = _Postings.of(texts, chunk)
            kept = wanted[postings.docs]
            keys.append(postings.docs[kept].astype(np.int64) * stems + postings.stems[kept])
        ordered = np.unique(np.concatenate(keys))
        return cls(ordered, np.searchsorted(ordered // stems, np.arange(documents + 1)), stems)

    def shares(self, first: Int64, second: Int64, weights: NDArray[np.float64]) -> Floats:
        """What the two of each pair share: Jaccard, each stem weighing what it says."""
        sums = self._sums(weights)
        both = self._both(first, second, weights)
        return both / (sums[first] + sums[second] - both)

    def least_own(self, first: Int64, second: Int64, are_some: NDArray[np.bool_]) -> Floats:
        """Of some stems, how many one of the two has and the other not, the lesser number."""
        counts = self._sums(are_some)
        return np.minimum(counts[first], counts[second]) - self._both(first, second, are_some)

    def _sums(self, weights: NDArray[Any]) -> Floats:
        bearers, own = np.divmod(self.keys, self.stems)
        return np.bincount(bearers, weights[own], len(self.starts) - 1).astype(np.float64)

    def _both(self, first: Int64, second: Int64, weights: NDArray[Any]) -> Floats:
        """The sum over the stems that both of each pair have; some pairs at a time."""
        sums = np.zeros(len(first))
        for start in range(0, len(first), _AT_ONCE >> 6):
            some = slice(start, start + (_AT_ONCE >> 6))
            counts = self.starts[first[some] + 1] - self.starts[first[some]]
            stems = self.keys[_ranges(self.starts[first[some]], counts)] % self.stems
            wanted = np.repeat(second[some], counts) * self.stems + stems
            places = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
            shared = np.where(self.keys[places] == wanted, weights[stems], 0.0)
            pairs = np.repeat(np.arange(len(counts)), counts)
            sums[some] = np.bincount(pairs, shared, len(counts))
        return sums


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
