"""The columns of a generation, made from those of its segments without decoding an article."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.batch.merging import Source, source_fields
from searchsvc.columnar import (
    ByteStrings,
    Documents,
    Postings,
    byte_strings,
    numbers,
    open_documents,
    open_one_field,
)
from searchsvc.columnar.ragged import offsets_of, take_ragged
from searchsvc.index.columns import VALUE_FIELDS, Columns, ValueColumn
from searchsvc.index.schema import LENGTH, VALUE
from searchsvc.index.stories import Links, Ties
from searchsvc.scoring import kernels

Mask = NDArray[np.bool_]
Int32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class GenerationColumns:
    """One value a document, segment after segment, deleted documents included.

    `kept` is False for the deleted ones, which have no facet values; `lengths` are exact, by text
    field, in terms.
    """

    columns: Columns
    kept: Mask
    lengths: dict[str, Int32]
    ties: Ties


def build_columns(sources: Sequence[Source], quality: Int32, heat: Int32) -> GenerationColumns:
    """`quality` and `heat` are those of all documents, [documents]."""
    documents = [open_documents(source.storage, source.segment) for source in sources]
    kept = [_kept(source) for source in sources]
    columns = Columns.of(
        published_at=_concatenated(documents, "published_seconds", np.int64),
        quality=quality,
        heat=heat,
        id_rank=_id_ranks(sources),
        values={name: _value_column(sources, kept, VALUE[name]) for name in VALUE_FIELDS},
    )
    lengths = {field: _concatenated(documents, name, np.int32) for field, name in LENGTH.items()}
    ties = Ties(
        _headlines(sources),
        Links.of([byte_strings(of.columns["addresses"]) for of in documents]),
        Links.of([byte_strings(of.columns["related"]) for of in documents]),
    )
    return GenerationColumns(columns, np.concatenate([np.zeros(0, np.bool_), *kept]), lengths, ties)


def _kept(source: Source) -> Mask:
    kept = np.zeros(source.segment.doc_count_all(), np.bool_)
    kept[source.live()] = True
    return kept


def _concatenated(
    documents: Sequence[Documents], name: str, dtype: type[np.generic]
) -> NDArray[Any]:
    parts = [numbers(of.columns[name]) for of in documents]
    return np.concatenate([np.zeros(0, dtype), *parts])


def _id_ranks(sources: Sequence[Source]) -> Int32:
    """Each document's place in the order of ids; int32 [documents]."""
    docs, _ = _by_key(sources, "id")
    ranks = np.empty(len(docs), np.int32)
    ranks[docs] = np.arange(len(docs), dtype=np.int32)
    return ranks


def _headlines(sources: Sequence[Source]) -> Int32:
    """A number for each headline, the same for the same one; -1 for none; int32 [documents]."""
    docs, keys = _by_key(sources, "title_key")
    headlines = np.full(sum(source.segment.doc_count_all() for source in sources), -1, np.int32)
    headlines[docs] = keys
    return headlines


def _by_key(sources: Sequence[Source], field: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The documents in the order of their keys in a field, and the number of each one's key."""
    vocabularies: list[ByteStrings] = []
    counts, docs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    base = 0
    for source in sources:
        if field in source_fields(source):
            postings = open_one_field(source.storage, source.segment, field)
            vocabularies.append(postings.terms.unpacked())
            counts.append(postings.doc_frequencies().astype(np.int64))
            docs.append(postings.doc_ids.astype(np.int64) + base)
        base += source.segment.doc_count_all()
    if not vocabularies:
        return docs[0], docs[0]
    terms = ByteStrings.concatenate(vocabularies)
    firsts = np.cumsum([0, *map(len, vocabularies)])
    entries, _, groups = kernels.merge_vocabularies(
        terms.blob, terms.offsets.astype(np.int64), firsts
    )
    bounds, ordered = take_ragged(offsets_of(np.concatenate(counts)), np.concatenate(docs), entries)
    starts = bounds[groups].astype(np.int64)
    return ordered, np.repeat(np.arange(len(starts) - 1), starts[1:] - starts[:-1])


@dataclass(frozen=True, slots=True)
class _Part:
    """A field's postings in one segment: live ones only, by all documents' numbers."""

    texts: list[str]
    counts: NDArray[np.int64]
    docs: NDArray[np.int64]


def _value_column(sources: Sequence[Source], kept: Sequence[Mask], field: str) -> ValueColumn:
    parts: list[_Part] = []
    base = 0
    for source, mask in zip(sources, kept, strict=True):
        if field in source_fields(source):
            postings = open_one_field(source.storage, source.segment, field)
            parts.append(_live_part(postings, mask, base))
        base += len(mask)
    labels, code_of = _labels(parts)
    codes = [
        np.repeat(np.array([code_of.get(text.casefold(), 0) for text in part.texts]), part.counts)
        for part in parts
    ]
    # By document, then code; the same value in two spellings is one.
    keys = np.concatenate([np.zeros(0, np.int64), *(part.docs << 32 for part in parts)])
    keys |= np.concatenate([np.zeros(0, np.int64), *(of.astype(np.int64) for of in codes)])
    keys.sort()  # np.unique takes several times as long
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)]]
    starts = np.zeros(base + 1, np.int32)
    np.cumsum(np.bincount(keys >> 32, minlength=base), out=starts[1:])
    return ValueColumn(labels, starts, (keys & 0xFFFFFFFF).astype(np.int32))


def _live_part(postings: Postings, kept: Mask, base: int) -> _Part:
    is_live = kept[postings.doc_ids]
    live = np.flatnonzero(is_live)
    counts = np.diff(np.searchsorted(live, postings.starts))
    texts = [term.decode() for term in postings.terms]
    return _Part(texts, counts, postings.doc_ids[live].astype(np.int64) + base)


def _labels(parts: Sequence[_Part]) -> tuple[tuple[str, ...], dict[str, int]]:
    """For each code the spelling that most live documents have; codes by folded text."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part in parts:
        for text, count in zip(part.texts, part.counts.tolist(), strict=True):
            if count:
                spellings[text.casefold()][text] += count
    code_of = {folded: code for code, folded in enumerate(sorted(spellings))}
    labels = tuple(
        min(spellings[folded].items(), key=lambda item: (-item[1], item[0]))[0]
        for folded in code_of
    )
    return labels, code_of
