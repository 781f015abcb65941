"""What a cluster finds of what is typed: words and phrases of titles, articles, topics, providers.

A completion weighs here by the articles whose title has it; in an index of our own their heat
counts too, and what stands in other fields.
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
from searchsvc.engine.opensearch.translation import any_of
from searchsvc.index.strings import encoded
from searchsvc.search.ranking import Weights
from searchsvc.suggest.building import FUNCTION_SHARE
from searchsvc.suggest.completions import NEXT_FAVOUR, PHRASE_FAVOUR, Completion, distinct
from searchsvc.suggest.lookup import MOST_NEAR
from searchsvc.suggest.near_words import may_be_misspelt
from searchsvc.suggest.request import Kind
from searchsvc.suggest.suggester import Completed
from searchsvc.suggest.typed import Typed

MAX_PATTERN = 900
"""Characters of a pattern: the cluster takes 1,000."""
_SIGNS = re.compile(r"([^\w ])")


@dataclass(frozen=True, slots=True)
class TitledArticle:
    """An article that stands for all of its title: many sites bring the same news."""

    title: str
    fields: Mapping[str, Any] = field(compare=False)

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> TitledArticle:
        fields = orjson.loads(source["stored"])
        return cls(fields["title"], fields)


@dataclass(frozen=True, slots=True)
class _Finished:
    terms: list[str]
    stems: list[str]


class ClusterSource:
    """A `SuggestSource` of one index view."""

    def __init__(self, view: ClusterView, weights: Weights) -> None:
        self._view = view
        self._weights = weights
        self.language = view.language
        self._functions = frozenset(function_words(view.language))
        self._candidates = ClusterCandidates(view)

    def hottest(self, count: int) -> list[TitledArticle]:
        return self._best({"match_all": {}}, count)

    def _best(self, query: Query, size: int) -> list[TitledArticle]:
        """The articles of the highest priors, by the score of the query times that."""
        text = {"bool": {"must": [query], "filter": [self._view.live]}}
        body = {
            "size": size,
            "query": ordering.scored(self._view, self._weights, text, {}),
            "sort": ordering.order("relevance"),
            "_source": ["stored"],
        }
        hits = self._view.asking.search(body)["hits"]["hits"]
        return [TitledArticle.of(hit["_source"]) for hit in hits]

    def commonest(self, kind: Kind, count: int) -> list[str]:
        return self.names(kind, "", count)

    def names(self, kind: Kind, typed: str, count: int) -> list[str]:
        """The values of which a word, and all behind it, begins as typed; the commonest first."""
        start = typed.strip()
        found = []
        for label in self._view.values(kind).values():
            parts = title_key(label.text, self.language).split()
            if not start or any(" ".join(parts[i:]).startswith(start) for i in range(len(parts))):
                found.append(label)
        found.sort(key=lambda label: -label.articles)
        return [label.text for label in found[:count] if label.articles]

    def finished(self, typed: Typed, /) -> _Finished:
        terms = [typed.form(number) for number in range(len(typed.before))]
        return _Finished(terms, list(map(self.stem, terms)))

    def completed(
        self, typed: Typed, size: int
    ) -> tuple[list[TitledArticle], list[Completed[TitledArticle]]]:
        stems = self.finished(typed).stems
        before: list[Query] = [{"term": {"title_stems": {"value": stem}}} for stem in stems]
        last: list[Query] = []
        if typed.last:
            last = [{"prefix": {"title_words": {"value": typed.last}}}]
        whole = {"prefix": {"title_key": {"value": typed.joined}}}
        either = any_of(
            [
                {"constant_score": {"filter": whole, "boost": 100.0}},
                {"constant_score": {"filter": {"bool": {"filter": [*before, *last]}}}},
            ]
        )
        found = sorted(self._completions(typed, before, size), key=lambda of: of.words)
        said = set(map(encoded, stems))
        kept = distinct(found, lambda word: encoded(self.stem(word)), said, size)
        queries = [Completed(typed, query.words, query.example) for query in kept]
        return self._best(either, size), queries

    def are_known(self, terms: Sequence[str]) -> list[bool]:
        return [articles > 0 for articles in self._candidates.articles(terms)]

    def begins_any(self, start: str) -> bool:
        return self._view.count({"prefix": {"words": {"value": start}}}) > 0

    def near(self, term: str, is_whole: bool, /) -> list[str]:
        """Words of which an article has some form; the cluster knows none that begins like it."""
        if not may_be_misspelt(term):
            return []
        near = [other.word for other in self._candidates.near(term, 1) if other.in_any_form]
        return near[:MOST_NEAR]

    def stem(self, term: str) -> str:
        return self._view.stem(term)

    def stored(self, article: TitledArticle) -> Mapping[str, Any]:
        return article.fields

    def _completions(
        self, typed: Typed, before: Sequence[Query], size: int
    ) -> Iterator[Completion[str, TitledArticle]]:
        last, terms = _escaped(typed.last), self.finished(typed).terms
        if not terms:
            yield from self._phrases((), f"{last}.*", [], PHRASE_FAVOUR, 4 * size)
            return
        head = terms[-1]
        next_one = f"{_escaped(head)} {last}.*"
        yield from self._phrases((head,), next_one, before, NEXT_FAVOUR, 2 * size)
        if typed.last and not self._functions.issuperset(terms):
            yield from self._phrases((), f"{last}[^ ]*", before, 1.0, 2 * size)

    def _phrases(
        self,
        heads: tuple[str, ...],
        pattern: str,
        filters: Sequence[Query],
        favour: float,
        count: int,
    ) -> Iterator[Completion[str, TitledArticle]]:
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
            yield Completion(words, weight, weight * by, TitledArticle.of(source))


def _escaped(text: str) -> str:
    """A text within a pattern of the cluster's."""
    return _SIGNS.sub(r"\\\1", text)
