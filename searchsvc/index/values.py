"""Doc values that are texts: topics, providers, categories and types, as codes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import DTypeLike, NDArray

from searchsvc.articles.article import Article
from searchsvc.index.arrays import (
    Int32,
    Mask,
    are_bounds,
    are_within,
    bounds_of,
    check,
    load,
    save,
    taken,
)


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """The texts of each document: `codes[starts[d]:starts[d + 1]]` are places in `labels`.

    A segment has texts as written, labels in their order. A generation has texts that differ only
    in case as one value, spelled as most documents do: labels are in the order of the folded texts.
    """

    labels: tuple[str, ...]
    starts: Int32
    codes: NDArray[np.uint8] | NDArray[np.uint16] | Int32

    @classmethod
    def of(cls, values: Iterable[Sequence[str]]) -> ValueColumn:
        """Of the texts of each document in turn, as written."""
        rows: dict[tuple[str, ...], int] = {}
        of_document = [rows.setdefault(tuple(texts), len(rows)) for texts in values]
        numbers: dict[str, int] = {}
        flat = [numbers.setdefault(text, len(numbers)) for row in rows for text in row]
        bounds, places = taken(
            bounds_of(np.fromiter(map(len, rows), np.int64, len(rows))),
            np.array(of_document, np.int64),
        )
        docs = np.repeat(np.arange(len(of_document), dtype=np.int32), np.diff(bounds))
        codes = np.array(flat, np.int32)[places]
        return _united([(tuple(numbers), docs, codes)], len(of_document), str)

    @classmethod
    def merged(cls, columns: Sequence[ValueColumn], kept: Sequence[Mask]) -> ValueColumn:
        """Columns one after the other, for a generation; what is not kept has no values."""
        parts, base = [], 0
        for column, mask in zip(columns, kept, strict=True):
            parts.append(column._part(mask, np.arange(base, base + len(mask), dtype=np.int32)))
            base += len(mask)
        return _united(parts, base, str.casefold)

    @classmethod
    def joined(cls, columns: Sequence[ValueColumn], kept: Sequence[Mask]) -> ValueColumn:
        """The kept documents of columns one after the other, as written, for a segment."""
        parts, base = [], 0
        for column, mask in zip(columns, kept, strict=True):
            parts.append(column._part(mask, np.cumsum(mask, dtype=np.int32) + np.int32(base - 1)))
            base += int(mask.sum())
        return _united(parts, base, str)

    def _part(self, kept: Mask, numbers: Int32) -> _Part:
        """What the kept documents have, `numbers` being the new one of each document."""
        docs = np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.starts))
        chosen = kept[docs]
        return self.labels, numbers[docs[chosen]], self.codes[chosen]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of_document(self, doc: int) -> list[str]:
        return [self.labels[code] for code in self.codes[self.starts[doc] : self.starts[doc + 1]]]

    def codes_of(self, texts: Iterable[str]) -> list[int]:
        """The codes of texts in any case; unknown ones have none."""
        wanted = {text.casefold() for text in texts}
        return [code for code, label in enumerate(self.labels) if label.casefold() in wanted]

    def documents_with(self, codes: Iterable[int]) -> Mask:
        """Which documents have any of these codes; [documents]."""
        chosen = np.zeros(len(self.labels), np.bool_)
        chosen[list(codes)] = True
        mask = np.zeros(len(self), np.bool_)
        places = np.flatnonzero(chosen[self.codes]).astype(np.int32)
        mask[self.starts.searchsorted(places, "right") - 1] = True
        return mask

    def _has_one_each(self) -> bool:
        return np.array_equal(self.starts, _one_each(len(self)))

    def save(self, folder: Path, name: str) -> None:
        if not self._has_one_each():
            save(folder, f"{name}.starts", self.starts)
        save(folder, f"{name}.codes", self.codes)
        save(folder, f"{name}.labels", np.frombuffer(orjson.dumps(self.labels), np.uint8))

    @classmethod
    def load(cls, folder: Path, name: str, documents: int) -> ValueColumn:
        """Raises OSError or ValueError for files that are missing or damaged."""
        labels = tuple(orjson.loads(load(folder, f"{name}.labels", np.uint8).tobytes()))
        codes = load(folder, f"{name}.codes", *_CODES)
        if (folder / f"{name}.starts.npy").exists():
            starts = load(folder, f"{name}.starts", np.int32)
        else:
            starts = _one_each(documents)
        is_right = len(starts) == documents + 1 and are_bounds(starts, len(codes))
        is_right &= are_within(codes, len(labels))
        check(folder / name, is_right, "doc values out of range")
        return cls(labels, starts, codes)


_CODES = (np.uint8, np.uint16, np.int32)


def _type_of(labels: int) -> DTypeLike:
    """The smallest type of codes of so many labels."""
    return _CODES[(labels > 1 << 8) + (labels > 1 << 16)]


@lru_cache(maxsize=8)
def _one_each(documents: int) -> Int32:
    """The starts of a column of which every document has one value: it is not kept on disk."""
    starts = np.arange(documents + 1, dtype=np.int32)
    starts.flags.writeable = False
    return starts


_Part = tuple[tuple[str, ...], Int32, NDArray[Any]]
"""Labels, and of each value its document and the place of its label."""


def _united(parts: Sequence[_Part], documents: int, key_of: Callable[[str], str]) -> ValueColumn:
    """One column: texts of one key are one value, once in a document."""
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for labels, _, codes in parts:
        counts = np.bincount(codes, minlength=len(labels)).tolist()
        for label, count in zip(labels, counts, strict=True):
            if count:
                spellings[key_of(label)][label] += count
    number = {key: code for code, key in enumerate(sorted(spellings))}
    united = tuple(
        min(spellings[key].items(), key=lambda item: (-item[1], item[0]))[0] for key in number
    )
    keys = [np.zeros(0, np.int64)]
    for labels, docs, codes in parts:
        renumbered = np.array([number.get(key_of(label), 0) for label in labels], np.int64)
        keys.append(docs.astype(np.int64) << 32 | renumbered[codes])
    # Sorting plain numbers is several times as fast as numpy's unique.
    joined = np.sort(np.concatenate(keys))
    joined = joined[np.concatenate(([True], joined[1:] != joined[:-1]))[: len(joined)]]
    starts = np.zeros(documents + 1, np.int32)
    np.cumsum(np.bincount(joined >> 32, minlength=documents), out=starts[1:])
    return ValueColumn(united, starts, (joined & 0xFFFFFFFF).astype(_type_of(len(united))))


def values_of(article: Article, name: str) -> Sequence[str]:
    """An article's texts in one of VALUE_FIELDS, as written."""
    provider = article.provider
    match name:
        case "topic":
            return article.topics
        case "provider":
            value = provider and (provider.name or provider.domain)
        case "domain":
            value = provider and provider.domain
        case "category":
            value = article.category
        case _:
            value = article.type
    return (value,) if value else ()
