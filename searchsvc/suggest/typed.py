"""Reading what stands in the box: the words that are finished, and the one that is being typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from searchsvc.analysis import Terms, Token, is_cjk, unfinished_number, words

_FILTER = r"-?(?:topic|provider|site|type|category|before|after|when):"
_OPERATORS = re.compile(
    rf"""(?<!\S)(?: (?: -\S+ | OR | {_FILTER}(?:"[^"]*"|\S*) ) (?=\s) | {_FILTER} | -?title: )""",
    re.VERBOSE,
)
"""What filters or excludes: no word of the articles that are looked for."""
_BESIDE_THE_POINT = re.compile(rf'(?<!\S)(?:-|{_FILTER})"?$')
_LONE_AMPERSAND = re.compile(r"(?<!\S)[&＆]$")
"""A word by itself; behind letters (AT&) more of them may follow."""

_OPENING = ' "(-:'
"""After these a word may begin at once."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One reading of the text.

    head     as typed, up to where a completion begins
    before   the finished words, each with its place in the head
    last     the start of the word being typed, folded; empty if a new word begins
    """

    head: str
    before: tuple[Token, ...]
    last: str

    @property
    def joined(self) -> str:
        """All terms in order, as `title_key` has them, with a space behind a finished word."""
        terms = [part for word in self.before for part in word.terms.parts]
        return " ".join([*terms, self.last])

    @property
    def is_filter(self) -> bool:
        """Whether what is being typed filters or excludes: no article with it is meant."""
        return _BESIDE_THE_POINT.search(self.head) is not None

    def form(self, number: int) -> str:
        """A finished word as one term."""
        terms = self.before[number].terms
        return terms.solid or terms.parts[0]

    def with_last(self, last: str) -> Typed:
        """The word being typed, spelt otherwise."""
        return replace(self, last=last)

    def with_word(self, number: int, term: str) -> Typed:
        """A finished word, spelt otherwise."""
        wrong = self.before[number]
        longer = len(term) - (wrong.end - wrong.start)
        after = (
            replace(word, start=word.start + longer, end=word.end + longer)
            for word in self.before[number + 1 :]
        )
        right = Token(wrong.start, wrong.end + longer, wrong.position, Terms((term,)))
        return Typed(
            self.head[: wrong.start] + term + self.head[wrong.end :],
            (*self.before[:number], right, *after),
            self.last,
        )


def read(text: str, language: str = "en") -> Iterator[Typed]:
    """The readings of a text, the likelier first; none if it holds no word."""
    is_finished = text[-1:].isspace() or _LONE_AMPERSAND.search(text)
    text = " ".join(text.split()) + (" " if is_finished else "")
    found = list(words(_OPERATORS.sub(_blank, text).rstrip("&＆"), language))
    if not found:
        return
    *before, last = found
    if " " in text[last.end :]:
        yield Typed(text if text[-1] in _OPENING else f"{text} ", tuple(found), "")
        return
    terms = last.terms
    if number := unfinished_number(text, language):
        yield Typed(text[: last.start], tuple(before), number)
    if terms.solid:
        yield Typed(text[: last.start], tuple(before), terms.solid)
        lead = " ".join(terms.parts[:-1])
        compound = Token(last.start, last.start + len(lead), last.position, Terms(terms.parts[:-1]))
        yield Typed(f"{text[: last.start]}{lead} ", (*before, compound), terms.parts[-1])
        return
    if is_cjk(terms) and len(terms.parts) > 1:
        # Each term is two letters, which overlap: the last one is still to be completed.
        before.append(replace(last, terms=Terms(terms.parts[:-1])))
        yield Typed(text[: last.end - len(terms.parts[-1])], tuple(before), terms.parts[-1])
        return
    yield Typed(text[: last.start], tuple(before), terms.parts[0])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])
