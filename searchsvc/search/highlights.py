"""The highlighter: escaped HTML with matches in `<mark>`, and the passage of a text to show."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from searchsvc.index.strings import decoded
from searchsvc.query.nodes import Node, positive
from searchsvc.search.match_finder import Match, MatchFinder
from searchsvc.search.result import Highlights

PASSAGE = 200
"""Characters of an excerpt that are shown, more or less a word."""
_WINDOW = PASSAGE - 40
"""How near to each other matches must be to be shown together, after some words before them."""
_BEFORE, _UNMOVED = 40, 60
"""Characters shown before the first match; so far from the beginning nothing is left out."""
_WORD = 30
"""Characters within which a passage begins and ends between words."""


@dataclass(frozen=True, slots=True)
class Highlighter:
    """Shows titles whole, and of excerpts or bodies the best passage, with what a query matches.

    The best passage is the one that holds most different matches, the earliest such. Threads may
    share a highlighter.
    """

    title: MatchFinder
    excerpt: MatchFinder
    body: MatchFinder

    @classmethod
    def of(cls, node: Node, language: str, names: frozenset[str] = frozenset()) -> Highlighter:
        leaves = positive(node)
        everywhere = MatchFinder.of(leaves, language, names)
        if all(leaf.field is None for leaf in leaves):
            return cls(everywhere, everywhere, everywhere)
        title, excerpt, body = (
            MatchFinder.of(
                [leaf for leaf in leaves if leaf.field in (None, field)], language, names
            )
            for field in ("title", "excerpt", "body")
        )
        return cls(title, excerpt, body)

    def highlights(
        self, title: bytes | str, excerpt: bytes | str, body: Callable[[], bytes] | None = None
    ) -> Highlights:
        """Those of an article; bytes are UTF-8.

        Where the excerpt holds no match, the best passage of the body stands in its place.
        """
        return Highlights(self._whole(_read(title)), self._passage(_read(excerpt), body))

    def _whole(self, title: str) -> str:
        return _marked(title, self.title.matches(title), 0, len(title))

    def _passage(self, text: str, body: Callable[[], bytes] | None) -> str:
        matches = self.excerpt.matches(text)
        if not matches and body:
            longer = decoded(body())
            found = self.body.matches(longer)
            if found or not text:
                text, matches = longer, found
        start, end = passage(text, matches)
        lead, tail = "… " if start else "", " …" if end < len(text) else ""
        return f"{lead}{_marked(text, matches, start, end)}{tail}"


def passage(text: str, matches: Sequence[Match]) -> tuple[int, int]:
    """From where to where a text is shown: some words before the first match introduce it."""
    length = len(text)
    if length <= PASSAGE:
        return 0, length
    best = _densest(matches)
    start = max(0, min(best - _BEFORE, length - PASSAGE)) if best > _UNMOVED else 0
    if start and (space := text.find(" ", start, start + _WORD)) >= 0:
        start = space + 1
    end = min(length, start + PASSAGE)
    if end < length and (space := text.rfind(" ", end - _WORD, end + 1)) >= 0:
        end = space
    return start, end


def _densest(matches: Sequence[Match]) -> int:
    """Where the earliest of the windows begins that hold most different terms."""
    best = most = last = 0
    inside: Counter[str] = Counter()
    for first, match in enumerate(matches):
        last = max(last, first)
        while last < len(matches) and matches[last].end <= match.start + _WINDOW:
            inside[matches[last].term] += 1
            last += 1
        if len(inside) > most:
            best, most = match.start, len(inside)
        if first < last:
            inside[match.term] -= 1
            if not inside[match.term]:
                del inside[match.term]
    return best


def _marked(text: str, matches: Sequence[Match], start: int, end: int) -> str:
    """text[start:end] with the matches that lie within it."""
    parts: list[str] = []
    for begin, stop, _ in matches:
        if start <= begin and stop <= end:
            parts += (html.escape(text[start:begin]), "<mark>", html.escape(text[begin:stop]))
            parts.append("</mark>")
            start = stop
    parts.append(html.escape(text[start:end]))
    return "".join(parts)


def _read(text: bytes | str) -> str:
    return text if isinstance(text, str) else decoded(text)
