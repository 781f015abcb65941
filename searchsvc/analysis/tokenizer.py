"""Text to terms: one tokeniser, folding, and two views of every word, as typed and stemmed.

A word of the text is matched by one regular expression and then looked up in a memo, so that the
cost of folding and stemming is paid once for each distinct word, not for each occurrence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from Stemmer import Stemmer

from searchsvc.analysis import english

ANALYSIS_VERSION = 4
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
_POINTS = r".\uff0e"
_EMOJI = (
    "\U0001f1e6-\U0001f1ff\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a"
    "\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2764\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
)
"""Pictures by nature; other signs are made one by the selector behind them."""
_VARIANTS = "\ufe0f\U0001f3fb-\U0001f3ff"
_PICTURE = rf"(?:[{_EMOJI}]|[\u2190-\u2bff]\ufe0f)[{_VARIANTS}]*"
_WORD = re.compile(
    rf"""\n
    | [{_CJK}]+
    | (?<![\w.])[{_POINTS}](?=[Nn][Ee][Tt]\b) {_LETTERS}
    | (?<![^\W_{_CJK}{_MARKS}]) [A-Za-z\u017f\u212aＡ-Ｚａ-ｚ] (?: [+＋]{{2}} | [#＃] ) (?!\w)
    | {_LETTERS}
      (?: (?: [{_APOSTROPHES}{_POINTS}&＆{_HYPHENS}] | (?<=\d)[,，](?=\d)
            | (?<=[{_POINTS}][^\W\d_])[{_POINTS}][{_APOSTROPHES}{_HYPHENS}] )
          {_LETTERS} )*
      (?: (?<![^\W\d]{{2}}) [+＋]{{2}} )?
    | [\U0001f1e6-\U0001f1ff]{{2}}
    | {_PICTURE} (?: \u200d (?: {_PICTURE} | [\u2190-\u2bff] ) )*""",
    re.VERBOSE,  # not IGNORECASE, which looks at every letter of every range: .1 s at each start
)
_IS_CJK = re.compile(rf"[{_CJK}]+")
_IS_PICTURE = re.compile(rf"[{_EMOJI}\u2190-\u2bff]")
_VARIANT = re.compile(f"[{_VARIANTS}]")
_ACRONYM = re.compile(r"[^\W\d](?:\.[^\W\d])+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+(?:\.\d+)+")
_PUNCTUATED = re.compile(r"\.net|\w\+\+|\w#")
_AMPERSAND = re.compile(r"[^\W\d]{1,3}&[^\W\d]{1,3}")
_POSSESSIVE = re.compile(rf"[{_APOSTROPHES}]s$")
_APOSTROPHE = re.compile(rf"[{_APOSTROPHES}]")
_HYPHEN = re.compile(rf"[{_HYPHENS}]+")
_SEPARATORS = re.compile(r"[.,&+]+")
_LETTERS_THEN_DIGITS = re.compile(r"([^\W\d]{3,})(\d+)")
_STEMMED = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_UNDECOMPOSED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
    | {"ё": "е"}
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one word stands for, folded and unstemmed.

    `parts` take consecutive positions (`covid-19` has two); `solid` is the word written as one
    (`covid19`), where that is another term; `written` is the word with its accents, if it has any.
    """

    parts: tuple[str, ...]
    solid: str | None = None
    written: str | None = None

    @property
    def indexed(self) -> Iterator[tuple[int, str]]:
        """All that a text with this word is found by, each with its distance from the first part.

        The last character of a run of CJK is a term of its own: with it, every character begins
        some term.
        """
        if self.solid:
            yield 0, self.solid
        if self.written:
            yield 0, self.written
        yield from enumerate(self.parts)
        last = self.parts[-1] if self.parts else ""
        if len(last) == 2 and _IS_CJK.match(last):
            yield len(self.parts) - 1, last[1]


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


def terms_in(text: str) -> list[Terms]:
    """The terms of each word of a text, in order."""
    if is_bare(text):
        return list(map(terms_of, text.split()))
    return [word.terms for word in words(text)]


def is_bare(text: str) -> bool:
    """Whether there is nothing but letters and digits of ASCII, and spaces: as most queries are.

    Then the words are what stands between the spaces.
    """
    return text.isascii() and text.replace(" ", "").isalnum()


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
    if not word.isascii():
        if _IS_CJK.fullmatch(word):
            return Terms(tuple(word[i : i + 2] for i in range(max(len(word) - 1, 1))))
        if _IS_PICTURE.match(word):
            return Terms((_VARIANT.sub("", word),))
    word = _APOSTROPHE.sub("", _POSSESSIVE.sub("", word))
    if _AMPERSAND.fullmatch(word):
        return Terms(tuple(word.split("&")), word)
    pieces = [piece for piece in _HYPHEN.split(word) if piece]
    parts = tuple(part for piece in pieces for part in _parts(piece))
    if len(parts) == 1 and (joint := _LETTERS_THEN_DIGITS.fullmatch(parts[0])):
        parts = (joint[1], joint[2])
    if len(parts) > 1:
        # 3-5 is not 35, nor a date one long number.
        are_numbers = parts[0][0].isdigit() and all(part[0].isdigit() for part in parts)
        return Terms(parts, ("-" if are_numbers else "").join(parts))
    written = _lower(raw)
    return Terms(parts, written=written if parts == (fold(written),) != (written,) else None)


def _parts(piece: str) -> Sequence[str]:
    """The parts of what stands between hyphens."""
    if piece.isalnum():
        return (piece,)
    piece = piece.rstrip(".")
    if _ACRONYM.fullmatch(piece):
        return (piece.replace(".", ""),)
    if _THOUSANDS.fullmatch(piece):
        return (piece.replace(",", ""),)
    if _DECIMAL.fullmatch(piece) or _PUNCTUATED.fullmatch(piece):
        return (piece,)
    return [part for part in _SEPARATORS.split(piece) if part]


def compound_key(solid: str, parts: Sequence[str]) -> str:
    """A compound as the field `compound` holds it: those of one solid word stand together."""
    return " ".join((solid, *parts))


def compound_keys(terms: Terms) -> tuple[str, ...]:
    """What a word with a hyphen between two parts tells of how it may be spelled."""
    if terms.solid and len(terms.parts) == 2:
        return (compound_key(terms.solid, terms.parts),)
    return ()


def is_cjk(terms: Terms) -> bool:
    """Whether a word is of a script without spaces: its parts overlap by a character."""
    return _IS_CJK.match(terms.parts[0]) is not None


def fold(text: str) -> str:
    """Compatibility forms, case, the accents of Latin and Greek letters and vowel points set aside.

    What makes another letter of one stays: й is no и with an ornament, nor a virama one.
    """
    if text.isascii():
        return text.lower()
    folded = _lower(text).translate(_UNDECOMPOSED)
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKC", "".join(_bare(character) for character in folded))


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold()


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


def stemmer(language: str) -> Callable[[str], str]:
    """The memoised stem of a folded term, for a code of LANGUAGES."""
    return _stemmer(LANGUAGES[language])


def stems(language: str, terms: Iterable[str]) -> list[str]:
    """The stems of many folded terms, which are not remembered."""
    return list(map(_stemming(LANGUAGES[language]), terms))


@lru_cache(maxsize=4)
def _stemmer(algorithm: str) -> Callable[[str], str]:
    stem = _stemming(algorithm)
    lock = Lock()

    @lru_cache(maxsize=1 << 18)
    def memoised(term: str) -> str:
        with lock:
            return stem(term)

    return memoised


def _stemming(algorithm: str) -> Callable[[str], str]:
    """Stems for one thread at a time: Snowball keeps the word it works on in itself."""
    stem_word = Stemmer(algorithm, 0).stemWord
    is_english = algorithm == "english"
    apart = english.APART if is_english else {}

    def stem(term: str) -> str:
        kept = apart.get(term)
        if kept is not None:
            return kept
        is_ascii = term.isascii()
        if not (is_ascii and term.isalpha()) and not _STEMMED.fullmatch(term):
            return term
        if not is_ascii and fold(term) != term:
            return term  # as written, with accents, it stands for itself alone
        return str(stem_word(english.singular(term) if is_english else term))

    return stem


def title_key(text: str) -> str:
    """A whole title as one term: equal for two titles of the same words in the same order."""
    return " ".join([part for terms in terms_in(text) for part in terms.parts])
