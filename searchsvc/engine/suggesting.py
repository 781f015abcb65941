"""Suggestions from the live articles of one generation, read one by one: right, and slow."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from searchsvc.analysis import title_key, words
from searchsvc.article import Article
from searchsvc.engine.generation import Generation, Moment
from searchsvc.suggest import Suggestion, SuggestRequest

SHARES = {"query": 5, "article": 3, "topic": 2, "provider": 1}


@dataclass(frozen=True, slots=True)
class _Read:
    article: Article
    key: str
    prior: float


class Suggester:
    def __init__(self, generation: Generation, moment: Moment) -> None:
        self._read = [
            _Read(article, title_key(article.title), float(moment.priors[doc]))
            for doc in np.flatnonzero(moment.live).tolist()
            if (article := Article.from_json(generation.stored(doc)))
        ]
        self._read.sort(key=lambda read: -read.prior)

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        typed = title_key(request.query)
        ended = request.query[-1:].isspace()
        before, last = (typed, "") if ended else _split(typed)
        found = [*self._queries(before, last), *self._articles(before, last)]
        found += self._names(typed)
        kept: list[Suggestion] = []
        counts: Counter[str] = Counter()
        for suggestion in found:
            if counts[suggestion.type] < SHARES[suggestion.type]:
                counts[suggestion.type] += 1
                kept.append(suggestion)
        return tuple(kept[: request.size])

    def _queries(self, before: str, last: str) -> list[Suggestion]:
        context = before.split()
        counts: Counter[str] = Counter()
        for read in self._read:
            held = read.key.split()
            if all(word in held for word in context) and (last or context):
                counts.update({word for word in held if word.startswith(last)} - set(context))
        return [
            _marked("query", " ".join([*context, word]), [" ".join([*context, last])])
            for word, _ in counts.most_common(5)
        ]

    def _articles(self, before: str, last: str) -> list[Suggestion]:
        context = before.split()
        return [
            _marked("article", read.article.title, [*context, last], read.article.url)
            for read in self._read
            if all(word in read.key.split() for word in context)
            and any(word.startswith(last) for word in read.key.split())
        ]

    def _names(self, typed: str) -> list[Suggestion]:
        found = []
        for kind in ("topic", "provider"):
            counts = Counter(name for read in self._read for name in _names(kind, read.article))
            for name, _ in counts.most_common():
                if f" {title_key(name)}".find(f" {typed}") >= 0:
                    found.append(_marked(kind, name, [typed]))
        return found


def _names(kind: str, article: Article) -> tuple[str, ...]:
    if kind == "topic":
        return article.topics
    name = article.provider and (article.provider.name or article.provider.domain)
    return (name,) if name else ()


def _split(typed: str) -> tuple[str, str]:
    before, _, last = typed.rpartition(" ")
    return before, last


def _marked(kind: str, text: str, typed: Iterable[str], url: str | None = None) -> Suggestion:
    spans = []
    for word in words(text):
        size = max((len(t) for t in typed if t and word.terms.parts[0].startswith(t)), default=0)
        if size:
            spans.append((word.start, word.start + size))
    marked, done = "", 0
    for start, end in spans:
        marked += f"{html.escape(text[done:start])}<mark>{html.escape(text[start:end])}</mark>"
        done = end
    return Suggestion(kind, text, marked + html.escape(text[done:]), url)  # type: ignore[arg-type]
