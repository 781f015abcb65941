"""Suggestions from one index view: queries, articles, topics and providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from searchsvc.analysis import title_key
from searchsvc.index.segment import TITLE_KEY
from searchsvc.index.strings import encoded
from searchsvc.suggest.completions import Completion, completions, following
from searchsvc.suggest.lookup import Lookup
from searchsvc.suggest.marking import mark_start, mark_words
from searchsvc.suggest.request import Kind, Suggestion, SuggestRequest
from searchsvc.suggest.surface import surface
from searchsvc.suggest.tables import NAMES, SuggestTables
from searchsvc.suggest.typed import Typed, read

if TYPE_CHECKING:
    from searchsvc.search.view import IndexView

FAVOUR: Mapping[Kind, float] = {"query": 5.0, "article": 3.0, "topic": 2.0, "provider": 1.2}
"""Of ten: five queries, three articles, a topic and a provider."""
ENOUGH = 3
"""Queries and articles with which other readings of what was typed are not looked at."""
MOST_READ = 10
"""Titles that are read for the words that follow what was typed."""
MOST_RESPELT = 4
"""Finished words in which a mistake is looked for, the last ones typed."""
NOTHING = Typed("", (), "")

_name_key = lru_cache(maxsize=4096)(title_key)


def apportion(available: Mapping[Kind, int], size: int) -> dict[Kind, int]:
    """Seats for each kind by D'Hondt's method; unused seats go to the other kinds."""
    seats: dict[Kind, int] = dict.fromkeys(available, 0)
    for _ in range(min(size, sum(available.values()))):
        waiting = [kind for kind in available if seats[kind] < available[kind]]
        chosen = max(waiting, key=lambda kind: FAVOUR[kind] / (seats[kind] + 1))
        seats[chosen] += 1
    return seats


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
    def is_enough(self) -> bool:
        return len(self.queries) + len(self.articles) >= ENOUGH


class Suggester:
    """Made anew when the view changes; answers any number of requests.

    `tables` are those of the view's generation; they are opened where none are given.
    """

    def __init__(self, view: IndexView, tables: SuggestTables | None = None) -> None:
        self._generation = view.generation
        self._language = view.language
        self._lookup = Lookup(view, tables or SuggestTables.load(view.generation))
        self._finished = lru_cache(maxsize=16)(self._lookup.finished)

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """The likeliest queries first, then topics, providers and articles."""
        is_empty = not request.query.strip()
        found = self._popular(request.size) if is_empty else self._found(request)
        named = {_name_key(n, self._language) for names in found.names.values() for n in names}
        queries = [query for key, query in found.queries.items() if key not in named]
        available: dict[Kind, int] = {"query": len(queries), "article": len(found.articles)}
        seats = apportion(available | {k: len(n) for k, n in found.names.items()}, request.size)
        shown = [self._query(query) for query in queries[: seats["query"]]]
        for kind in NAMES:
            named_by = list(found.names[kind].items())[: seats[kind]]
            shown += [self._name(kind, name, typed) for name, typed in named_by]
        return (*shown, *self._articles(found.articles, seats["article"]))

    def _popular(self, size: int) -> _Found:
        """For an empty box: the topics of most articles, and the articles of the highest priors."""
        found = _Found(articles=dict.fromkeys(self._lookup.hottest[:size], NOTHING))
        found.names["topic"] = dict.fromkeys(self._lookup.commonest("topic", size), NOTHING)
        return found

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
        for typed in read(query, self._language):
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
        unknown = [number for number in numbers if not lookup.has_form(typed.form(number))]
        is_last_unknown = bool(typed.last) and not lookup.best_beginning(typed.last)
        if len(unknown) + is_last_unknown > 1:
            return
        is_anything = found.queries or found.articles
        if not unknown and not is_last_unknown and typed.before and is_anything:
            return
        if not unknown:
            for term in lookup.near(typed.last, False):
                yield typed.with_last(term)
        for number in unknown or (() if is_last_unknown else numbers):
            for term in lookup.near(typed.form(number), True):
                yield typed.with_word(number, term)

    def _look(self, typed: Typed, size: int, found: _Found) -> None:
        lookup = self._lookup
        for kind in NAMES:
            for name in lookup.names(kind, typed.joined, size):
                found.names[kind].setdefault(name, typed)
        if typed.is_filter:
            return
        finished = self._finished(typed)
        stems = finished.stem_numbers
        beside = lookup.beside(stems, typed.last) if stems and typed.last else None
        docs = self._beginning(typed, size)
        if len(docs) < size:
            if beside is not None:
                more = lookup.best_docs([beside.docs], 2 * size)
            elif stems:
                more = lookup.titled(stems, 2 * size)
            else:
                more = lookup.best_docs(lookup.with_title_word(typed.last), 2 * size)
            docs = list(dict.fromkeys([*docs, *more]))[:size]
        for doc in docs:
            found.articles.setdefault(doc, typed)
        queries = completions(lookup, typed, finished, beside, size)
        if not typed.last and len(queries) < size:
            queries += following(lookup, typed, finished, docs[:MOST_READ], size)
        for query in queries:
            key = " ".join([*finished.terms, *map(lookup.term, query.words)])
            found.queries.setdefault(key, query)

    def _beginning(self, typed: Typed, size: int) -> list[int]:
        """Articles whose title begins as typed; of long titles the index keeps the beginning."""
        start = typed.joined
        docs = self._lookup.best_docs(self._lookup.beginning(start), size)
        if len(encoded(start)) <= TITLE_KEY:
            return docs
        titles = ((doc, title_key(self._stored(doc)["title"], self._language)) for doc in docs)
        return [doc for doc, key in titles if f"{key} ".startswith(start)]

    def _stored(self, doc: int) -> dict[str, Any]:
        fields: dict[str, Any] = orjson.loads(self._generation.stored_of([doc])[0])
        return fields

    def _query(self, query: Completion) -> Suggestion:
        stored = self._stored(query.example)
        texts = (stored["title"], *stored["topics"], stored["excerpt"])
        terms = [self._lookup.term(word) for word in query.words]
        head, completed = query.typed.head, surface(terms, texts, self._language)
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
        stems = set(self._finished(typed).stems)
        highlight = mark_words(
            title, stems, typed.last, self._lookup.stem, typed.joined, self._language
        )
        date, image = stored["published_at"], stored["image"]
        return Suggestion("article", title, highlight, stored["url"], date, image)

    def _name(self, kind: Kind, name: str, typed: Typed) -> Suggestion:
        terms = set(self._finished(typed).terms)
        highlight = mark_words(name, terms, typed.last, str, language=self._language)
        return Suggestion(kind, name, highlight)
