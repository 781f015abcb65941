"""The part of a suggestion that was typed, in `<mark>`; everything else escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Set

from searchsvc.analysis import Token, fold, is_cjk
from searchsvc.suggest.surface import words_of

Span = tuple[int, int]

_SPECIAL = re.compile("[&<>\"']")


def mark_start(head: str, completed: str, last: str) -> str:
    """What was typed before, and of a completion what agrees with the start of the word."""
    return _marked(head + completed, [(0, len(head) + same_letters(completed, last))])


def mark_words(
    text: str,
    stems: Set[str],
    last: str,
    stem: Callable[[str], str],
    start: str = "",
    language: str = "en",
) -> str:
    """All words of a text that have one of the stems, and of those that begin with `last`, that.

    Should the text begin with the terms of `start`, only words up to there are marked.
    """
    found = words_of(text, language)
    if start:
        terms = [part for word in found for part in word.terms.parts]
        if " ".join(terms).startswith(start):
            found = found[: start.count(" ") + 1]
    return _marked(text, (span for word in found for span in _spans(word, text, stems, last, stem)))


def _spans(
    word: Token, text: str, stems: Set[str], last: str, stem: Callable[[str], str]
) -> Iterator[Span]:
    terms = word.terms
    if is_cjk(terms):
        for place, part in enumerate(terms.parts, start=word.start):
            if part in stems or last and part.startswith(last):
                yield place, place + (len(part) if part in stems else len(last))
        return
    forms = (*terms.parts, terms.solid) if terms.solid else terms.parts
    if stems and not stems.isdisjoint(map(stem, forms)):
        yield word.start, word.end
    elif last and (forms[0].startswith(last) or forms[-1].startswith(last)):
        yield word.start, word.start + same_letters(text[word.start : word.end], last)
    elif last and any(form.startswith(last) for form in forms):
        yield word.start, word.end


def same_letters(text: str, typed: str) -> int:
    """How many characters of a text spell the typed term, or as much of it as they do.

    Accents and the points within acronyms are none of the term.
    """
    if text[: len(typed)].lower() == typed:
        return len(typed)
    size = 0
    for end in range(1, len(text) + 1):
        spelt = "".join(filter(_counts, fold(text[:end])))
        if spelt and typed.startswith(spelt):
            size = end
        if len(spelt) >= len(typed):
            return end if spelt.startswith(typed) else size
    return size


def _counts(character: str) -> bool:
    return character.isalnum() or character in "+#"


def _marked(text: str, spans: Iterable[Span]) -> str:
    """Spans in order; those that touch are one."""
    escape = html.escape if _SPECIAL.search(text) else str
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    marked, done = "", 0
    for start, end in merged:
        marked += f"{escape(text[done:start])}<mark>{escape(text[start:end])}</mark>"
        done = end
    return marked + escape(text[done:])
