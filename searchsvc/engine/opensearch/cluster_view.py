"""An index in the cluster at a moment: who is live, how many have what, which words there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import NamedTuple

import orjson
from cachetools import LRUCache

from searchsvc.analysis import (
    ForeignStemming,
    MemoisedStemming,
    compound_key,
    english,
    foreign_stemmer,
    stemmer,
)
from searchsvc.articles.dates import from_timestamp
from searchsvc.cluster.documents import LABEL
from searchsvc.cluster.records import IndexRecord
from searchsvc.cluster.statistics import live
from searchsvc.engine.opensearch.asking import Asking, Query
from searchsvc.index.columns import NEVER
from searchsvc.index.impacts import inverse_document_frequency
from searchsvc.search.ranking import Pivots, hour
from searchsvc.settings import Settings

COUNTS_KEPT = 20_000
"""Counts that are remembered, each of some hundred bytes."""
LONGEST_LOOKED_UP = 40
"""Characters of a word that may be written with a hyphen."""
_WORDS_A_PATTERN = 10
"""Together less than what the cluster takes for a pattern, which is 1,000 characters."""
_AT_ONCE = 200
"""Counts that are asked for with one request."""
MOST_VALUES = 50_000
"""Different values of a field that filters by name are looked up in: the commonest."""


@dataclass(frozen=True, slots=True)
class ValueLabel:
    """A value as most articles write it, and how many live ones have it in any case."""

    text: str
    articles: int


class _Count(NamedTuple):
    """Of a query: articles that are live, and with those that are held back."""

    live: int
    all: int


class ClusterView:
    """Valid until the next hour begins, an embargo ends, an article expires, or a run changes it.

    Threads share it. What it has counted it remembers: nothing changes while it is valid.
    """

    def __init__(self, asking: Asking, record: IndexRecord, settings: Settings, now: float) -> None:
        self.asking = asking
        self.record = record
        self.settings = settings
        self.as_of = hour(now)
        self.hour: datetime = from_timestamp(self.as_of)
        self.language = record.language
        self.names = record.names
        self.stem: MemoisedStemming | ForeignStemming = stemmer(record.language, record.names)
        self.pivots = Pivots(record.quality_pivot, record.heat_pivot)
        self.live: Query = live(now)
        self._counts: LRUCache[bytes, _Count] = LRUCache(COUNTS_KEPT)
        self._values: dict[str, dict[str, ValueLabel]] = {}
        self._lock = Lock()
        self.compounds = ClusterCompounds(self)
        later, soon = {"gt": int(now)}, {"gt": int(record.clock), "lte": int(now)}
        changes: Query = {}
        for name in ("live_from", "live_until"):
            for when, bounds, which in (("coming", later, "min"), ("passed", soon, "max")):
                changes[f"{when}.{name}"] = {
                    "filter": {"range": {name: bounds}},
                    "aggs": {"at": {which: {"field": name}}},
                }
        lengths = {"avg": {"field": "length"}}
        answer = asking.search(
            {
                "size": 0,
                "track_total_hits": True,
                "query": self.live,
                "aggs": {"all": {"global": {}, "aggs": {"lengths": lengths, **changes}}},
            }
        )
        self.articles = int(answer["hits"]["total"]["value"])
        found = answer["aggregations"]["all"]
        self._with_held = int(found["doc_count"])
        self._has_held = self._with_held > self.articles
        self.average_length = float(found["lengths"]["value"] or 1.0)
        times: dict[str, list[float]] = {"coming": [self.as_of + 3600], "passed": [self.as_of]}
        for name in changes:
            at = found[name]["at"]["value"]
            if at is not None and at < NEVER:
                times[name.partition(".")[0]].append(at)
        self.valid_from, self.valid_until = max(times["passed"]), min(times["coming"])

    def in_language(self, language: str) -> ClusterView:
        """The view for queries in another language, which find articles in it alone."""
        other = copy(self)
        other.language, other.names = language, frozenset()
        other.stem = foreign_stemmer(language)
        return other

    def holds(self, now: float) -> bool:
        return self.valid_from <= now < self.valid_until

    def counts(self, queries: Sequence[Query]) -> list[int]:
        """How many live articles match each of some queries."""
        return [of.live for of in self._counts_of(queries)]

    def count(self, query: Query) -> int:
        return self.counts([query])[0]

    def lucene_idf(self, query: Query) -> float:
        """The rarity of a term as Lucene has it, to which articles that are held back count."""
        count = self._counts_of([query])[0].all
        return inverse_document_frequency(max(self._with_held, count), count)

    def _counts_of(self, queries: Sequence[Query]) -> list[_Count]:
        keys = [orjson.dumps(query) for query in queries]
        with self._lock:
            known = {key: self._counts[key] for key in keys if key in self._counts}
        missing = {key: query for key, query in zip(keys, queries, strict=True) if key not in known}
        wanted = list(missing)
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            found = self._counted([missing[key] for key in some])
            known.update(zip(some, found, strict=True))
            with self._lock:
                self._counts.update(zip(some, found, strict=True))
        return [known[key] for key in keys]

    def _counted(self, queries: Sequence[Query]) -> list[_Count]:
        inner = {"aggs": {"live": {"filter": self.live}}} if self._has_held else {}
        aggregations = {str(n): {"filter": query, **inner} for n, query in enumerate(queries)}
        any_of = {"bool": {"should": list(queries), "minimum_should_match": 1}}
        body = {"size": 0, "track_total_hits": False, "query": any_of, "aggs": aggregations}
        answer = self.asking.search(body)["aggregations"]
        found = []
        for number in range(len(queries)):
            of = answer[str(number)]
            live = of["live"]["doc_count"] if self._has_held else of["doc_count"]
            found.append(_Count(int(live), int(of["doc_count"])))
        return found

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """How many live articles have each of some terms, as typed, in any form."""
        return self.counts([{"term": {"stems": self.stem(term)}} for term in terms])

    def idf(self, articles: int) -> float:
        return inverse_document_frequency(max(self.articles, articles), articles)

    def rarity(self, term: str) -> float:
        return self.idf(self.frequencies([term])[0])

    def is_known(self, term: str) -> bool:
        return self.frequencies([term]) != [0]

    def values(self, name: str) -> dict[str, ValueLabel]:
        """The values of one of VALUE_FIELDS by their keys, in the order of these."""
        found = self._values.get(name)
        if found is None:
            terms = {"field": f"{name}.label", "size": MOST_VALUES}
            body = {"size": 0, "query": self.live, "aggs": {"labels": {"terms": terms}}}
            buckets = self.asking.search(body)["aggregations"]["labels"]["buckets"]
            found = self._values[name] = _labels(buckets)
        return found

    def keys(self, name: str, accepts: Callable[[str], bool]) -> list[str]:
        """The keys of a field that are accepted."""
        return [key for key in self.values(name) if accepts(key)]


def _labels(buckets: Iterable[Query]) -> dict[str, ValueLabel]:
    spellings: dict[str, dict[str, int]] = {}
    for bucket in buckets:
        key, _, label = bucket["key"].partition(LABEL)
        spellings.setdefault(key, {})[label] = int(bucket["doc_count"])
    found = {}
    for key in sorted(spellings):
        ways = spellings[key]
        label = min(ways, key=lambda way: (-ways[way], way))
        found[key] = ValueLabel(label, sum(ways.values()))
    return found


class ClusterCompounds:
    """Which words articles write with a hyphen. Common English ones are known without any."""

    def __init__(self, view: ClusterView) -> None:
        self._view = view
        self._common = english.COMPOUNDS if view.language == "en" else {}
        self._parts: LRUCache[str, tuple[str, ...] | None] = LRUCache(COUNTS_KEPT)
        self._lock = Lock()

    def parts(self, solid: str) -> tuple[str, ...] | None:
        """The parts of a word written as one; the commonest, if there are several ways."""
        with self._lock:
            if solid in self._parts:
                return self._parts[solid]
        self.look_up([solid])
        with self._lock:
            return self._parts.get(solid)

    def look_up(self, words: Iterable[str]) -> None:
        """Asks for the parts of several words at once, so that `parts` need not."""
        with self._lock:
            unknown = [word for word in dict.fromkeys(words) if word not in self._parts]
        kept = [word for word in unknown if len(word) <= LONGEST_LOOKED_UP]
        for first in range(0, len(kept), _WORDS_A_PATTERN):
            self._look_up(kept[first : first + _WORDS_A_PATTERN])
        with self._lock:
            self._parts.update((word, None) for word in unknown if word not in self._parts)

    def _look_up(self, wanted: Sequence[str]) -> None:
        starts = "|".join(re.sub(r"([^\w ])", r"\\\1", word) for word in wanted)
        terms = {"field": "compounds", "include": f"({starts}) .*", "size": 1_000}
        query = {"bool": {"filter": [{"exists": {"field": "compounds"}}]}}
        body = {"size": 0, "query": query, "aggs": {"ways": {"terms": terms}}}
        answer = self._view.asking.search(body)
        ways: dict[str, dict[tuple[str, ...], int]] = {}
        for bucket in answer["aggregations"]["ways"]["buckets"]:
            solid, *parts = bucket["key"].split(" ")
            ways.setdefault(solid, {})[tuple(parts)] = int(bucket["doc_count"])
        with self._lock:
            for word in wanted:
                counts = ways.get(word)
                self._parts[word] = (
                    min(counts, key=lambda parts: (-counts[parts], parts))
                    if counts
                    else self._common.get(word)
                )

    def are_one(self, first: str, second: str) -> bool:
        """Whether two words are the parts of one."""
        solid, parts = first + second, (first, second)
        if self._common.get(solid) == parts:
            return True
        return self._view.count({"term": {"compounds": compound_key(solid, parts)}}) > 0
