"""Text to terms: one tokeniser, folding, and two views of every word, as typed and stemmed.

A word of the text is matched by one regular expression and then looked up in a memo, so that the
cost of folding and stemming is paid once for each distinct word, not for each occurrence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from searchsvc.stemming import snowball

ANALYSIS_VERSION = 2
"""Part of every generation's manifest: raise it when terms change, and the next reindex is full."""

BREAK = "\n"
"""Between two values of one field: no phrase reaches across it."""
BREAK_POSITIONS = 100

LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german",
    "el": "greek", "en": "english", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""The languages that Snowball stems, by ISO 639-1 code."""

_CJK = (
    "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af\U00020000-\U0003ffff"
)
_MARKS = "".join(c for c in map(chr, range(0x300, 0x1100)) if unicodedata.category(c)[0] == "M")
"""Accents, points and vowel signs, which are part of the letter before: हिन्दी is one word."""
_LETTERS = rf"[^\W_{_CJK}]+(?:[{_MARKS}]+[^\W_{_CJK}]*)*"
_APOSTROPHES = "'\u2019\u02bc\u2018\u00b4`\uff07"
_HYPHENS = r"\-\u2010\u2011\uff0d"
_WORD = re.compile(
    rf"""\n
    | [{_CJK}]+
    | (?<![\w.])\.(?=NET\b) {_LETTERS}
    | (?<![^\W_{_CJK}{_MARKS}]) [A-Z] (?: \+\+ | \# ) (?!\w)
    | {_LETTERS} (?: (?: [{_APOSTROPHES}.&{_HYPHENS}] | (?<=\d),(?=\d) ) {_LETTERS} )*
      (?: (?<![^\W\d]{{2}}) \+\+ )?""",
    re.VERBOSE | re.IGNORECASE,
)
_IS_CJK = re.compile(rf"[{_CJK}]+")
_ACRONYM = re.compile(r"[^\W\d](?:\.[^\W\d])+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
_AMPERSAND = re.compile(r"[^\W\d]{1,3}&[^\W\d]{1,3}")
_PUNCTUATED = re.compile(r"\.net|\w\+\+|\w#")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
_SEPARATORS = re.compile(rf"[.,&{_HYPHENS}+]+")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d]{3,})(\d+)")
_STEMMED = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_UNDECOMPOSED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one word stands for, folded and unstemmed.

    `parts` take consecutive positions (`covid-19` has two); `solid` is the word written without
    its separators (`covid19`), where that is another term.
    """

    parts: tuple[str, ...]
    solid: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word at text[start:end]; `position` is that of its first part in the field."""

    start: int
    end: int
    position: int
    terms: Terms


def words(text: str) -> Iterator[Word]:
    """The words of a text in order; a BREAK moves the positions on and is no word."""
    position = 0
    for found in _WORD.finditer(text):
        raw = found[0]
        if raw == BREAK:
            position += BREAK_POSITIONS
            continue
        terms = terms_of(raw)
        if terms.parts:
            yield Word(found.start(), found.end(), position, terms)
            position += len(terms.parts)


def raw_words(text: str) -> list[str]:
    """The words of a text as they stand there, and each BREAK: what `terms_of` is asked of.

    No word reaches across white space, nor depends on what is beyond it.
    """
    return _WORD.findall(text)


@lru_cache(maxsize=1 << 18)
def terms_of(raw: str) -> Terms:
    """The terms of one word as the tokeniser found it."""
    if raw.isascii() and (raw.isalpha() or raw.isdigit()):
        return Terms((raw.lower(),))  # most words, at a tenth of the cost
    word = fold(raw)
    if _IS_CJK.fullmatch(word):
        return Terms(tuple(word[i : i + 2] for i in range(max(len(word) - 1, 1))))
    word = _APOSTROPHE.sub("", _POSSESSIVE.sub("", word))
    if _ACRONYM.fullmatch(word):
        return Terms((word.replace(".", ""),))
    if _THOUSANDS.fullmatch(word):
        return Terms((word.replace(",", ""),))
    if any(kind.fullmatch(word) for kind in (_DECIMAL, _AMPERSAND, _PUNCTUATED)):
        return Terms((word,))
    parts = tuple(part for part in _SEPARATORS.split(word) if part)
    if len(parts) == 1 and (joint := _LETTERS_THEN_DIGITS.fullmatch(parts[0])):
        parts = (joint[1], joint[2])
    return Terms(parts, "".join(parts)) if len(parts) > 1 else Terms(parts)


def is_cjk(terms: Terms) -> bool:
    """Whether a word is of a script without spaces: its parts overlap by a character."""
    return _IS_CJK.match(terms.parts[0]) is not None


def fold(text: str) -> str:
    """Compatibility forms, case, the accents of Latin and Greek letters and vowel points set aside.

    What makes another letter of one stays: й is no и with an ornament, nor a virama one.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UNDECOMPOSED)
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKC", "".join(_bare(character) for character in folded))


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    if _is_optional(unicodedata.combining(character)):
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    accented = base != character and unicodedata.name(base, "").startswith(("LATIN", "GREEK"))
    return base if accented else character


def _is_optional(combining_class: int) -> bool:
    """Points of Hebrew and Arabic (10-36), accents above and below (from 200) may be left out."""
    return 10 <= combining_class <= 36 or combining_class >= 200


_ENGLISH_APART = {
    "organization": "organiz", "organizations": "organiz", "organizational": "organiz",
    "organisation": "organiz", "organisations": "organiz", "organisational": "organiz",
    "organize": "organiz", "organizes": "organiz", "organized": "organiz",
    "organise": "organiz", "organises": "organiz", "organised": "organiz",
    "organizing": "organiz", "organising": "organiz", "organizer": "organiz",
    "organizers": "organiz", "organiser": "organiz", "organisers": "organiz",
    "universe": "universe", "universes": "universe",
    "deposition": "deposition", "depositions": "deposition",
    "news": "news",
}  # fmt: skip
"""Words that Snowball's English would join with a word of another meaning: organ, university."""


def stemmer(language: str) -> Callable[[str], str]:
    """The memoised stem of a folded term, for a code of LANGUAGES."""
    return _stemmer(LANGUAGES[language])


@lru_cache(maxsize=4)
def _stemmer(algorithm: str) -> Callable[[str], str]:
    stemmer = snowball(algorithm)
    apart = _ENGLISH_APART if algorithm == "english" else {}
    # Snowball keeps the word it works on in itself: two threads at once get each other's stems.
    lock = Lock()

    @lru_cache(maxsize=1 << 18)
    def stem(term: str) -> str:
        kept = apart.get(term)
        if kept is not None:
            return kept
        if not _STEMMED.fullmatch(term):
            return term
        with lock:
            return str(stemmer.stemWord(term))

    return stem


def title_key(text: str) -> str:
    """A whole title as one term: equal for two titles of the same words in the same order."""
    return " ".join(part for word in words(text) for part in word.terms.parts)
