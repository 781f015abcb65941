"""Suggestions from one generation at one moment: queries, articles, topics and providers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from searchsvc.analysis import title_key
from searchsvc.engine.generation import Generation, Moment
from searchsvc.scoring.statistics import LIVE
from searchsvc.search import MAX_SIZE
from searchsvc.suggest.building import stop_words, weigh, weigh_documents
from searchsvc.suggest.completions import Completion, completions, following
from searchsvc.suggest.lookup import Lookup
from searchsvc.suggest.marking import mark_start, mark_words
from searchsvc.suggest.mix import apportion
from searchsvc.suggest.names import NameFinder
from searchsvc.suggest.request import Kind, Suggestion, SuggestRequest
from searchsvc.suggest.surface import surface
from searchsvc.suggest.tables import NAMES
from searchsvc.suggest.titles import TitleFinder
from searchsvc.suggest.typed import Typed, read

ENOUGH = 3
"""Queries and articles with which other readings of what was typed are not looked at."""
MOST_READ = 10
"""Titles that are read for the words that follow what was typed."""
MOST_RESPELT = 4
"""Finished words in which a mistake is looked for, the last ones typed."""
NOTHING = Typed("", (), "")

_name_key = lru_cache(maxsize=4096)(title_key)


@dataclass(slots=True)
class _Found:
    """What has been found so far: queries by their terms, articles as documents, each of these and
    the names with the reading that found it.
    """

    queries: dict[str, Completion] = field(default_factory=dict)
    articles: dict[int, Typed] = field(default_factory=dict)
    names: dict[Kind, dict[str, Typed]] = field(
        default_factory=lambda: {name: {} for name in NAMES}
    )

    @property
    def is_anything(self) -> bool:
        return bool(self.queries or self.articles)

    @property
    def is_enough(self) -> bool:
        return len(self.queries) + len(self.articles) >= ENOUGH


def _form(typed: Typed, number: int) -> str:
    """A finished word as one term."""
    terms = typed.before[number].terms
    return terms.solid or terms.parts[0]


class Suggester:
    """Made anew when the live articles or their priors change; answers any number of requests."""

    def __init__(
        self, generation: Generation, moment: Moment, language: str, stem: Callable[[str], str]
    ) -> None:
        columns, index, tables = generation.columns, generation.index, generation.suggest
        self._generation = generation
        self._moment = moment
        weights = weigh_documents(columns, moment.live, generation.manifest.heat_pivot)
        weighed = tables.weighed
        if not np.array_equal(moment.live, index.statistics.states == LIVE):
            # An embargo has ended since the tables were made.
            weighed = weigh(
                *(index.segments, index.impacts, columns, tables.title_words),
                *(moment.live, weights, language),
            )
        self._lookup = Lookup(index, tables, weighed, weights, stop_words(language), stem)
        # The same word is met again with every letter that follows it.
        self._near = lru_cache(maxsize=4096)(self._lookup.near)
        priors = np.where(moment.live, moment.priors, np.float32(0.0))
        self._known_hottest: list[int] | None = None
        self._titles = TitleFinder(self._lookup, priors, columns.ranks["newest"])
        self._names = {
            name: NameFinder.of(
                columns.values[name].labels, tables.names[name], weighed.counts[name]
            )
            for name in NAMES
        }

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """The likeliest queries first, then articles, topics and providers."""
        is_empty = not request.query.strip()
        found = self._popular(request.size) if is_empty else self._found(request)
        named = {_name_key(name) for names in found.names.values() for name in names}
        queries = [query for key, query in found.queries.items() if key not in named]
        seats = apportion(
            {
                "query": len(queries),
                "article": len(found.articles),
                "topic": len(found.names["topic"]),
                "provider": len(found.names["provider"]),
            },
            request.size,
        )
        shown = [self._query(query) for query in queries[: seats["query"]]]
        for kind in NAMES:
            named_by = list(found.names[kind].items())[: seats[kind]]
            shown += [self._name(kind, name, typed) for name, typed in named_by]
        return (*shown, *self._articles(found.articles, seats["article"]))

    def _popular(self, size: int) -> _Found:
        """For an empty box: the topics of most articles, and the articles of the highest priors."""
        found = _Found(articles=dict.fromkeys(self._hottest()[:size], NOTHING))
        found.names["topic"] = dict.fromkeys(self._names["topic"].commonest(size), NOTHING)
        return found

    def _hottest(self) -> list[int]:
        if self._known_hottest is None:
            self._known_hottest = self._titles.best(
                np.flatnonzero(self._moment.live).astype(np.int32), MAX_SIZE
            )
        return self._known_hottest

    def _found(self, request: SuggestRequest) -> _Found:
        found = _Found()
        for typed in self._readings(request.query, found):
            self._look(typed, request.size, found)
            if found.is_enough or typed.is_filter:
                break
        return found

    def _readings(self, query: str, found: _Found) -> Iterator[Typed]:
        """As typed, then with one word spelt otherwise."""
        first = None
        for typed in read(query):
            first = first or typed
            yield typed
        if first is not None:
            yield from self._respelt(first, found)

    def _respelt(self, typed: Typed, found: _Found) -> Iterator[Typed]:
        """With another word for the one that no article has.

        If all are known, for any of them, but only for a single word or where nothing was found.
        """
        lookup = self._lookup
        numbers = range(len(typed.before))[-MOST_RESPELT:]
        unknown = [number for number in numbers if not lookup.has_form(_form(typed, number))]
        is_last_unknown = bool(typed.last) and not lookup.can_begin(typed.last)
        if len(unknown) + is_last_unknown > 1:
            return
        if not unknown and not is_last_unknown and typed.before and found.is_anything:
            return
        if not unknown:
            for term in self._near(typed.last, is_whole=False):
                yield typed.with_last(term)
        for number in unknown or (() if is_last_unknown else numbers):
            for term in self._near(_form(typed, number), is_whole=True):
                yield typed.with_word(number, term)

    def _look(self, typed: Typed, size: int, found: _Found) -> None:
        lookup = self._lookup
        for kind in NAMES:
            for name in self._names[kind].find(typed.joined, size):
                found.names[kind].setdefault(name, typed)
        if typed.is_filter:
            return
        terms = lookup.terms(typed)
        beside = lookup.beside(terms, typed.last) if terms and typed.last else None
        docs = self._titles.find(typed, beside, size)
        for doc in docs:
            found.articles.setdefault(doc, typed)
        queries = completions(lookup, typed, beside, size)
        if not typed.last and len(queries) < size:
            titles = ((doc, str(self._stored(doc)["title"])) for doc in docs[:MOST_READ])
            queries += following(lookup, typed, titles, size)
        for query in queries:
            found.queries.setdefault(self._key(query), query)

    def _stored(self, doc: int) -> dict[str, Any]:
        fields: dict[str, Any] = orjson.loads(self._generation.stored(doc))
        return fields

    def _key(self, query: Completion) -> str:
        """The whole query as `title_key` has it."""
        return " ".join([*self._lookup.terms(query.typed), *query.terms])

    def _query(self, query: Completion) -> Suggestion:
        stored = self._stored(query.example)
        texts = (stored["title"], *stored["topics"], stored["excerpt"])
        head, completed = query.typed.head, surface(query.terms, texts)
        return Suggestion("query", head + completed, mark_start(head, completed, query.typed.last))

    def _articles(self, found: Mapping[int, Typed], count: int) -> Iterator[Suggestion]:
        """Each title once: many sites bring the same news."""
        seen: set[str] = set()
        for doc, typed in found.items():
            if len(seen) == count:
                return
            article = self._article(doc, typed)
            if article.text not in seen:
                seen.add(article.text)
                yield article

    def _article(self, doc: int, typed: Typed) -> Suggestion:
        stored = self._stored(doc)
        title = stored["title"]
        stem = self._lookup.stem
        stems = {stem(term) for term in self._lookup.terms(typed)}
        highlight = mark_words(title, stems, typed.last, stem, typed.joined)
        return Suggestion("article", title, highlight, stored["url"])

    def _name(self, kind: Kind, name: str, typed: Typed) -> Suggestion:
        terms = set(self._lookup.terms(typed))
        return Suggestion(kind, name, mark_words(name, terms, typed.last, str))
