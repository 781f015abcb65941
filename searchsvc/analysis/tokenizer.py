"""The tokeniser: where the words of a text begin and end.

A word is matched by one regular expression and then looked up in a memo of token forms, so that
the cost of folding is paid once for each distinct word, not for each occurrence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

from searchsvc.analysis.folding import fold
from searchsvc.analysis.function_words import function_words
from searchsvc.analysis.languages import COMMA_DECIMALS
from searchsvc.analysis.scripts import (
    APOSTROPHES,
    CAPITAL,
    HYPHENS,
    INTERPUNCTS,
    KATAKANA,
    LETTER,
    LETTERS,
    MARKS,
    PICTURE,
    POINTS,
    SMALL,
    SPACES,
    UNSPACED,
)
from searchsvc.analysis.token_forms import WORD_JOINER, Terms, forms_of

BREAK = "\n"
"""Between two values of one field: no phrase reaches across it."""
BREAK_POSITIONS = 100
_STRAIGHT = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'})

_WORD = re.compile(
    rf"""\n
    | [{UNSPACED}]+
      (?: (?: (?<=[{KATAKANA}])[\u30fb\uff65](?=[{KATAKANA}]) | [\u200b-\u200d] )
          [{UNSPACED}]+ )*
    | [#＃](?=\w*(?:[{SMALL}0-9][{CAPITAL}]|[{CAPITAL}]{{2}}[{SMALL}]{{2}})) {LETTERS}
    | [{POINTS}](?<![\w.].)(?=[Nn][Ee][Tt]\b) {LETTERS}
    | [A-Za-z\u017f\u212aＡ-Ｚａ-ｚ] (?=[+＋#＃]) (?<![^\W_{UNSPACED}{MARKS}].)
      (?: [+＋]{{2}} | [#＃] ) (?!\w)
    | {LETTER} (?=\.?{WORD_JOINER}) (?<!\w.) \.? (?: {WORD_JOINER} {LETTER} \.? )+ (?!\w)
    | [A-Z]{{2}} (?=\.{WORD_JOINER}) (?<!\w..) \. (?: {WORD_JOINER} [A-Z]{{2}} \. )+ (?!\w)
    | [&＆] (?<![^\s\w].) (?![^\s\w])
    | [{APOSTROPHES}] (?<![^\s].) [nN] [{APOSTROPHES}]? (?!\S)
    | [nN] (?<!\S.) [{APOSTROPHES}] (?!\S)
    | {LETTERS}
      (?: (?: [{APOSTROPHES}{POINTS}&＆{HYPHENS}] | (?<=\d)[,，\u066b\u066c](?=\d)
            | (?<=\d){WORD_JOINER}(?=\d{{3}}(?!\d))
            | (?<=[lL])[{INTERPUNCTS}](?=[lL])
            | (?<=[\u05d0-\u05ea])["\u05f3\u05f4](?=[\u05d0-\u05ea])
            | (?<=[{POINTS}][^\W\d_])[{POINTS}][{APOSTROPHES}{HYPHENS}] )
          {LETTERS} )*
      (?: (?<![^\W\d]{{2}}) [+＋]{{2}} )?
    | [\U0001f1e6-\U0001f1ff]{{2}}
    | {PICTURE} (?: \u200d (?: {PICTURE} | [\u2190-\u2bff] ) )*""",
    re.VERBOSE,  # not IGNORECASE, which looks at every letter of every range: .1 s at each start
)
_SPACED = re.compile(
    rf"""(?:(?<![\w.&{APOSTROPHES}{HYPHENS}])
      (?: {LETTER} (?: \.?[{SPACES}]{LETTER} )+ \b (?!\.\w|[{APOSTROPHES}{HYPHENS}&+\#])
        | ([A-Z])\1 (?: \.[{SPACES}]([A-Z])\2 )+ (?=\.(?!\w)) )
      | (?<!\w[^\W\d_])(?<![\d.,_&{APOSTROPHES}{HYPHENS}])
        \d{{1,3}} (?: [{SPACES}]\d{{3}} )+ (?!\d) )""",
    re.VERBOSE,
)
"""One word with spaces in it: initials, also doubled (EE. UU.), or the thousands of a number."""
_HINT = re.compile(
    rf"[{SPACES}](?:(?<!\w\w.)[^\W\d_](?!\w)|(?<=\d.)\d{{3}}(?!\d)|(?<=\..)([A-Z])\1\.)"
)
"""A space in every such word, which is found in less time than the word."""
_BEFORE = re.compile(rf"(?:([A-Z])\1\.|{LETTER}\.?|\d{{1,3}})\Z")
_THOUSANDS = re.compile(rf"[{SPACES}]0\d\d")
"""No number begins so, whatever the language: it goes with the digits before it."""
_SPACE = re.compile(f"[{SPACES}]")
_MAYBE_SPACED = re.compile(r"(?<!\S)(?:[A-Za-z] [A-Za-z](?!\S)|\d+ \d{3}(?!\d))")


_BEFORE_WORD = "\"'([\u2018\u2019\u201c\u201d"
_BEHIND_WORD = ".,:;!?\"')]\u2018\u2019\u201c\u201d"
"""Before and behind letters of ASCII these are no part of a word; a point is, in `.NET`."""
_POSSESSIVES = "'s", "\u2019s", "'S", "\u2019S"


@dataclass(frozen=True, slots=True)
class Token:
    """A word at text[start:end]; `position` is that of its first part in the field."""

    start: int
    end: int
    position: int
    terms: Terms


def words(text: str, language: str = "en") -> Iterator[Token]:
    """The words of a text in order; a BREAK moves the positions on and is no word."""
    position = 0
    terms_of = forms_of(language)
    for found in _WORD.finditer(bind(text, language)):
        raw = found[0]
        if raw == BREAK:
            position += BREAK_POSITIONS
            continue
        terms = terms_of(raw)
        if terms.parts:
            yield Token(found.start(), found.end(), position, terms)
            position += len(terms.parts)


def terms_in(text: str, language: str = "en") -> list[Terms]:
    """The terms of each word of a text, in order."""
    if is_bare(text):
        return list(map(forms_of(language), text.split()))
    return [word.terms for word in words(text, language)]


def is_bare(text: str) -> bool:
    """Whether there is nothing but letters and digits of ASCII, and spaces: as most queries are.

    Then the words are what stands between the spaces.
    """
    return text.isascii() and text.replace(" ", "").isalnum() and _MAYBE_SPACED.search(text) is None


def raw_words(text: str, language: str = "en") -> list[str]:
    """The words of a text as they stand there, and each BREAK: what `terms_of` is asked of.

    In a text that went through `bind`, no word reaches across white space, nor depends on what is
    beyond it.
    """
    return _WORD.findall(bind(text, language))


def plain_word(chunk: str) -> tuple[int, int, str] | None:
    """From where to where the one word is that a chunk without white space holds, and its only
    term, if it is of letters of ASCII, perhaps in the possessive: most are.
    """
    word = chunk.lstrip(_BEFORE_WORD)
    start = len(chunk) - len(word)
    word = word.rstrip(_BEHIND_WORD)
    end = start + len(word)
    if word.endswith(_POSSESSIVES):
        word = word[:-2]
    if not (word.isascii() and word.isalpha()) or word in ("n", "N"):
        return None
    return start, end, word.lower()


def title_key(text: str, language: str = "en") -> str:
    """A whole title as one term: equal for two titles of the same words in the same order."""
    return " ".join([part for terms in terms_in(text, language) for part in terms.parts])


def title_as_written(title: str) -> str:
    """Equal for titles that differ in nothing but case, accents, spaces and kinds of quotes."""
    return " ".join(fold(title.translate(_STRAIGHT)).split())


def bind(text: str, language: str = "en") -> str:
    """The text with a word joiner for every space inside a word: J. R. R. Tolkien, 10 000 km.

    It has the same length, so that every word stays where it is.
    """
    if _HINT.search(text) is None:
        return text
    bound: list[str] = []
    done = 0
    for hint in _HINT.finditer(text):
        space = hint.start()
        before = _BEFORE.search(text, max(space - 3, done), space)
        if before and (found := _SPACED.match(text, before.start())):
            bound += (text[done : found.start()], _binding(language)(found))
            done = found.end()
    return "".join((*bound, text[done:])) if bound else text


@cache
def _binding(language: str) -> partial[str]:
    letters = frozenset(word for word in function_words(language) if len(word) == 1)
    return partial(_bound, letters, language in COMMA_DECIMALS, language == "en")


def _bound(
    words: frozenset[str], has_spaced_numbers: bool, is_english: bool, found: re.Match[str]
) -> str:
    """What was found, joined if it is one word; `words` are the language's words of one letter."""
    text = found[0]
    if text[0].isdigit():
        has_sign = found.string[found.start() - 1 : found.start()].isalpha()  # R10 000
        is_one = not has_sign and (has_spaced_numbers or " " not in text)
        is_one = is_one or _THOUSANDS.search(text) is not None and text[0] != "0"
    elif "." in text:
        is_one = len(_SPACE.split(text)) == text.count(".") + 1
    elif text.isupper():
        is_one = is_english or not words.issuperset(_SPACE.split(text.lower()))
    else:
        is_one = bool(words) and text.islower() and words.isdisjoint(_SPACE.split(text))
    return _SPACE.sub(WORD_JOINER, text) if is_one else text
