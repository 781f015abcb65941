"""Merging the postings of segments by array operations.

Documents keep their order, so a term's merged list is its lists end to end: nothing is sorted but
the terms, and each segment's arrays are copied to where their lists now begin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.columnar.bytestrings import ByteStrings
from searchsvc.columnar.payload import (
    BytesPayload,
    FrequencyPayload,
    NoPayload,
    Payload,
    PositionsPayload,
)
from searchsvc.columnar.postings import FieldPostings, Postings
from searchsvc.columnar.ragged import offsets_of
from searchsvc.columnar.terms import Terms
from searchsvc.columnar.weights import Weights

DELETED = -1


@dataclass(frozen=True, slots=True)
class _Part:
    """One segment's live postings.

    source   which of its postings are live; None for all
    doc_ids  their new document ids
    counts   how many each of its terms has
    terms    the merged number of each of its terms
    """

    source: NDArray[np.int64] | None
    doc_ids: NDArray[np.int32]
    counts: NDArray[np.int64]
    terms: NDArray[np.int64]

    def take(self, items: Weights) -> NDArray[Any]:
        """The live ones of what has one item a posting."""
        array = np.asarray(items)
        return array if self.source is None else array[self.source]


def merge_fields(
    fields: Sequence[Postings],
    document_maps: Sequence[NDArray[Any]],
) -> FieldPostings:
    """One field's postings in several segments as those of one segment.

    `document_maps[k][d]` is the new id of document d of segment k, or DELETED; ids rise within a
    map, and from one map to the next. Gives what Whoosh's writer does through `add_reader`,
    without going through the postings one by one.
    """
    vocabularies = [list(field.terms.unpacked()) for field in fields]
    # Sorting finds the vocabularies in order already, and merges them.
    terms = list(dict.fromkeys(sorted(chain.from_iterable(vocabularies))))
    place = {term: index for index, term in enumerate(terms)}
    parts = []
    for field, vocabulary, ids in zip(fields, vocabularies, document_maps, strict=True):
        numbers = np.fromiter(map(place.__getitem__, vocabulary), np.int64, len(vocabulary))
        parts.append(_live(field, np.asarray(ids, np.int32), numbers))
    totals = np.zeros(len(terms), np.int64)
    for part in parts:
        totals[part.terms] += part.counts
    targets = _targets(parts, totals)
    doc_ids = _scattered([part.doc_ids for part in parts], targets)
    weights = _scattered(
        [part.take(field.weights) for field, part in zip(fields, parts, strict=True)], targets
    )
    kept = np.flatnonzero(totals)
    return FieldPostings.of(
        Terms.of(terms[index] for index in kept),
        np.concatenate(([0], np.cumsum(totals[kept]))).astype(np.int64),
        doc_ids,
        weights,
        _merge_payloads([field.payload for field in fields], parts, targets),
    )


def _live(field: Postings, new_ids: NDArray[np.int32], terms: NDArray[np.int64]) -> _Part:
    doc_ids = new_ids[field.doc_ids]
    is_live = doc_ids != DELETED
    if is_live.all():
        return _Part(None, doc_ids, field.doc_frequencies(), terms)
    source = np.flatnonzero(is_live)
    counts = np.diff(np.searchsorted(source, field.starts))
    return _Part(source, doc_ids[source], counts, terms)


def _targets(parts: Sequence[_Part], totals: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """For each part the place of each of its postings among all merged ones."""
    begins = np.cumsum(totals) - totals
    targets = []
    for part in parts:
        shifts = begins[part.terms] - (np.cumsum(part.counts) - part.counts)
        begins[part.terms] += part.counts
        target = np.repeat(shifts, part.counts)
        target += np.arange(len(target))
        targets.append(target)
    return targets


def _scattered(
    arrays: Sequence[NDArray[Any]], targets: Sequence[NDArray[np.int64]]
) -> NDArray[Any]:
    """All items, each at its target."""
    merged = np.empty(sum(map(len, targets)), np.result_type(*arrays))
    for array, target in zip(arrays, targets, strict=True):
        merged[target] = array
    return merged


def _merge_payloads(
    payloads: Sequence[Payload], parts: Sequence[_Part], targets: Sequence[NDArray[np.int64]]
) -> Payload:
    if all(isinstance(payload, NoPayload) for payload in payloads):
        return NoPayload()
    positions = [payload for payload in payloads if isinstance(payload, PositionsPayload)]
    if len(positions) == len(payloads):
        return _merge_positions(positions, parts, targets)
    frequencies = [payload for payload in payloads if isinstance(payload, FrequencyPayload)]
    if len(frequencies) == len(payloads):
        weights = [part.take(of.weights) for part, of in zip(parts, frequencies, strict=True)]
        return FrequencyPayload(_scattered(weights, targets))
    return _merge_bytes(payloads, parts, targets)


def _merge_bytes(
    payloads: Sequence[Payload], parts: Sequence[_Part], targets: Sequence[NDArray[np.int64]]
) -> Payload:
    """Any other mixture, value by value."""
    values = [b""] * sum(map(len, targets))
    for payload, part, target in zip(payloads, parts, targets, strict=True):
        source = np.arange(len(target)) if part.source is None else part.source
        for posting, place in zip(source.tolist(), target.tolist(), strict=True):
            values[place] = payload.value(posting)
    return BytesPayload(ByteStrings.of(values))


def _merge_positions(
    payloads: Sequence[PositionsPayload],
    parts: Sequence[_Part],
    targets: Sequence[NDArray[np.int64]],
) -> PositionsPayload:
    starts = [of.starts() for of in payloads]
    counts = [part.take(of.counts) for part, of in zip(parts, payloads, strict=True)]
    merged_counts = _scattered(counts, targets)
    offsets = offsets_of(merged_counts)
    merged = np.empty(int(offsets[-1]), np.result_type(*(of.positions for of in payloads)))
    for payload, part, start, sizes, target in zip(
        payloads, parts, starts, counts, targets, strict=True
    ):
        size = sizes.astype(np.int64)
        first = np.cumsum(size) - size
        source = np.repeat(part.take(start[:-1]) - first, size)
        source += np.arange(len(source))
        place = np.repeat(offsets[target].astype(np.int64) - first, size)
        place += np.arange(len(place))
        merged[place] = payload.positions[source]
    return PositionsPayload.of(merged, merged_counts)
