"""Several segments as one, without the documents that are gone.

Documents keep their order, so a word's merged postings are its postings end to end: each segment's
arrays are copied to where their lists now begin, and nothing but the vocabulary is sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, compress, repeat

import numpy as np

from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.index.arrays import Int32, Int64, Mask, bounds_of
from searchsvc.index.segment import Postings, SegmentData
from searchsvc.index.segment_builder import order_of
from searchsvc.index.stored import StoredStrings
from searchsvc.index.strings import ByteStrings, TermDictionary
from searchsvc.index.values import ValueColumn
from searchsvc.index.vocabulary import Vocabulary


def merge(
    segments: Sequence[SegmentData], kept: Sequence[Mask], *, purge: bool = False
) -> SegmentData:
    """What adding the articles of the kept documents again would give.

    Only compounds go on counting what is gone: nobody knows which documents had them. To `purge`
    leaves out those whose words are gone, and a dictionary that was made of what is gone.
    """
    live = [np.flatnonzero(mask) for mask in kept]
    vocabulary = Vocabulary.of(segments)
    postings, held = _merged_postings(segments, kept, vocabulary)
    stem_of = vocabulary.stem_of[held]
    stems, renumbered = np.unique(stem_of, return_inverse=True)
    ids = _joined([part.ids for part in segments], live)
    title_hashes = np.concatenate(
        [part.title_hashes[docs] for part, docs in zip(segments, live, strict=True)]
    )
    title_keys, title_docs = _merged_titles(segments, kept)
    words = vocabulary.words.take(held)
    compounds, compound_counts = _merged_compounds(segments, set(words) if purge else None)
    return SegmentData(
        words=words,
        stems=vocabulary.stems.take(stems),
        stem_of=renumbered.astype(np.int32),
        postings=postings,
        lengths=np.concatenate(
            [part.lengths[:, docs] for part, docs in zip(segments, live, strict=True)], axis=1
        ),
        stored=_merged_stored([part.stored for part in segments], live, purge),
        bodies=_merged_bodies(segments, live, purge),
        ids=ids,
        id_order=order_of(list(ids)),
        title_keys=title_keys,
        title_docs=title_docs,
        title_hashes=title_hashes,
        published_at=_taken([part.published_at for part in segments], live),
        expires_at=_taken([part.expires_at for part in segments], live),
        addresses=_joined([part.addresses for part in segments], live),
        related=_joined([part.related for part in segments], live),
        values={
            name: ValueColumn.joined([part.values[name] for part in segments], kept)
            for name in VALUE_FIELDS
        },
        compounds=compounds,
        compound_counts=compound_counts,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _KeptPostings:
    """One segment's kept postings, with new documents, and how many a word has."""

    docs: Int32
    counts: np.typing.NDArray[np.uint8]
    positions: np.typing.NDArray[np.uint16]
    marks: np.typing.NDArray[np.uint8]
    sizes: Int64
    words: Int32


def _merged_postings(
    segments: Sequence[SegmentData], kept: Sequence[Mask], vocabulary: Vocabulary
) -> tuple[Postings, Int64]:
    """The postings, and which words of the vocabulary have any."""
    parts = list(_parts(segments, kept, vocabulary))
    totals = np.zeros(len(vocabulary.words), np.int64)
    for part in parts:
        totals[part.words] += part.sizes
    begins = np.cumsum(totals) - totals
    targets = []
    for part in parts:
        shifts = begins[part.words] - (np.cumsum(part.sizes) - part.sizes)
        begins[part.words] += part.sizes
        target = np.repeat(shifts, part.sizes)
        target += np.arange(len(target))
        targets.append(target)
    size = int(totals.sum())
    docs, counts = np.empty(size, np.int32), np.empty(size, np.uint8)
    marks = np.empty(size, np.uint8)
    for part, target in zip(parts, targets, strict=True):
        docs[target], counts[target], marks[target] = part.docs, part.counts, part.marks
    bounds = bounds_of(counts)
    positions = np.empty(int(bounds[-1]), np.uint16)
    for part, target in zip(parts, targets, strict=True):
        sizes = part.counts.astype(np.int64)
        places = np.repeat(bounds[target] - (np.cumsum(sizes) - sizes), sizes)
        places += np.arange(len(places))
        positions[places] = part.positions
    held = np.flatnonzero(totals)
    starts = bounds_of(totals[held])
    return Postings(starts, docs, counts, bounds[starts], positions, marks), held


def _parts(
    segments: Sequence[SegmentData], kept: Sequence[Mask], vocabulary: Vocabulary
) -> Iterator[_KeptPostings]:
    base = 0
    for segment, mask, words in zip(segments, kept, vocabulary.words_in, strict=True):
        postings = segment.postings
        chosen = mask[postings.docs]
        sums = bounds_of(chosen)[postings.starts]
        renumbered = np.cumsum(mask, dtype=np.int32) + np.int32(base - 1)
        yield _KeptPostings(
            docs=renumbered[postings.docs[chosen]],
            counts=postings.counts[chosen],
            positions=postings.positions[np.repeat(chosen, postings.counts)],
            marks=postings.marks[chosen],
            sizes=np.diff(sums),
            words=words,
        )
        base += int(mask.sum())


def _taken(parts: Sequence[Int64], live: Sequence[Int64]) -> Int64:
    return np.concatenate([part[docs] for part, docs in zip(parts, live, strict=True)])


def _joined(parts: Sequence[ByteStrings], live: Sequence[Int64]) -> ByteStrings:
    return ByteStrings.concatenate(
        [strings.take(docs) for strings, docs in zip(parts, live, strict=True)]
    )


def _merged_titles(
    segments: Sequence[SegmentData], kept: Sequence[Mask]
) -> tuple[TermDictionary, Int32]:
    keys: list[bytes] = []
    docs: list[int] = []
    base = 0
    for segment, mask in zip(segments, kept, strict=True):
        chosen = mask[segment.title_docs]
        renumbered = np.cumsum(mask, dtype=np.int32) + np.int32(base - 1)
        keys += compress(segment.title_keys, chosen.tolist())
        docs += renumbered[segment.title_docs[chosen]].tolist()
        base += int(mask.sum())
    order = order_of(keys)  # finds each segment's in order, and merges them
    listed = [keys[place] for place in order.tolist()]
    return TermDictionary.of(listed), np.array(docs, np.int32)[order]


def _merged_compounds(
    segments: Sequence[SegmentData], words: set[bytes] | None
) -> tuple[TermDictionary, Int32]:
    """Given `words`, only compounds all of whose parts are among them."""
    counts: dict[bytes, int] = {}
    for segment in segments:
        for key, count in zip(segment.compounds, segment.compound_counts.tolist(), strict=True):
            if words is None or words.issuperset(key.split()[1:]):
                counts[key] = counts.get(key, 0) + count
    keys = sorted(counts)
    return TermDictionary.of(keys), np.array([counts[key] for key in keys], np.int32)


def _merged_bodies(
    segments: Sequence[SegmentData], live: Sequence[Int64], purge: bool
) -> StoredStrings:
    """Those of segments without any are empty, in a merged one that has some."""
    if not any(len(part.bodies) for part in segments):
        return segments[0].bodies
    if all(len(part.bodies) for part in segments):
        return _merged_stored([part.bodies for part in segments], live, purge)
    texts = (
        text
        for part, docs in zip(segments, live, strict=True)
        for text in (_chosen(part.bodies, docs) if len(part.bodies) else repeat(b"", len(docs)))
    )
    return StoredStrings.of(sum(map(len, live)), texts)


def _merged_stored(
    parts: Sequence[StoredStrings], live: Sequence[Int64], purge: bool
) -> StoredStrings:
    """Frames of one dictionary are copied; others, and all to purge, are compressed anew."""
    dictionary = parts[0].dictionary
    if not purge and all(part.dictionary == dictionary for part in parts):
        return StoredStrings(_joined([part.frames for part in parts], live), dictionary)
    texts = chain.from_iterable(map(_chosen, parts, live))
    return StoredStrings.of(sum(map(len, live)), texts)


def _chosen(strings: StoredStrings, docs: Int64) -> Iterator[bytes]:
    for first in range(0, len(docs), 1_000):
        yield from strings.some(docs[first : first + 1_000].tolist())
