"""What a search must find, by brute force over random articles' texts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import strategies as st

from searchsvc.analysis import MemoisedStemming, Terms, words
from searchsvc.articles.article import Article, Provider
from searchsvc.articles.fields import TEXT_FIELDS
from searchsvc.editorial import EditorialRules
from searchsvc.index import Generation
from searchsvc.index.merge_policy import MergePolicy
from searchsvc.query.nodes import (
    AllOf,
    AnyOf,
    Excluded,
    Node,
    Phrase,
    Prefix,
    Published,
    Value,
    Variants,
    Weighted,
    Wildcard,
    Word,
)
from searchsvc.query.patterns import Named, Site, fits
from searchsvc.search.budget import Budget
from searchsvc.search.context import SearchContext
from searchsvc.search.evaluator import Evaluator
from searchsvc.search.matches import Matches
from searchsvc.search.query_cache import QueryCache
from searchsvc.search.ranking import Weights
from searchsvc.search.request import SearchRequest
from searchsvc.search.result import IndexStatus, SearchResult
from searchsvc.search.searcher import search
from searchsvc.search.view import IndexView, OpenGeneration
from tests.index.worlds import NOW, Night, after, history_on_disk, lengths, occurrences

BOOST_EXACT = 0.1
FIELD_WEIGHTS = (2.0, 2.0, 1.0, 0.3)
PRIOR = Weights(quality=0.3, heat=0.3, freshness=0.2, half_life=30)
LATER = NOW + 7200.0
"""When articles that were held back for an hour are live."""
PUBLISHED = datetime.fromtimestamp(NOW, UTC)

VOCABULARY = [
    *("car", "cars", "bus", "buses", "tram", "trams", "naïve", "naive", "e-mail", "email"),
    *("covid-19", "covid", "mail", "east", "the", "who", "café", "cafe", "東京大", "r2-d2"),
]
_texts = st.lists(st.sampled_from(VOCABULARY), max_size=6).map(" ".join)
_labels = st.sampled_from(["Bus lines", "AI", "ai", "Trams"])
_dates = st.sampled_from(
    [None]
    + [PUBLISHED - timedelta(days=days) for days in (1, 40, 400)]
    + [PUBLISHED + timedelta(hours=1), PUBLISHED + timedelta(days=9000)]
)
articles: st.SearchStrategy[Article] = st.builds(
    Article,
    id=st.sampled_from([f"id-{number}" for number in range(20)]),
    title=_texts,
    excerpt=_texts,
    topics=st.lists(_labels, max_size=2, unique_by=str.casefold).map(tuple),
    published_at=_dates,
    provider=st.none() | st.builds(Provider, st.just("The Times"), st.just("www.times.example")),
    category=st.none() | st.just("News"),
    type=st.none() | st.just("Video"),
    quality=st.none() | st.integers(-1, 90),
    heat=st.none() | st.integers(-1, 90),
)
_some = st.lists(articles, max_size=16, unique_by=lambda article: article.id)
_ids = st.lists(st.sampled_from([f"id-{number}" for number in range(6)]), max_size=3, unique=True)
histories = st.lists(st.builds(Night, _some, _ids, st.just([])), min_size=1, max_size=3)
policies = st.sampled_from([MergePolicy(), MergePolicy(1, 0.0), MergePolicy(99, 0.9)])

fields = st.sampled_from([None, None, None, "title", "topics", "excerpt"])
_typed = st.sampled_from([*VOCABULARY, "zeppelin", "bussing", "d2"]).map(
    lambda text: next(words(text)).terms
)
_values = st.sampled_from(
    [
        *(Value("topic", "bus"), Value("topic", "bus lines", True), Value("topic", "ai")),
        *(Value("provider", "times"), Value("site", "times.example"), Value("type", "video")),
        *(Value("category", "new", is_prefix=True), Value("topic", "tra", is_prefix=True)),
        Published(PUBLISHED - timedelta(days=50), None),
        Published(None, PUBLISHED - timedelta(days=2)),
    ]
)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, _typed, fields),
    st.builds(Word, _typed),
    st.builds(Phrase, st.lists(_typed, min_size=1, max_size=3).map(tuple), fields),
    st.builds(Prefix, st.sampled_from(["c", "ca", "bu", "nai", "naï", "z", "東"]), fields),
    st.builds(Wildcard, st.sampled_from(["?ar*", "*s", "t*m", "caf?", "?*", "z*z"]), fields),
    _values,
)


def _branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        st.builds(AllOf, several),
        st.builds(AnyOf, several),
        st.builds(Variants, several),
        st.builds(Excluded, inner),
        st.builds(Weighted, inner, st.sampled_from([0.5, 0.25])),
    )


trees: st.SearchStrategy[Node] = st.recursive(leaves, _branches, max_leaves=7)


class Newsstand:
    """Articles in an index, and the same as they are."""

    def __init__(self, folder: Path, history: Sequence[Night], policy: MergePolicy | None) -> None:
        self.articles = after(history)
        self.generation = Generation(history_on_disk(folder, history, policy))
        self.opened = OpenGeneration(self.generation, PRIOR)

    def at(self, now: float = NOW) -> Moment:
        return Moment(self, self.opened.at(now), now)


@dataclass(eq=False)
class Moment:
    """A newsstand at a time, by the index (`view`) and by the oracle."""

    stand: Newsstand
    view: IndexView
    now: float

    @cached_property
    def oracle(self) -> Oracle:
        return Oracle(list(self.stand.articles.values()), self.view.stem, self.now)

    def evaluator(self, milliseconds: float = 60_000) -> Evaluator:
        return Evaluator(self.view, BOOST_EXACT, Budget.of(time.perf_counter(), milliseconds))

    def context(
        self, rules: EditorialRules | None = None, milliseconds: float = 60_000
    ) -> SearchContext:
        cache = QueryCache(self.view, rules or EditorialRules())
        return SearchContext(cache, self.evaluator(milliseconds))

    def search(
        self, request: SearchRequest, rules: EditorialRules | None = None, ms: float = 60_000
    ) -> SearchResult:
        moment = datetime.fromtimestamp(self.now, UTC)
        status = IndexStatus("g", self.view.articles, moment, moment, moment)
        context = self.context(rules, ms)
        return search(context, request, status, self.now, time.perf_counter())

    def ids(self, docs: Sequence[int]) -> list[str]:
        stored = self.view.generation.stored_of(list(docs))
        return [Article.from_json(each).id for each in stored]

    def found(self, matches: Matches) -> dict[str, float]:
        """The scores of matches by the articles' ids."""
        assert (np.diff(matches.docs) > 0).all()
        assert matches.docs.dtype == np.int32 and matches.scores.dtype == np.float32
        ids = self.ids(matches.docs.tolist())
        return dict(zip(ids, matches.scores.tolist(), strict=True))


@contextmanager
def indexed(history: Sequence[Night], policy: MergePolicy | None = None) -> Iterator[Newsstand]:
    """Several reindexes of articles, in a folder that lasts as long as it is used."""
    with TemporaryDirectory() as folder:
        yield Newsstand(Path(folder), history, policy)


class Oracle:
    """The plain formula over the texts of articles."""

    def __init__(self, present: Sequence[Article], stem: MemoisedStemming, now: float) -> None:
        self.articles = {article.id: article for article in present}
        self.stem = stem
        self.now = now
        self._positions = {article.id: occurrences(article, "en") for article in present}
        self._lengths = {
            article.id: float(np.dot(FIELD_WEIGHTS, lengths(article, "en"))) for article in present
        }
        live = [article.id for article in present if is_live(article, NOW)]
        self.live_at_publish = live
        self._average = float(np.mean([self._lengths[one] for one in live])) if live else 0.0

    @property
    def live(self) -> list[str]:
        return [one for one, article in self.articles.items() if is_live(article, self.now)]

    def matches(self, node: Node) -> dict[str, float]:
        """The scores of all articles that match, held ones included."""
        scores = {one: self.score(node, one) for one in self.articles}
        return {one: score for one, score in scores.items() if score is not None}

    def score(self, node: Node, one: str) -> float | None:
        """What an article scores; None if it does not match."""
        match node:
            case Word(terms=terms, field=None) if len(terms.parts) == 1:
                typed = terms.written or terms.parts[0]
                return _best(self._term(stem, typed, one) for stem in self.stem.query_stems(terms))
            case Word(terms=terms) if len(terms.parts) == 1:
                whole = self.score(Word(terms), one)
                return whole if self._is_in(terms, node.field, one) else None
            case Word(terms=terms, field=field):
                apart: Node = Phrase((Terms(terms.parts),), field)
                if not node.together:
                    apart = AllOf(tuple(Word(Terms((part,)), field) for part in terms.parts))
                ways = [Word(Terms((terms.solid,)), field)] if terms.solid else []
                return _best(self.score(way, one) for way in (*ways, apart))
            case Phrase(spellings=spellings):
                return _best(
                    self.score(AllOf(tuple(Word(Terms((t,))) for t in dict.fromkeys(way))), one)
                    for way in spellings
                    if self._are_side_by_side(way, node.field, one)
                )
            case Prefix(text=text):
                return self._pattern(lambda term: term.startswith(text), node.field, one)
            case Wildcard(pattern=pattern):
                return self._pattern(lambda term: fits(pattern, term), node.field, one)
            case Value() | Published():
                return 0.0 if passes(node, self.articles[one]) else None
            case Excluded(node=inner):
                return 0.0 if self.score(inner, one) is None else None
            case Weighted(node=inner, weight=weight):
                score = self.score(inner, one)
                return None if score is None else weight * score
            case AllOf(nodes=nodes):
                found = [self.score(inner, one) for inner in nodes]
                return None if None in found else math.fsum(score or 0.0 for score in found)
            case Variants(nodes=nodes):
                return _best(self.score(inner, one) for inner in nodes)
            case AnyOf(nodes=nodes):
                scores = [s for inner in nodes if (s := self.score(inner, one)) is not None]
                return math.fsum(scores) if scores else None
        return None

    def idf(self, stem: str) -> float:
        having = sum(any(self._counts(one, self._has(stem))) for one in self.live_at_publish)
        return math.log(1 + (len(self.live_at_publish) - having + 0.5) / (having + 0.5))

    def prior(self, one: str) -> float:
        """1 and what quality, heat and freshness add, of the full hour."""
        article, hour = self.articles[one], self.now // 3600 * 3600
        published = article.published_at
        age = max(hour - published.timestamp(), 0) / 86_400 if published else math.inf
        return (
            1
            + PRIOR.quality * self._saturated("quality", article)
            + PRIOR.heat * self._saturated("heat", article)
            + PRIOR.freshness * 0.5 ** (age / PRIOR.half_life)
        )

    def _saturated(self, name: str, article: Article) -> float:
        known = [getattr(self.articles[one], name) for one in self.live_at_publish]
        known = [value for value in known if value is not None]
        pivot = float(np.median(known)) if known else 50.0
        value = getattr(article, name)
        value = max(pivot if value is None else value, 0)
        return float(value / (value + max(pivot, 1)))

    def _has(self, stem: str) -> Callable[[str], bool]:
        return lambda term: self.stem(term) == stem

    def _counts(self, one: str, accepts: Callable[[str], bool]) -> list[int]:
        """How often words stand in each field."""
        counts = [0] * len(TEXT_FIELDS)
        for term, positions in self._positions[one].items():
            if accepts(term):
                for position in positions:
                    counts[position >> 14] += 1
        return counts

    def _sat(self, one: str, accepts: Callable[[str], bool]) -> float:
        count = float(np.dot(FIELD_WEIGHTS, self._counts(one, accepts)))
        norm = 1.2 * (0.25 + 0.75 * self._lengths[one] / (self._average or 1.0))
        return count / (count + norm) if count else 0.0

    def _term(self, stem: str, typed: str, one: str) -> float | None:
        if not any(self._counts(one, self._has(stem))):
            return None
        exact = BOOST_EXACT * self._sat(one, lambda term: term == typed)
        return self.idf(stem) * (self._sat(one, self._has(stem)) + exact)

    def _is_in(self, terms: Terms, field: str | None, one: str) -> bool:
        number = TEXT_FIELDS.index(field or "title")
        return any(self._counts(one, self._has(s))[number] for s in self.stem.query_stems(terms))

    def _are_side_by_side(self, way: Sequence[str], field: str | None, one: str) -> bool:
        places = [set(self._positions[one].get(term, ())) for term in way]
        fields_asked = range(len(TEXT_FIELDS)) if field is None else [TEXT_FIELDS.index(field)]
        return any(
            first >> 14 in fields_asked
            and all(first + offset in having for offset, having in enumerate(places))
            for first in places[0]
        )

    def _pattern(self, accepts: Callable[[str], bool], field: str | None, one: str) -> float | None:
        counts = self._counts(one, accepts)
        asked = [
            count if field in (None, name) else 0
            for count, name in zip(counts, TEXT_FIELDS, strict=True)
        ]
        return math.fsum(w for w, count in zip(FIELD_WEIGHTS, asked, strict=True) if count) or None


def _best(scores: Iterator[float | None]) -> float | None:
    return max((score for score in scores if score is not None), default=None)


def is_live(article: Article, now: float) -> bool:
    return article.published_at is None or article.published_at.timestamp() <= now


def passes(node: Value | Published, article: Article) -> bool:
    """Whether an article has a value or a date."""
    if isinstance(node, Published):
        moment = article.published_at
        after_first = moment is not None and (node.first is None or moment >= node.first)
        return after_first and (node.last is None or moment is not None and moment <= node.last)
    labels = {
        "topic": article.topics,
        "provider": (article.provider.name, article.provider.domain) if article.provider else (),
        "site": (article.provider.domain,) if article.provider else (),
        "category": (article.category,),
        "type": (article.type,),
    }[node.name]
    folded = [label.casefold() for label in labels if label]
    if node.name in ("topic", "provider"):
        named = Named(
            node.text, node.is_exact, node.is_prefix, "en", is_stemmed=node.name == "topic"
        )
        return any(map(named.accepts, folded))
    if node.is_prefix:
        return any(label.startswith(node.text) for label in folded)
    if node.name == "site":
        return any(map(Site(node.text).accepts, folded))
    return node.text in folded
