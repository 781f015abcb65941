"""An article as the cluster holds it: ready terms, values to filter and sort by, what is shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np

from searchsvc.analysis import (
    LANGUAGES,
    MemoisedStemming,
    compound_keys,
    foreign_stemmer,
    function_words,
    title_as_written,
    title_key,
    words,
)
from searchsvc.articles import addresses
from searchsvc.articles.article import Article
from searchsvc.articles.fields import VALUE_FIELDS
from searchsvc.cluster.mapping import BAR, FieldTimes
from searchsvc.index.columns import NEVER, NO_DATE
from searchsvc.index.segment import hash_of_title
from searchsvc.index.segment_builder import BODY_KEPT
from searchsvc.index.values import values_of

LONGEST_PHRASE = 3
"""Words of a title that are completed together."""
LABEL = "\t"
"""Between a value's key and how it is written: no value has one, as texts are cleaned."""


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """The terms of one text of an article: all at each place, and how its compounds are written."""

    places: tuple[tuple[str, ...], ...]
    compounds: tuple[str, ...]

    @property
    def terms(self) -> Iterator[str]:
        for place in self.places:
            yield from place

    @classmethod
    def of(cls, text: str, language: str) -> FieldTerms:
        places: defaultdict[int, list[str]] = defaultdict(list)
        compounds: list[str] = []
        for word in words(text, language):
            for offset, term in word.terms.indexed:
                places[word.position + offset].append(term)
            compounds += compound_keys(word.terms)
        return cls(tuple(tuple(places[at]) for at in sorted(places)), tuple(compounds))

    def joined(self) -> str:
        return " ".join(map(BAR.join, self.places))


def keys_of(urls: Sequence[str]) -> list[int]:
    """The keys of some links, in order, as signed numbers of 64 bits."""
    found: list[int] = np.frombuffer(addresses.keys(urls), "<i8").tolist()
    return found


def epoch(moment: datetime | None, missing: int) -> int:
    """A time in whole seconds."""
    return int(moment.timestamp() // 1) if moment else missing


def language_of(article: Article, language: str) -> str | None:
    """The language of an article, if it is known and not the index's."""
    return article.lang if article.lang != language and article.lang in LANGUAGES else None


def title_hash(title: str, language: str) -> int | None:
    """Equal for titles of the same words; None for one without a word."""
    key = title_key(title, language).encode("utf-8", "surrogatepass")
    return int(np.uint64(hash_of_title(key)).astype(np.int64)) if key else None


def content_digest(digest: str) -> str:
    """Of an article without its ratings, which are values of their own."""
    return digest.partition("/")[0]


def whole_digest(content: str, quality: int | None, heat: int | None) -> str:
    """As `Article.digest` gives it, of what the cluster holds."""
    return f"{content}/{quality}/{heat}"


def rating(quality: int | None, heat: int | None) -> dict[str, Any]:
    """What changes daily: all that a partial update needs."""
    return {"quality": quality, "heat": heat}


def source(
    article: Article, language: str, stem: MemoisedStemming, times: FieldTimes, story: str | None
) -> dict[str, Any]:
    """The document of an article; `story` is None where it is alone in its own."""
    foreign = language_of(article, language)
    own = foreign or language
    title = FieldTerms.of(article.title, own)
    topics = [FieldTerms.of(topic, own) for topic in article.labels]
    excerpt, body = (FieldTerms.of(text, own) for text in (article.excerpt, article.body))
    texts = (title, *topics, excerpt, body)
    weights = [times.of_field[0], *[times.of_field[1]] * len(topics), *times.of_field[2:]]
    stems, words_counted = Counter[str](), Counter[str]()
    for text, weight in zip(texts, weights, strict=True):
        for term in text.terms if weight else ():
            words_counted[term] += weight
    for term, count in words_counted.items():
        stems[stem(term)] += count
        if foreign:
            stems[foreign_stemmer(foreign)(term)] += count
    moment = article.published_at
    date = epoch(moment, NO_DATE) if moment else None
    return {
        "id": article.id,
        "stored": article.stored_json().decode(),
        "body": article.body[:BODY_KEPT],
        "digest": content_digest(article.digest()),
        "live_from": NO_DATE if date is None else date,
        "live_until": epoch(article.expires_at, NEVER),
        "published_at": date,
        "month": f"{moment:%Y-%m}" if moment else None,
        **rating(article.quality, article.heat),
        "length": stems.total(),
        "stems": _counted(stems),
        "words": _counted(words_counted),
        "title_stems": " ".join(map(stem, title.terms)),
        "title_words": title.joined(),
        "topics_words": [topic.joined() for topic in topics],
        "excerpt_words": excerpt.joined(),
        "body_words": body.joined(),
        "title_key": title_key(article.title, own),
        "title_written": title_as_written(article.title),
        "title_hash": title_hash(article.title, own),
        "phrases": sorted(set(phrases(title, own))),
        "compounds": sorted({key for text in texts for key in text.compounds}),
        "addresses": keys_of(article.urls),
        "related": keys_of(article.related),
        "story": story or article.id,
        "is_tied": story is not None,
        **{name: _keyed(values_of(article, name)) for name in VALUE_FIELDS},
    }


def _counted(terms: Counter[str]) -> str:
    return " ".join(f"{term}{BAR}{count}" for term, count in terms.items())


def _keyed(values: Iterable[str]) -> dict[str, list[str]]:
    """Values that differ only in case are one, with how it is written beside it."""
    found = {value.casefold(): value for value in values}
    return {
        "key": list(found),
        "label": [f"{key}{LABEL}{value}" for key, value in found.items()],
    }


def phrases(title: FieldTerms, language: str) -> Iterator[str]:
    """Up to three words side by side, none at the end that says nothing by itself."""
    functions = _functions(language)
    plain = [place[-1] for place in title.places]
    for start in range(len(plain)):
        for size in range(1, LONGEST_PHRASE + 1):
            some = plain[start : start + size]
            if len(some) == size and (size == 1 or some[-1] not in functions):
                yield " ".join(some)


@lru_cache(maxsize=4)
def _functions(language: str) -> frozenset[str]:
    return frozenset(function_words(language))
