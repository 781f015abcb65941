"""What is known of every document by its number: dates, quality, heat, facet values.

Flat numpy arrays, memory-mapped, one value a document in Whoosh's document order.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from searchsvc.articles import dates
from searchsvc.articles.article import Article
from searchsvc.columnar.mapping import narrow, open_array, open_as, save_narrow
from searchsvc.search.ranking import NO_DATE, NO_VALUE

Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]

VALUE_FIELDS = ("topic", "provider", "domain", "category", "type")
"""Columns of text values; `provider` is the name, or the domain of one that has no name."""


_CODE_TYPES = (np.uint8, np.uint16, np.int32)

ORDERS = ("newest", "oldest", "heat", "quality")


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """The text values of each document, as codes.

    `labels[c]` is code c as most articles write it, `codes_of` finds it whatever the case; codes
    are in the order of the folded values; those of document d are `codes[starts[d]:starts[d + 1]]`.
    Codes are int32, or of the smaller type that they were kept in.
    """

    labels: tuple[str, ...]
    starts: Int32
    codes: npt.NDArray[Any]

    @classmethod
    def build(cls, values: Iterable[Sequence[str]]) -> ValueColumn:
        spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        keys: list[str] = []
        starts = [0]
        for texts in values:
            for text in texts:
                keys.append(text.casefold())
                spellings[keys[-1]][text] += 1
            starts.append(len(keys))
        numbers = {key: number for number, key in enumerate(sorted(spellings))}
        labels = tuple(
            min(spellings[key].items(), key=lambda item: (-item[1], item[0]))[0] for key in numbers
        )
        codes = np.array([numbers[key] for key in keys], np.int32)
        return cls(labels, np.array(starts, np.int32), codes)

    def codes_of(self, texts: Iterable[str]) -> set[int]:
        """The codes of the given values, in any case; unknown ones have none."""
        wanted = {text.casefold() for text in texts}
        return {code for code, label in enumerate(self.labels) if label.casefold() in wanted}

    def documents_with(self, codes: Iterable[int]) -> npt.NDArray[np.bool_]:
        """Which documents have any of these values; [documents]."""
        chosen = np.zeros(len(self.labels), np.bool_)
        chosen[list(codes)] = True
        # By where they stand: arrays of all values' owners would take ten times the memory.
        places = np.flatnonzero(chosen[self.codes]).astype(np.int32)
        mask = np.zeros(len(self.starts) - 1, np.bool_)
        mask[self.starts.searchsorted(places, "right") - 1] = True
        return mask

    def save(self, folder: Path, name: str) -> None:
        """Writes `column.<name>.*`; no starts if every document has one value."""
        save_narrow(folder / f"column.{name}.codes.npy", self.codes)
        if not np.array_equal(self.starts, np.arange(len(self.starts))):
            save_narrow(folder / f"column.{name}.starts.npy", self.starts)
        (folder / f"column.{name}.labels.json").write_bytes(orjson.dumps(self.labels))

    @classmethod
    def load(cls, folder: Path, name: str) -> ValueColumn:
        """Raises OSError or ValueError for files that are missing or damaged."""
        labels = orjson.loads((folder / f"column.{name}.labels.json").read_bytes())
        path = folder / f"column.{name}.codes.npy"
        codes = open_array(path)
        if codes.dtype not in _CODE_TYPES or codes.ndim != 1:
            raise ValueError(f"{path}: unexpected {codes.dtype} of {codes.ndim} dimensions")
        path = folder / f"column.{name}.starts.npy"
        starts = open_as(path, np.int32) if path.exists() else _one_each(len(codes))
        return cls(tuple(labels), starts, codes)


@lru_cache(maxsize=1)
def _one_each(documents: int) -> Int32:
    """Where the codes of documents with one value each start: for all such columns the same."""
    starts = np.arange(documents + 1, dtype=np.int32)
    starts.flags.writeable = False
    return starts


class Ranks(dict[str, Int32]):
    """The place of each document in an order of ORDERS, int32 [documents].

    All different: ties newest first and then by id, missing values last. Of `newest` all others
    follow, so that they are made when they are first asked for: some milliseconds for 100,000
    documents.
    """

    def __init__(self, newest: Int32, published_at: Int64, quality: Int32, heat: Int32) -> None:
        super().__init__(newest=newest)
        self._published_at = published_at
        self._ratings = {"quality": quality, "heat": heat}

    def __missing__(self, order: str) -> Int32:
        newest = _inverse(self["newest"])
        if order == "oldest":
            dates = self._published_at[newest]
            keys = np.where(dates == NO_DATE, np.iinfo(np.int64).max, dates)
        else:
            # Numbers of 16 bits are sorted in one go; the complement of one is as far down.
            keys = ~narrow(self._ratings[order])[newest]
        self[order] = ranks = _inverse(newest[np.argsort(keys, kind="stable")])
        return ranks


@dataclass(frozen=True, slots=True)
class Columns:
    """All columns of a generation."""

    published_at: Int64
    quality: Int32
    heat: Int32
    values: dict[str, ValueColumn]
    ranks: Ranks

    def __len__(self) -> int:
        return len(self.published_at)

    @classmethod
    def of(
        cls,
        published_at: Int64,
        quality: Int32,
        heat: Int32,
        id_rank: npt.NDArray[Any],
        values: dict[str, ValueColumn],
    ) -> Columns:
        """`id_rank` orders the documents by id."""
        newest = np.lexsort((id_rank, -published_at.astype(np.float64)))
        ranks = Ranks(_inverse(newest), published_at, quality, heat)
        return cls(published_at, quality, heat, values, ranks)

    def rated(self, quality: Int32, heat: Int32) -> Columns:
        """These documents with other ratings."""
        ranks = Ranks(self.ranks["newest"], self.published_at, quality, heat)
        return replace(self, quality=quality, heat=heat, ranks=ranks)

    @classmethod
    def build(cls, articles: Sequence[Article]) -> Columns:
        """Of articles in document order."""
        by_id = np.array(sorted(range(len(articles)), key=lambda d: articles[d].id), np.int64)
        return cls.of(
            published_at=np.array([epoch_seconds(article) for article in articles], np.int64),
            quality=np.array([rating(article.quality) for article in articles], np.int32),
            heat=np.array([rating(article.heat) for article in articles], np.int32),
            id_rank=_inverse(by_id),
            values={
                name: ValueColumn.build(values_of(article, name) for article in articles)
                for name in VALUE_FIELDS
            },
        )

    def save(self, folder: Path) -> None:
        self.save_ratings(folder)
        _save(folder, "published_at", self.published_at)
        _save(folder, "rank.newest", self.ranks["newest"])
        for name, column in self.values.items():
            column.save(folder, name)

    def save_ratings(self, folder: Path) -> None:
        """What depends on quality and heat."""
        _save(folder, "quality", self.quality)
        _save(folder, "heat", self.heat)

    @classmethod
    def load(cls, folder: Path) -> Columns:
        """Raises OSError or ValueError for files that are missing or damaged."""
        arrays = {
            name: open_as(folder / f"column.{name}.npy", dtype) for name, dtype in _ARRAYS.items()
        }
        values = {name: ValueColumn.load(folder, name) for name in VALUE_FIELDS}
        newest = open_as(folder / "column.rank.newest.npy", np.int32)
        columns = cls(**arrays, values=values, ranks=Ranks(newest, **arrays))
        lengths = {len(array) for array in (*arrays.values(), newest)}
        lengths |= {len(column.starts) - 1 for column in values.values()}
        if len(lengths) != 1:
            raise ValueError(f"the columns in {folder} differ in length")
        return columns


_ARRAYS = {"published_at": np.int64, "quality": np.int32, "heat": np.int32}


def _save(folder: Path, name: str, array: npt.NDArray[Any]) -> None:
    save_narrow(folder / f"column.{name}.npy", array)


def _inverse(order: npt.NDArray[Any]) -> Int32:
    places = np.empty(len(order), np.int32)
    places[order] = np.arange(len(order), dtype=np.int32)
    return places


def epoch_seconds(article: Article) -> int:
    """When it was published, in seconds since 1970; NO_DATE if that isn't known."""
    moment = article.published_at
    return math.floor(dates.as_utc(moment).timestamp()) if moment else NO_DATE


def rating(value: int | None) -> int:
    """Quality or heat as its column holds it."""
    return NO_VALUE if value is None else value


def values_of(article: Article, name: str) -> Sequence[str]:
    """The article's values in one of VALUE_FIELDS, as written."""
    if name == "topic":
        return article.topics
    provider = article.provider
    value = {
        "provider": provider and (provider.name or provider.domain),
        "domain": provider and provider.domain,
        "category": article.category,
        "type": article.type,
    }[name]
    return (value,) if value else ()
