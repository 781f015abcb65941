"""Escaped HTML with the matched words in `<mark>`, and the passage of a text worth showing."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchsvc.marking import Finder, Span
from searchsvc.query.nodes import Node, positive

PASSAGE_LENGTH = 200
"""Characters of an excerpt that are shown, more or less a word."""
_WINDOW = PASSAGE_LENGTH - 40
"""How near to each other matches must be to be shown together, after some words before them."""


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Shows titles whole, and of excerpts the best passage, with what a query matches in each."""

    title: Finder
    excerpt: Finder

    @classmethod
    def of(cls, node: Node, language: str) -> Highlighter:
        leaves = positive(node)
        everywhere = Finder.of(leaves, language)
        if all(leaf.field is None for leaf in leaves):
            return cls(everywhere, everywhere)
        title, excerpt = (
            Finder.of([leaf for leaf in leaves if leaf.field in (None, field)], language)
            for field in ("title", "excerpt")
        )
        return cls(title, excerpt)

    def highlights(self, texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Title and excerpt of each article, highlighted."""
        titles, excerpts = [title for title, _ in texts], [excerpt for _, excerpt in texts]
        if self.title is self.excerpt:
            spans = self.title.spans(titles + excerpts)
        else:
            spans = self.title.spans(titles) + self.excerpt.spans(excerpts)
        for number, (title, excerpt) in enumerate(texts):
            yield (
                _marked(title, spans[number], 0, len(title)),
                _passage(excerpt, spans[len(texts) + number]),
            )

    def whole(self, title: str) -> str:
        """All of a title."""
        (spans,) = self.title.spans([title])
        return _marked(title, spans, 0, len(title))

    def passage(self, excerpt: str) -> str:
        """The part of an excerpt that holds most different matches, the earliest such."""
        (spans,) = self.excerpt.spans([excerpt])
        return _passage(excerpt, spans)


def _passage(text: str, spans: Sequence[Span]) -> str:
    if len(text) <= PASSAGE_LENGTH:
        return _marked(text, spans, 0, len(text))
    start, end = _best_window(text, spans)
    lead = "… " if start else ""
    tail = " …" if end < len(text) else ""
    return lead + _marked(text, spans, start, end) + tail


def _best_window(text: str, spans: Sequence[Span]) -> tuple[int, int]:
    best = _densest(spans)
    # Some words before the first match tell what it is about.
    start = max(0, min(best - 40, len(text) - PASSAGE_LENGTH)) if best > 60 else 0
    if start:
        start = _after_space(text, start)
    end = min(len(text), start + PASSAGE_LENGTH)
    return start, _before_space(text, end) if end < len(text) else end


def _densest(spans: Sequence[Span]) -> int:
    """Where the earliest of the windows begins that hold most different terms."""
    best, best_count = 0, 0
    inside: Counter[str] = Counter()
    following = 0
    for number, (start, _, term) in enumerate(spans):
        following = max(following, number)
        while following < len(spans) and spans[following][1] <= start + _WINDOW:
            inside[spans[following][2]] += 1
            following += 1
        if len(inside) > best_count:
            best, best_count = start, len(inside)
        if number < following:
            inside[term] -= 1
            if not inside[term]:
                del inside[term]
    return best


def _after_space(text: str, position: int) -> int:
    space = text.find(" ", position, position + 30)
    return position if space < 0 else space + 1


def _before_space(text: str, position: int) -> int:
    space = text.rfind(" ", position - 30, position + 1)
    return position if space < 0 else space


def _marked(text: str, spans: Sequence[Span], start: int, end: int) -> str:
    escape = html.escape if _has_special(text) else None
    marked = ""
    done = start
    for begin, stop, _ in spans:
        if done <= begin and stop <= end:
            before, word = text[done:begin], text[begin:stop]
            if escape:
                before, word = escape(before), escape(word) if _has_special(word) else word
            marked += f"{before}<mark>{word}</mark>"
            done = stop
    rest = text[done:end]
    return marked + (escape(rest) if escape else rest)


def _has_special(text: str) -> bool:
    """Whether escaping changes it: in most texts nothing, and looking is a tenth of the work."""
    return "'" in text or '"' in text or "&" in text or "<" in text or ">" in text
