"""Which typed words may be misspelt, how likely a correction is, and a query's text with it.

The likelihood is that of a noisy channel (Kernighan, Church and Gale, COLING 1990): how often the
word is asked for, which the articles stand in for, times how easily it becomes what was typed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from searchsvc.analysis import Terms, terms_in, words
from searchsvc.query.syntax import OPERATORS, scanned

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 9
"""Letters of a word as typed from which so many edits are put right."""
MAX_CORRECTED = 7
"""Words of a query in which some are corrected: who types more rarely means another one by it, and
the others find what is meant."""
LONGEST_ACRONYM = 5
LIKELY = 0.02
"""Against the likeliest word: others as likely are answered as well, and count so much less."""
MOST_CANDIDATES = 8
"""Words that are answered for one that is misspelt."""
_OR_BEFORE, _OR_BEHIND = re.compile(r"\bOR\s*$"), re.compile(r"\s*OR\b")

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


class TypedWord(NamedTuple):
    """A plain word of a query, text[start:end]: no syntax, not quoted, excluded, cut or a value."""

    start: int
    end: int
    terms: Terms


@dataclass(frozen=True, slots=True)
class Candidate:
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


def edits_allowed(word: str) -> int:
    """How many edits are put right in a folded word: none where it is short or holds a digit."""
    if len(word) < ONE_EDIT_FROM or any(unicodedata.category(c)[0] not in "LM" for c in word):
        return 0
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def may_be_misspelt(typed: str, place_in_query: int) -> bool:
    """Whether a word as it was typed is no name, acronym or number, by its capitals and digits.

    The first word of a query, at place 0, may begin with a capital like that of a sentence.
    """
    if any(character.isdigit() for character in typed):
        return False
    if place_in_query == 0 and not typed.isupper():
        typed = typed[:1].lower() + typed[1:]
    return typed == typed.lower()


def correctable(text: str, language: str = "en") -> list[Terms]:
    """The different plain words of a query that are corrected where no article has them.

    None of a query past MAX_CORRECTED words. Where every word has its capitals they say nothing,
    but short words in capitals throughout are taken for acronyms.
    """
    plain = list(typed_words(text, language))
    if len(plain) > MAX_CORRECTED:
        return []
    raw = [text[word.start : word.end] for word in plain]
    if text.isupper() or len(raw) > 1 and all(word[:1].isupper() for word in raw):
        is_acronym = [word.isupper() and len(word) <= LONGEST_ACRONYM for word in raw]
        raw = [word if kept else word.lower() for word, kept in zip(raw, is_acronym, strict=True)]
    found = (
        word.terms
        for place, (typed, word) in enumerate(zip(raw, plain, strict=True))
        if may_be_misspelt(typed, place) and any(map(edits_allowed, word.terms.parts))
    )
    return list(dict.fromkeys(found))


def splits(word: str) -> Iterator[tuple[str, str]]:
    """The two words that a long one may be, run together."""
    for place in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        yield word[:place], word[place:]


def rewritten(text: str, terms: Terms, replacement: str, language: str = "en") -> str:
    """A query's text in which a word, wherever it is a plain one, is replaced.

    Several words in place of one that stands beside an OR are in brackets: it binds only one.
    """
    found = text
    for start, end, word in reversed(list(typed_words(text, language))):
        if word == terms:
            is_beside_or = _OR_BEFORE.search(text[:start]) or _OR_BEHIND.match(text[end:])
            is_several = " " in replacement and is_beside_or
            instead = f"({replacement})" if is_several else replacement
            found = found[:start] + instead + found[end:]
    return found


def joined(text: str, language: str = "en") -> Iterator[tuple[str, Candidate]]:
    """The query's text with two plain neighbours run together, and these as a candidate."""
    plain = list(typed_words(text, language))
    for (start, first_end, first), (second_start, end, second) in zip(
        plain, plain[1:], strict=False
    ):
        if text[first_end:second_start].isspace() and _is_simple(first) and _is_simple(second):
            one = first.parts[0] + second.parts[0]
            candidate = Candidate(f"{first.parts[0]} {second.parts[0]}", one)
            yield text[:start] + one + text[end:], candidate


def last_word(text: str, language: str = "en") -> Terms | None:
    """The word that a query ends with."""
    found = terms_in(text, language)
    return found[-1] if found else None


def unquoted(text: str) -> str:
    """A query's text without its quotation marks."""
    return " ".join(text.translate(_QUOTES).replace('"', " ").split())


def verbatim(text: str, language: str = "en") -> str:
    """A query's text with each plain word in quotes: what is quoted is answered as it stands."""
    found = text
    for start, end, _ in reversed(list(typed_words(text, language))):
        found = f'{found[:start]}"{found[start:end]}"{found[end:]}'
    return found


def typed_words(text: str, language: str = "en") -> Iterator[TypedWord]:
    """The words of a query's text that are no syntax, in order."""
    is_plain = [True]
    """Of each open parenthesis."""
    is_negated = False
    for token in scanned(text, language):
        if token[0] in OPERATORS:
            is_negated = token[0] == "NOT"
            continue
        name = (token["name"] or "title").lower()
        counts = is_plain[-1] and name == "title" and not token["minus"] and not is_negated
        if token["open"]:
            is_plain.append(counts)
        elif token["close"]:
            if len(is_plain) > 1:
                is_plain.pop()
        elif token["chunk"] and counts and not any(sign in token["chunk"] for sign in "*?"):
            start = token.start("chunk")
            for word in words(text[start : token.end()], language):
                yield TypedWord(start + word.start, start + word.end, word.terms)
        is_negated = False


def _is_simple(terms: Terms) -> bool:
    return len(terms.parts) == 1 and terms.parts[0].isalpha()
