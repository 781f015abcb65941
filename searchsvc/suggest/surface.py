"""Terms as people write them: `covid-19` for covid and 19, `café` for cafe."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from searchsvc.analysis import Token, is_cjk, words

_POSSESSIVE = re.compile("['\u2019\u02bc\u2018\u00b4`\uff07]s$", re.IGNORECASE)

_BEFORE_WORDS = ' ,;:?!"(\u2018\u201c'
_END_OF_WORD = re.compile(r"(?:['\u2019]s)?(?:[\s,;:?!\")\u201d]|\.?$|\.\s)")
"""What is surely none of a word."""
TEXTS_KEPT = 1024


@lru_cache(maxsize=TEXTS_KEPT)
def words_of(text: str, language: str = "en") -> tuple[Token, ...]:
    """The words of a title: with each letter that a reader types, many titles come again."""
    return tuple(words(text, language))


def surface(terms: Sequence[str], texts: Sequence[str], language: str = "en") -> str:
    """The terms as the first of the texts that has them one after the other writes them.

    In lower case, and without a possessive at the end; the terms themselves if none has.
    """
    plain = " ".join(terms)
    if _stands_in(texts[0].lower(), plain):
        return plain  # nearly always, and what follows takes much longer
    for text in texts:
        words = words_of(text, language)
        parts = [part for word in words for part in _parts(word)]
        for start in range(len(parts) - len(terms) + 1):
            found = parts[start : start + len(terms)]
            if found[0].begins and found[-1].ends and [part.term for part in found] == [*terms]:
                return _POSSESSIVE.sub("", _written(text, found)).lower()
        for word in words:
            if [word.terms.solid] == [*terms]:
                return text[word.start : word.end].lower()
    return plain


def _stands_in(text: str, plain: str) -> bool:
    """Whether ASCII terms stand in a text just so, not as a part of any word."""
    start = text.find(plain) if plain.isascii() else -1
    while start >= 0:
        if text[max(start - 1, 0) : start] in _BEFORE_WORDS:
            if _END_OF_WORD.match(text, start + len(plain)):
                return True
        start = text.find(plain, start + 1)
    return False


class _ShownTerm(NamedTuple):
    """A term in a text; `begins` and `ends` a word that can be shown."""

    term: str
    start: int
    end: int
    begins: bool
    ends: bool


def _parts(word: Token) -> Iterator[_ShownTerm]:
    terms, last = word.terms.parts, len(word.terms.parts) - 1
    for number, term in enumerate(terms):
        if is_cjk(word.terms):
            start = word.start + number
            yield _ShownTerm(term, start, start + len(term), True, True)
        else:
            yield _ShownTerm(term, word.start, word.end, number == 0, number == last)


def _written(text: str, parts: Sequence[_ShownTerm]) -> str:
    """Without the punctuation between words; parts of one word overlap."""
    written, done = "", parts[0].start
    for part in parts:
        written += (
            " " * (part.start >= done and written != "") + text[max(part.start, done) : part.end]
        )
        done = max(part.end, done)
    return written
