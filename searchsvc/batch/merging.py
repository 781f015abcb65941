"""Merging whole segments by array operations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchsvc.batch.run import field_lengths
from searchsvc.columnar import (
    DELETED,
    BytesColumn,
    ByteStrings,
    ColumnarSegment,
    Documents,
    FieldsWriter,
    NumberColumn,
    Terms,
    UnitedPostings,
    compressed,
    field_names,
    merge_fields,
    merge_united,
    numbers,
    open_documents,
    open_one_field,
    write_documents,
)
from searchsvc.columnar.columns import Column
from searchsvc.index.schema import EXACT, LENGTH


@dataclass(frozen=True, slots=True)
class Source:
    """A segment and the storage it lies in."""

    storage: Any
    segment: ColumnarSegment

    def live(self) -> NDArray[np.int64]:
        """The numbers of its documents that are not deleted, ascending."""
        kept = np.ones(self.segment.doc_count_all(), np.bool_)
        kept[list(self.segment.deleted_docs())] = False
        return np.flatnonzero(kept)


def merge(sources: Sequence[Source], storage: Any, segment: ColumnarSegment) -> None:
    """Writes the live documents of all sources, in their order, as one segment.

    It is what adding these articles again would give: the exact lengths are kept, and Whoosh's
    rounded ones are made from them.
    """
    live = [source.live() for source in sources]
    segment.set_doc_count(sum(map(len, live)))
    with ThreadPoolExecutor(1) as beside:
        documents = beside.submit(
            lambda: write_documents(storage, segment, _merge_documents(sources, live))
        )
        _merge_fields(sources, _document_maps(sources, live), FieldsWriter(storage, segment))
        documents.result()


def _merge_fields(
    sources: Sequence[Source], maps: Sequence[NDArray[np.int32]], writer: FieldsWriter
) -> None:
    terms: dict[str, Terms] = {}
    names = {name for source in sources for name in source_fields(source)}
    # Stems come last: they unite words as typed.
    for name in sorted(names, key=lambda name: (name in EXACT, name)):
        having = [k for k, source in enumerate(sources) if name in source_fields(source)]
        fields = [open_one_field(sources[k].storage, sources[k].segment, name) for k in having]
        united = [field for field in fields if isinstance(field, UnitedPostings)]
        if len(united) < len(fields):
            merged = merge_fields(fields, [maps[k] for k in having])
            terms[name] = merged.terms.unpacked()
            if len(merged.terms):
                writer.write(name, merged)
        elif len(terms[EXACT[name]]):
            writer.unite(name, *merge_united(united, terms[EXACT[name]]), EXACT[name])
    writer.close()


def source_fields(source: Source) -> list[str]:
    return field_names(source.storage, source.segment)


def _document_maps(
    sources: Sequence[Source], live: Sequence[NDArray[np.int64]]
) -> list[NDArray[np.int32]]:
    """For each source the new number of each document, or DELETED."""
    maps, base = [], 0
    for source, docs in zip(sources, live, strict=True):
        new = np.full(source.segment.doc_count_all(), DELETED, np.int32)
        new[docs] = np.arange(base, base + len(docs), dtype=np.int32)
        maps.append(new)
        base += len(docs)
    return maps


def _merge_documents(sources: Sequence[Source], live: Sequence[NDArray[np.int64]]) -> Documents:
    opened = [open_documents(source.storage, source.segment) for source in sources]
    columns = {
        name: _merge_columns([of.columns[name] for of in opened], live)
        for name in opened[0].columns
    }
    exact = {field: numbers(columns[name]) for field, name in LENGTH.items()}
    return Documents(
        sum(map(len, live)),
        compressed(_LiveStrings([of.stored for of in opened], live)),
        field_lengths(exact),
        columns,
    )


def _merge_columns(columns: Sequence[Column], live: Sequence[NDArray[np.int64]]) -> Column:
    texts = [column.values for column in columns if isinstance(column, BytesColumn)]
    if len(texts) == len(columns):
        return BytesColumn(_concatenated(texts, live))
    pairs = zip(columns, live, strict=True)
    return NumberColumn.of(np.concatenate([numbers(column)[docs] for column, docs in pairs]))


def _concatenated(strings: Sequence[ByteStrings], live: Sequence[NDArray[np.int64]]) -> ByteStrings:
    """The strings of all live documents."""
    return ByteStrings.concatenate(
        [of.compress(docs) for of, docs in zip(strings, live, strict=True)]
    )


class _LiveStrings(Sequence[bytes]):
    """The stored articles of all live documents, read as they are asked for."""

    def __init__(
        self, strings: Sequence[Sequence[bytes]], live: Sequence[NDArray[np.int64]]
    ) -> None:
        self._strings = strings
        self._docs = np.concatenate(live)
        self._ends = np.cumsum([len(docs) for docs in live])

    def __len__(self) -> int:
        return len(self._docs)

    def __getitem__(self, index: Any) -> Any:
        number = int(np.searchsorted(self._ends, index, side="right"))
        return self._strings[number][int(self._docs[index])]

    def __iter__(self) -> Iterator[bytes]:
        start = 0
        for strings, end in zip(self._strings, self._ends.tolist(), strict=True):
            yield from map(strings.__getitem__, self._docs[start:end].tolist())
            start = end
