"""Suggestions from a cluster: words and phrases of titles, articles, topics and providers.

As `suggest/suggester.py`, but for what weighs a completion: here the number of articles whose title
has it, there also their heat and what stands in other fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from searchsvc.analysis import function_words, title_key
from searchsvc.engine.opensearch import ordering
from searchsvc.engine.opensearch.asking import Query
from searchsvc.engine.opensearch.candidates import ClusterCandidates
from searchsvc.engine.opensearch.cluster_view import ClusterView
from searchsvc.engine.opensearch.pages import SOURCES, Ranked
from searchsvc.engine.opensearch.translation import any_of
from searchsvc.search.ranking import Weights
from searchsvc.suggest.marking import mark_start, mark_words
from searchsvc.suggest.near_words import FEWEST_LETTERS
from searchsvc.suggest.request import Kind, Suggestion, SuggestRequest
from searchsvc.suggest.suggester import ENOUGH, MOST_RESPELT, NOTHING, apportion
from searchsvc.suggest.surface import surface
from searchsvc.suggest.tables import NAMES
from searchsvc.suggest.typed import Typed, read

FUNCTION_SHARE = 0.05
"""What articles count for words that say nothing by themselves."""
PHRASE_FAVOUR, NEXT_FAVOUR = 1.5, 3.0
"""A phrase says more than its first word; what follows what was typed more than what is beside."""
NEARLY_ALWAYS = 0.6
"""A phrase that goes on in the same way so often is left out for the longer one."""
MAX_PATTERN = 900
"""Characters of a pattern: the cluster takes 1,000."""
_SIGNS = re.compile(r"([^\w ])")


@dataclass(frozen=True, slots=True)
class _Completed:
    """Words that complete what was typed, an article whose title has them, how much they weigh."""

    typed: Typed
    words: tuple[str, ...]
    weight: float
    score: float
    example: Mapping[str, Any]


@dataclass(slots=True)
class _Suggested:
    queries: dict[str, _Completed] = field(default_factory=dict)
    articles: dict[str, tuple[Ranked, Typed]] = field(default_factory=dict)
    names: dict[Kind, dict[str, Typed]] = field(
        default_factory=lambda: {name: {} for name in NAMES}
    )

    @property
    def is_enough(self) -> bool:
        return len(self.queries) + len(self.articles) >= ENOUGH


class ClusterSuggester:
    """Of one index view."""

    def __init__(self, view: ClusterView, weights: Weights) -> None:
        self._view = view
        self._weights = weights
        self._language = view.language
        self._functions = frozenset(function_words(view.language))
        self._candidates = ClusterCandidates(view)

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """The likeliest queries first, then topics, providers and articles."""
        is_empty = not request.query.strip()
        found = self._popular(request.size) if is_empty else self._found(request)
        named = {title_key(n, self._language) for names in found.names.values() for n in names}
        queries = [query for key, query in found.queries.items() if key not in named]
        titles = dict.fromkeys(_title(one.source) for one, _ in found.articles.values())
        available: dict[Kind, int] = {"query": len(queries), "article": len(titles)}
        seats = apportion(available | {k: len(n) for k, n in found.names.items()}, request.size)
        shown = [self._query(query) for query in queries[: seats["query"]]]
        for kind in NAMES:
            named_by = list(found.names[kind].items())[: seats[kind]]
            shown += [self._name(kind, name, typed) for name, typed in named_by]
        return (*shown, *self._articles(found, seats["article"]))

    def _popular(self, size: int) -> _Suggested:
        """For an empty box: the topics of most articles, and the articles of the highest priors."""
        found = _Suggested()
        topics = sorted(self._view.values("topic").values(), key=lambda label: -label.articles)
        found.names["topic"] = dict.fromkeys((label.text for label in topics[:size]), NOTHING)
        for article in self._best({"match_all": {}}, size):
            found.articles[article.id] = article, NOTHING
        return found

    def _best(self, query: Query, size: int) -> list[Ranked]:
        """The articles of the highest priors, by the score of the query times that."""
        text = {"bool": {"must": [query], "filter": [self._view.live]}}
        body = {
            "size": size,
            "query": ordering.scored(self._view, self._weights, text, {}),
            "sort": ordering.order("relevance"),
            "_source": SOURCES,
        }
        return [Ranked.of(hit) for hit in self._view.asking.search(body)["hits"]["hits"]]

    def _found(self, request: SuggestRequest) -> _Suggested:
        found = _Suggested()
        for typed in self._readings(request.query, found):
            self._look(typed, request.size, found)
            if found.is_enough or typed.is_filter:
                break
        return found

    def _readings(self, query: str, found: _Suggested) -> Iterator[Typed]:
        """As typed, then with one word spelt otherwise."""
        first = None
        for typed in read(query, self._language):
            first = first or typed
            yield typed
        if first is not None:
            yield from self._respelt(first, found)

    def _respelt(self, typed: Typed, found: _Suggested) -> Iterator[Typed]:
        """With another word for the one that no article has, or for a single one that few have."""
        numbers = range(len(typed.before))[-MOST_RESPELT:]
        forms = [typed.form(number) for number in numbers]
        known = self._candidates.articles(forms)
        unknown = [number for number, count in zip(numbers, known, strict=True) if not count]
        begins = {"prefix": {"words": {"value": typed.last}}}
        is_last_unknown = bool(typed.last) and not self._view.count(begins)
        if len(unknown) + is_last_unknown > 1:
            return
        is_anything = found.queries or found.articles
        if not unknown and not is_last_unknown and typed.before and is_anything:
            return
        if not unknown:
            for term in self._near(typed.last):
                yield typed.with_last(term)
        for number in unknown or (() if is_last_unknown else numbers):
            for term in self._near(typed.form(number)):
                yield typed.with_word(number, term)

    def _near(self, word: str) -> list[str]:
        if len(word) < FEWEST_LETTERS or any(map(str.isdigit, word)):
            return []
        return [other.word for other in self._candidates.near(word, 1) if other.in_any_form][:3]

    def _look(self, typed: Typed, size: int, found: _Suggested) -> None:
        for kind in NAMES:
            for name in self._names(kind, typed.joined, size):
                found.names[kind].setdefault(name, typed)
        if typed.is_filter:
            return
        stems = [self._view.stem(typed.form(number)) for number in range(len(typed.before))]
        finished = [{"term": {"title_stems": {"value": stem}}} for stem in stems]
        last: list[Query] = []
        if typed.last:
            last = [{"prefix": {"title_words": {"value": typed.last}}}]
        whole = {"prefix": {"title_key": {"value": typed.joined}}}
        either = any_of(
            [
                {"constant_score": {"filter": whole, "boost": 100.0}},
                {"constant_score": {"filter": {"bool": {"filter": [*finished, *last]}}}},
            ]
        )
        for article in self._best(either, size):
            found.articles.setdefault(article.id, (article, typed))
        for query in self._completions(typed, finished, stems, size):
            key = " ".join([*(typed.form(n) for n in range(len(typed.before))), *query.words])
            found.queries.setdefault(key, query)

    def _names(self, kind: Kind, typed: str, size: int) -> list[str]:
        """The values of which a word, and all behind it, begins as typed; the commonest first."""
        start = typed.strip()
        found = []
        for label in self._view.values(kind).values():
            parts = title_key(label.text, self._language).split()
            if any(" ".join(parts[i:]).startswith(start) for i in range(len(parts))):
                found.append(label)
        found.sort(key=lambda label: -label.articles)
        return [label.text for label in found[:size] if label.articles]

    def _completions(
        self, typed: Typed, finished: Sequence[Query], stems: Sequence[str], size: int
    ) -> list[_Completed]:
        last = _escaped(typed.last)
        if not typed.before:
            found = list(self._phrases(typed, (), f"{last}.*", [], PHRASE_FAVOUR, 4 * size))
        else:
            head = typed.form(len(typed.before) - 1)
            next_one = f"{_escaped(head)} {last}.*"
            found = list(self._phrases(typed, (head,), next_one, finished, NEXT_FAVOUR, 2 * size))
            if typed.last and not self._functions.issuperset(map(typed.form, range(len(stems)))):
                beside = f"{last}[^ ]*"
                found += self._phrases(typed, (), beside, finished, 1.0, 2 * size)
        return self._distinct(found, set(stems), size)

    def _phrases(
        self,
        typed: Typed,
        heads: tuple[str, ...],
        pattern: str,
        filters: Sequence[Query],
        favour: float,
        count: int,
    ) -> Iterator[_Completed]:
        """The commonest phrases of titles that fit a pattern, without the words typed before."""
        example = {
            "top_hits": {
                "size": 1,
                "sort": [{"heat": {"order": "desc", "missing": "_last"}}, {"id": "asc"}],
                "_source": ["stored"],
            }
        }
        if len(pattern) > MAX_PATTERN:
            return
        terms = {"field": "phrases", "include": pattern, "size": count, "shard_size": 20 * count}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": {"bool": {"filter": [*filters, self._view.live]}},
            "aggs": {"phrases": {"terms": terms, "aggs": {"example": example}}},
        }
        for bucket in self._view.asking.search(body)["aggregations"]["phrases"]["buckets"]:
            words = tuple(bucket["key"].split(" "))[len(heads) :]
            if not words:
                continue
            weight = float(bucket["doc_count"])
            by = FUNCTION_SHARE if words[0] in self._functions else 1.0
            if len(words) > 1 or heads:
                by *= favour
                if weight < 2:  # said by a single title it is no phrase
                    by *= 0.5
            source = bucket["example"]["hits"]["hits"][0]["_source"]
            yield _Completed(typed, words, weight, weight * by, source)

    def _distinct(
        self, found: Sequence[_Completed], stems: set[str], count: int
    ) -> list[_Completed]:
        """The best first; one of several forms, none that says again what was typed."""
        ordered = sorted(found, key=lambda query: (-query.score, query.words))
        longer: dict[tuple[str, ...], float] = {}
        for query in ordered:
            start = query.words[:-1]
            longer[start] = max(longer.get(start, 0.0), query.weight)
        kept: dict[str, _Completed] = {}
        for query in ordered:
            key = " ".join(map(self._view.stem, query.words))
            says_again = key in kept or self._view.stem(query.words[0]) in stems
            several = len(query.words) > 1
            goes_on = several and longer.get(query.words, 0.0) >= NEARLY_ALWAYS * query.weight
            if not says_again and not goes_on:
                kept[key] = query
            if len(kept) == count:
                break
        return list(kept.values())

    def _query(self, query: _Completed) -> Suggestion:
        article = orjson.loads(query.example["stored"])
        texts = (article["title"], *article["topics"], article["excerpt"])
        head, completed = query.typed.head, surface(query.words, texts, self._language)
        return Suggestion("query", head + completed, mark_start(head, completed, query.typed.last))

    def _articles(self, found: _Suggested, count: int) -> Iterator[Suggestion]:
        """Each title once: many sites bring the same news."""
        seen: set[str] = set()
        for article, typed in found.articles.values():
            title = _title(article.source)
            if len(seen) == count or title in seen:
                continue
            seen.add(title)
            stems = {self._view.stem(typed.form(number)) for number in range(len(typed.before))}
            stored = orjson.loads(article.source["stored"])
            stem = self._view.stem
            highlight = mark_words(title, stems, typed.last, stem, typed.joined, self._language)
            date, image = stored["published_at"], stored["image"]
            yield Suggestion("article", title, highlight, stored["url"], date, image)

    def _name(self, kind: Kind, name: str, typed: Typed) -> Suggestion:
        terms = {typed.form(number) for number in range(len(typed.before))}
        highlight = mark_words(name, terms, typed.last, str, language=self._language)
        return Suggestion(kind, name, highlight)


def _escaped(text: str) -> str:
    """A text within a pattern of the cluster's."""
    return _SIGNS.sub(r"\\\1", text)


def _title(source: Mapping[str, Any]) -> str:
    title: str = orjson.loads(source["stored"])["title"]
    return title
