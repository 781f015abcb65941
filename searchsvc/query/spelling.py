"""What a misspelt word may stand for, how likely that is, and a query's text with it put right.

The likelihood is that of a noisy channel (Kernighan, Church and Gale, COLING 1990): how often the
word is asked for, which the articles stand in for, times how easily it becomes what was typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from searchsvc.analysis import Terms, is_bare, terms_in, terms_of, words

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 9
"""Letters of a word as typed from which so many edits are put right."""

LIKELY = 0.02
"""Against the likeliest word: others as likely are answered as well, and count so much less."""
MOST_READINGS = 8
"""Words that are answered for one that is misspelt."""

_LETTER = math.log(26)
"""A wrong letter could have been any other one; a letter left out or two swapped had no choice."""
_DOUBLED = 1.5
"""A letter typed twice is likelier than another wrong one."""
_TWO_EDITS = 8.0
_FIRST_LETTER = 0.7
_SPACE = 1.0
_FREQUENCY = 0.5
"""Half the logarithm: readers ask for rare words more often than articles write them."""
_SHORTEST_HALF = 3

_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02", '"'))
_QUOTED = re.compile(r'"[^"]*"')
_WORD_FIELD = "title:"
_OPERATORS = ("AND", "OR")


def edits_allowed(word: str) -> int:
    """How many edits are put right in a folded word: none where it is short or holds a digit."""
    if len(word) < ONE_EDIT_FROM or any(unicodedata.category(c)[0] not in "LM" for c in word):
        return 0
    return 2 if len(word) >= TWO_EDITS_FROM else 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed, as a word of the index some edits away, or as two with a space between."""

    typed: str
    meant: str
    edits: int = 1

    def unlikeliness(self, articles: int) -> float:
        """How unlikely it is that this was meant, if so many articles hold it: lower is likelier.

        Two words run together are one edit from what was meant, a little less likely than a letter.
        """
        typed, meant = self.typed, self.meant
        if self.edits > 1:
            cost = _TWO_EDITS * (self.edits - 1)
        elif len(meant) > len(typed) or sorted(meant) == sorted(typed):
            cost = 0.0
        else:
            cost = _LETTER - _DOUBLED * _doubles(typed, meant)
        if meant[0] != typed[0]:
            cost += _FIRST_LETTER
        if " " in meant:
            cost += _SPACE
        return cost - _FREQUENCY * math.log(max(articles, 1))


def _doubles(typed: str, meant: str) -> bool:
    """Whether a letter of the word that was meant was typed twice."""
    return any(
        typed[i] == typed[i + 1] and typed[:i] + typed[i + 1 :] == meant
        for i in range(len(typed) - 1)
    )


def splits(word: str) -> Iterator[tuple[str, str]]:
    """The two words that a long one may be, run together."""
    for place in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        yield word[:place], word[place:]


def rewritten(text: str, terms: Terms, replacement: str) -> str:
    """A query's text in which a word, wherever it is a plain one, is replaced."""
    found = text
    for start, end, word in reversed(list(_plain_words(text))):
        if word == terms:
            found = found[:start] + replacement + found[end:]
    return found


def joined(text: str) -> Iterator[tuple[str, Reading]]:
    """The query's text with two plain neighbours run together, and these as a reading."""
    plain = list(_plain_words(text))
    for (start, first_end, first), (second_start, end, second) in zip(
        plain, plain[1:], strict=False
    ):
        if text[first_end:second_start].isspace() and _is_simple(first) and _is_simple(second):
            one = first.parts[0] + second.parts[0]
            reading = Reading(f"{first.parts[0]} {second.parts[0]}", one)
            yield text[:start] + one + text[end:], reading


def last_word(text: str) -> Terms | None:
    """The word that a query ends with."""
    found = terms_in(text)
    return found[-1] if found else None


def unquoted(text: str) -> str:
    """A query's text without its quotation marks."""
    return " ".join(text.translate(_QUOTES).replace('"', " ").split())


def verbatim(text: str) -> str:
    """A query's text with each plain word in quotes: what is quoted is answered as it stands."""
    found = text
    for start, end, _ in reversed(list(_plain_words(text))):
        if text[end:][:1] != ":":  # else a field's name
            found = f'{found[:start]}"{found[start:end]}"{found[end:]}'
    return found


def _is_simple(terms: Terms) -> bool:
    return len(terms.parts) == 1 and terms.parts[0].isalpha()


def _plain_words(text: str) -> Iterator[tuple[int, int, Terms]]:
    """Start, end and terms of the words that are no syntax: not quoted, excluded, cut, values."""
    if is_bare(text):
        yield from _bare_words(text)
        return
    straight = text.translate(_QUOTES)
    parts = straight.split('"')
    if len(parts) % 2 and not "".join(parts[::2]).strip():
        return  # nothing but what is quoted
    quoted = [found.span() for found in _QUOTED.finditer(straight)]
    for word in words(text):
        if any(start <= word.start < end for start, end in quoted):
            continue
        if text[word.end :][:1] == "*" or text[word.start : word.end] in _OPERATORS:
            continue
        before = re.split(r"[\s(]", text[: word.start])[-1].lower().removeprefix(_WORD_FIELD)
        if not before.startswith("-") and ":" not in before and not before.endswith("*"):
            yield word.start, word.end, word.terms


def _bare_words(text: str) -> Iterator[tuple[int, int, Terms]]:
    """The same where there are no signs."""
    start = 0
    for raw in text.split(" "):
        end = start + len(raw)
        if raw and raw not in _OPERATORS:
            yield start, end, terms_of(raw)
        start = end + 1
