"""Suggestions over what an engine finds: queries, articles, topics and providers."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from searchsvc.analysis import title_key
from searchsvc.suggest.marking import mark_start, mark_words
from searchsvc.suggest.request import Kind, Suggestion, SuggestRequest
from searchsvc.suggest.surface import surface
from searchsvc.suggest.tables import NAMES
from searchsvc.suggest.typed import Typed, read

FAVOUR: Mapping[Kind, float] = {"query": 5.0, "article": 3.0, "topic": 2.0, "provider": 1.2}
"""Of ten: five queries, three articles, a topic and a provider."""
ENOUGH = 3
"""Queries and articles with which other readings of what was typed are not looked at."""
MOST_RESPELT = 4
"""Finished words in which a mistake is looked for, the last ones typed."""
_NOTHING = Typed("", (), "")

_name_key = lru_cache(maxsize=4096)(title_key)

ArticleT = TypeVar("ArticleT", bound=Hashable)
"""What an engine knows an article by."""


def apportion(available: Mapping[Kind, int], size: int) -> dict[Kind, int]:
    """Seats for each kind by D'Hondt's method; unused seats go to the other kinds."""
    seats: dict[Kind, int] = dict.fromkeys(available, 0)
    for _ in range(min(size, sum(available.values()))):
        waiting = [kind for kind in available if seats[kind] < available[kind]]
        chosen = max(waiting, key=lambda kind: FAVOUR[kind] / (seats[kind] + 1))
        seats[chosen] += 1
    return seats


class Completed(NamedTuple, Generic[ArticleT]):
    """Words that complete what was typed, and an article that has them."""

    typed: Typed
    words: Sequence[str]
    example: ArticleT


class FinishedWords(Protocol):
    """The words before the one that is being typed: as terms, and their stems."""

    @property
    def terms(self) -> Sequence[str]: ...
    @property
    def stems(self) -> Sequence[str]: ...


class SuggestSource(Protocol[ArticleT]):
    """What an engine finds for one reading of what is typed, of live articles."""

    @property
    def language(self) -> str: ...

    def hottest(self, count: int) -> Iterable[ArticleT]:
        """The articles of the highest priors."""

    def commonest(self, kind: Kind, count: int) -> Iterable[str]:
        """The names of most articles."""

    def names(self, kind: Kind, typed: str, count: int) -> Iterable[str]:
        """The names of which a word begins so, those of most articles first."""

    def finished(self, typed: Typed, /) -> FinishedWords: ...

    def completed(
        self, typed: Typed, size: int
    ) -> tuple[Iterable[ArticleT], Iterable[Completed[ArticleT]]]:
        """Articles that begin as typed or have all words, and queries that it may become."""

    def are_known(self, terms: Sequence[str]) -> Sequence[bool]:
        """Which of the terms some article has in any form."""

    def begins_any(self, start: str) -> bool:
        """Whether a word of some article begins so."""

    def near(self, term: str, is_whole: bool, /) -> Iterable[str]:
        """Words that may have been meant instead of a term, or that begin with about that."""

    def stem(self, term: str) -> str: ...

    def stored(self, article: ArticleT) -> Mapping[str, Any]:
        """What is shown of an article."""


@dataclass(slots=True)
class _Found(Generic[ArticleT]):
    """What has been found so far: queries by their terms, and articles and names, each with the
    reading that found it.
    """

    queries: dict[str, Completed[ArticleT]] = field(default_factory=dict)
    articles: dict[ArticleT, Typed] = field(default_factory=dict)
    names: dict[Kind, dict[str, Typed]] = field(
        default_factory=lambda: {name: {} for name in NAMES}
    )

    @property
    def is_enough(self) -> bool:
        return len(self.queries) + len(self.articles) >= ENOUGH


class Suggester(Generic[ArticleT]):
    """Answers any number of requests."""

    def __init__(self, source: SuggestSource[ArticleT]) -> None:
        self._source = source
        self._language = source.language

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

    def _popular(self, size: int) -> _Found[ArticleT]:
        """For an empty box: the topics of most articles, and the articles of the highest priors."""
        found = _Found(articles=dict.fromkeys(self._source.hottest(size), _NOTHING))
        found.names["topic"] = dict.fromkeys(self._source.commonest("topic", size), _NOTHING)
        return found

    def _found(self, request: SuggestRequest) -> _Found[ArticleT]:
        found: _Found[ArticleT] = _Found()
        for typed in self._readings(request.query, found):
            self._look(typed, request.size, found)
            if found.is_enough or typed.is_filter:
                break
        return found

    def _readings(self, query: str, found: _Found[ArticleT]) -> Iterator[Typed]:
        """As typed, then with one word spelt otherwise."""
        first = None
        for typed in read(query, self._language):
            first = first or typed
            yield typed
        if first is not None:
            yield from self._respelt(first, found)

    def _respelt(self, typed: Typed, found: _Found[ArticleT]) -> Iterator[Typed]:
        """With another word for the one that no article has.

        If all are known, for any of them, but only for a single word or where nothing was found.
        """
        source = self._source
        numbers = range(len(typed.before))[-MOST_RESPELT:]
        are_known = source.are_known([typed.form(number) for number in numbers])
        unknown = [number for number, known in zip(numbers, are_known, strict=True) if not known]
        is_last_unknown = bool(typed.last) and not source.begins_any(typed.last)
        if len(unknown) + is_last_unknown > 1:
            return
        is_anything = found.queries or found.articles
        if not unknown and not is_last_unknown and typed.before and is_anything:
            return
        if not unknown:
            for term in source.near(typed.last, False):
                yield typed.with_last(term)
        for number in unknown or (() if is_last_unknown else numbers):
            for term in source.near(typed.form(number), True):
                yield typed.with_word(number, term)

    def _look(self, typed: Typed, size: int, found: _Found[ArticleT]) -> None:
        source = self._source
        for kind in NAMES:
            for name in source.names(kind, typed.joined, size):
                found.names[kind].setdefault(name, typed)
        if typed.is_filter:
            return
        articles, queries = source.completed(typed, size)
        for article in articles:
            found.articles.setdefault(article, typed)
        before = source.finished(typed).terms
        for query in queries:
            found.queries.setdefault(" ".join([*before, *query.words]), query)

    def _query(self, query: Completed[ArticleT]) -> Suggestion:
        stored = self._source.stored(query.example)
        texts = (stored["title"], *stored["topics"], stored["excerpt"])
        head, completed = query.typed.head, surface(query.words, texts, self._language)
        return Suggestion("query", head + completed, mark_start(head, completed, query.typed.last))

    def _articles(self, found: Mapping[ArticleT, Typed], count: int) -> Iterator[Suggestion]:
        """Each title once: many sites bring the same news."""
        seen: set[str] = set()
        for article, typed in found.items():
            if len(seen) == count:
                return
            suggestion = self._article(article, typed)
            if suggestion.text not in seen:
                seen.add(suggestion.text)
                yield suggestion

    def _article(self, article: ArticleT, typed: Typed) -> Suggestion:
        source = self._source
        stored = source.stored(article)
        title, stems = stored["title"], set(source.finished(typed).stems)
        highlight = mark_words(title, stems, typed.last, source.stem, typed.joined, self._language)
        date, image = stored["published_at"], stored["image"]
        return Suggestion("article", title, highlight, stored["url"], date, image)

    def _name(self, kind: Kind, name: str, typed: Typed) -> Suggestion:
        terms = set(self._source.finished(typed).terms)
        highlight = mark_words(name, terms, typed.last, str, language=self._language)
        return Suggestion(kind, name, highlight)
