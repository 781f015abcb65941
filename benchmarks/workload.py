"""The queries of a race: nine classes, from two sources of words, drawn with a seed."""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from searchsvc import Article

SEED = 1912
SOURCES = ("real", "titles")
PLAIN_WORD = re.compile(r"[a-z]{2,}")
TOPICS = 8
"""How many of the commonest topics filters are drawn from."""

Kind = Literal["all", "any", "phrase", "prefix"]


@dataclass(frozen=True, slots=True)
class Query:
    """One question. `topic` filters, and then topics are counted too."""

    kind: Kind
    words: tuple[str, ...]
    topic: str | None = None
    newest: bool = False

    @property
    def text(self) -> str:
        """The words in the syntax that most query parsers share."""
        match self.kind:
            case "all":
                return " ".join(self.words)
            case "any":
                return " OR ".join(self.words)
            case "phrase":
                return f'"{" ".join(self.words)}"'
            case "prefix":
                return f"{self.words[0]}*"


CLASSES = {
    "one word": "one word, best first",
    "AND2": "two words, both must match",
    "AND3": "three words, all must match",
    "OR3": "three words, any may match",
    "OR8": "eight words, any may match",
    "phrase": "two words side by side",
    "prefix": "all words that begin with three letters",
    "filtered": "one word in one topic, with the counts of all topics",
    "newest": "one word, newest first",
}

Workload = dict[tuple[str, str], list[Query]]
"""Queries by class and source."""


def make(articles: Sequence[Article], real_queries: Path, count: int) -> Workload:
    """`count` queries a class and source; the same for the same articles and arguments."""
    topics = _topics(articles)
    workload: Workload = {}
    for source in SOURCES:
        chance = random.Random(f"{SEED} {source}")
        words = _Real(articles, real_queries, chance) if source == "real" else _Titles(articles)
        for name in CLASSES:
            workload[name, source] = _draw(name, words, topics, count, chance)
    return workload


def halves(workload: Workload) -> tuple[Workload, Workload]:
    """The first half of each class, and what of the second is not asked anywhere before."""
    first = {key: queries[: len(queries) // 2] for key, queries in workload.items()}
    seen = {query.text for queries in first.values() for query in queries}
    second: Workload = {}
    for key, queries in workload.items():
        found = {query.text: query for query in queries[len(queries) // 2 :]}
        second[key] = [query for text, query in found.items() if text not in seen]
        seen.update(found)
    return first, second


def real_texts(path: Path) -> list[str]:
    """Real web queries all of whose words stand in some headline; file order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return [query for _, query, hits, *_ in rows if hits.isdigit() and int(hits) > 0]


def _draw(
    name: str,
    source: _Real | _Titles,
    topics: Sequence[str],
    count: int,
    chance: random.Random,
) -> list[Query]:
    def word() -> tuple[str, ...]:
        return source.words(1, chance)

    make: dict[str, Callable[[], Query]] = {
        "one word": lambda: Query("all", word()),
        "AND2": lambda: Query("all", source.words(2, chance)),
        "AND3": lambda: Query("all", source.words(3, chance)),
        "OR3": lambda: Query("any", source.words(3, chance)),
        "OR8": lambda: Query("any", _several(source, 8, chance)),
        "phrase": lambda: Query("phrase", source.neighbours(chance)),
        "prefix": lambda: Query("prefix", (_prefix(source, chance),)),
        "filtered": lambda: Query("all", word(), topic=chance.choice(topics)),
        "newest": lambda: Query("all", word(), newest=True),
    }
    return [make[name]() for _ in range(count)]


class _Real:
    """Words that people searched for together, where the articles hold them all."""

    def __init__(self, articles: Sequence[Article], path: Path, chance: random.Random) -> None:
        self._by_length: dict[int, list[tuple[str, ...]]] = {}
        for text in dict.fromkeys(real_texts(path)):
            found = tuple(text.split())
            if all(PLAIN_WORD.fullmatch(word) for word in found) and len(set(found)) == len(found):
                self._by_length.setdefault(len(found), []).append(found)
        seen = _adjacent(articles, set(self._by_length[2]))
        self._neighbours = [pair for pair in self._by_length[2] if pair in seen]

    def words(self, count: int, chance: random.Random) -> tuple[str, ...]:
        return chance.choice(self._by_length[count])

    def neighbours(self, chance: random.Random) -> tuple[str, ...]:
        return chance.choice(self._neighbours)


class _Titles:
    """Words of one title: as often as they stand there, so the commonest words are common."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = articles

    def words(self, count: int, chance: random.Random) -> tuple[str, ...]:
        while True:
            found = list(dict.fromkeys(_plain_words(chance.choice(self._articles).title)))
            if len(found) >= count:
                return tuple(chance.sample(found, count))

    def neighbours(self, chance: random.Random) -> tuple[str, ...]:
        while True:
            pairs = list(_pairs(chance.choice(self._articles).title))
            if pairs:
                return chance.choice(pairs)


def _several(source: _Real | _Titles, count: int, chance: random.Random) -> tuple[str, ...]:
    found: dict[str, None] = {}
    while len(found) < count:
        found.update(dict.fromkeys(source.words(2, chance)))
    return tuple(found)[:count]


def _prefix(source: _Real | _Titles, chance: random.Random) -> str:
    while True:
        (word,) = source.words(1, chance)
        if len(word) > 3:
            return word[:3]


def _plain_words(text: str) -> list[str]:
    return [word for word in text.lower().split() if PLAIN_WORD.fullmatch(word)]


def _pairs(text: str) -> Iterable[tuple[str, ...]]:
    """Plain words side by side in a text, with nothing but a space between them."""
    words = text.lower().split()
    for pair in zip(words, words[1:], strict=False):
        if all(PLAIN_WORD.fullmatch(word) for word in pair):
            yield pair


def _adjacent(articles: Sequence[Article], wanted: set[tuple[str, ...]]) -> set[tuple[str, ...]]:
    seen = {pair for article in articles for pair in _pairs(article.title) if pair in wanted}
    for article in articles:
        seen.update(pair for pair in _pairs(article.excerpt) if pair in wanted)
    return seen


def _topics(articles: Sequence[Article]) -> list[str]:
    counts = Counter(topic.casefold() for article in articles for topic in article.topics)
    return [topic for topic, _ in counts.most_common(TOPICS)]
