"""Folding: letters without case, accents and the many forms one letter has in Unicode."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MODIFIERS = "\u02b9\u02ba\u02bb\u02bd\u02be\u02bf\u02c8\u02ee"
"""Letters by Unicode that are written for an apostrophe: Hawaiʻi, Shīʿa."""
JOINERS = "\u200c\u200d\u00ad\u2060"
"""Signs without a width. Inside a word they are nothing."""

_ZEROS = (
    "\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0de6\u0e50\u0ed0"
    "\u0f20\u1040\u1090\u17e0\u1810"
)
_DIGITS = {ord(zero) + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_ONE_LETTER = str.maketrans(
    _DIGITS
    | {"\u066b": ".", "\u066c": ",", "\u0640": ""}  # separators of numbers, the long stroke
    | {"\u064a": "\u06cc", "\u0649": "\u06cc", "\u0643": "\u06a9"}  # yeh, alef maksura, kaf
)
"""Digits of all scripts, and letters that keyboards for Arabic and Persian encode differently."""
_OF_NASALS = "क-घ", "च-झ", "ट-ढ", "त-ध", "प-भ"
_UNDECOMPOSED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"}
    | {"ё": "е", "\u0901": "\u0902"}
    | {"\u0671": "\u0627", "\u0629": "\u0647", "\u06be": "\u0647", "\u06c1": "\u0647"}
    | {"\u06d5": "\u0647", "\u064a": "\u06cc"}
    | dict.fromkeys(MODIFIERS + "\u200c\u00ad", "")
)
_VIRAMA = "\u094d"
_NASAL = re.compile(
    "|".join(f"{nasal}{_VIRAMA}(?=[{of}])" for nasal, of in zip("ङञणनम", _OF_NASALS, strict=True))
)
"""A nasal before a letter of its own row, which is also written as a dot: हिन्दी, हिंदी."""
_DOT = "\u0902"
_DEVANAGARI = re.compile("[\u093c\u094d]")
_NUKTA = re.compile("(?<![डढ])\u093c")
"""The dot below letters of foreign words, which many leave out; ड़ and ढ़ are Hindi's own."""


def lower(text: str) -> str:
    """Compatibility forms, case, digits and encodings of one letter set aside; accents stay."""
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKC", text).casefold().replace("i\u0307", "i")
    return unicodedata.normalize("NFKC", small.translate(_ONE_LETTER))


def fold(text: str) -> str:
    """Folds what `lower` does, accents of Latin, Greek and Arabic letters, and vowel points.

    What makes another letter of one stays: й is no и with an ornament, nor a virama one.
    """
    if text.isascii():
        return text.lower()
    folded = lower(text).translate(_UNDECOMPOSED)
    if folded.isascii():
        return folded
    if _DEVANAGARI.search(folded):
        folded = _NUKTA.sub("", _NASAL.sub(_DOT, folded))
    bare = "".join(map(_bare, folded)).translate(_UNDECOMPOSED)
    return unicodedata.normalize("NFKC", bare)


@lru_cache(maxsize=4096)
def _bare(character: str) -> str:
    if _is_optional(unicodedata.combining(character)):
        return ""
    base = unicodedata.normalize("NFD", character)[0]
    scripts = ("LATIN", "GREEK", "ARABIC")
    accented = base != character and unicodedata.name(base, "").startswith(scripts)
    return base if accented else character


def _is_optional(combining_class: int) -> bool:
    """Points of Hebrew and Arabic (10-36), accents above and below (from 200) may be left out."""
    return 10 <= combining_class <= 36 or combining_class >= 200
